// Symbol directories and tables of securities: the fuzzer's bytes stand behind a good header that
// the first byte chooses, whole against split. With another first byte they are the whole text.

#include "split_check.hpp"

namespace {

std::string_view header_of(std::uint8_t choice) {
  switch (choice) {
    case 'n':
      return "Symbol|Security Name|Market Category|Test Issue|Financial Status|Round Lot Size|ETF|"
             "NextShares\n";
    case 'o':
      return "ACT Symbol|Security Name|Exchange|CQS Symbol|ETF|Round Lot Size|Test Issue|NASDAQ "
             "Symbol\n";
    case 's':
      return "symbol,name,type,sector,industry,market_cap,shares_outstanding,known_from\n";
    default:
      return {};
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text{size == 0 ? std::string_view{} : header_of(data[0])};
  const std::size_t skipped = text.empty() ? 0 : 1;
  text.append(reinterpret_cast<const char*>(data) + skipped, size - skipped);
  offex::formats::ReadOptions options;
  options.file = "reference.txt";
  options.max_rejects = size % 3;
  offex::fuzz::check_splits(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                            options);
  return 0;
}
