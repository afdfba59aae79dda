// Day flat files: the fuzzer's bytes stand behind a good header, whole against split.

#include "split_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text = "ticker,volume,open,close,high,low,window_start,transactions\n";
  text.append(reinterpret_cast<const char*>(data), size);
  offex::formats::ReadOptions options;
  options.file = "2026-05-22.csv";
  options.max_rejects = size % 3;
  offex::fuzz::check_splits(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                            options);
  return 0;
}
