// How often each rule finds the side that the simulated market knows. Two sessions of the most
// active names, every continuous trade on an exchange, the quote in force strictly before it.

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include "offex/formats/gzip_reader.hpp"
#include "offex/formats/tape.hpp"
#include "offex/kernels/trade_signing.hpp"
#include "offex/sim/market.hpp"

namespace offex::sim {
namespace {

namespace fs = std::filesystem;
using kernels::SignRule;

/// The trades of one symbol that have a true side, in tape order.
struct Tape {
  std::vector<std::int64_t> price, size, bid, ask;
  std::vector<std::int8_t> side;
};

struct Quote {
  std::int64_t ns{0};
  std::int64_t bid{0};
  std::int64_t ask{0};
};

using Sides = std::map<std::pair<std::string, std::int64_t>, std::int8_t>;

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t comma = line.find(',');
    out.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return out;
    line.remove_prefix(comma + 1);
  }
}

// ticker,id,participant_timestamp,side; two trades of one nanosecond cannot be told apart here.
Sides read_truth(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
  const std::string text = must(formats::gunzip(bytes));
  Sides out;
  std::size_t at = text.find('\n') + 1;
  while (at < text.size()) {
    const std::size_t end = text.find('\n', at);
    const auto fields = fields_of(std::string_view{text}.substr(at, end - at));
    std::int64_t ns = 0;
    std::from_chars(fields[2].data(), fields[2].data() + fields[2].size(), ns);
    const std::int8_t side = fields[3] == "buy" ? 1 : -1;
    const auto [place, fresh] = out.try_emplace({std::string{fields[0]}, ns}, side);
    if (!fresh) place->second = 0;
    at = end + 1;
  }
  return out;
}

std::map<std::string, std::vector<Quote>> read_quotes_of(const fs::path& path) {
  std::map<std::string, std::vector<Quote>> out;
  must(formats::read_quotes(must(base::open_file(path)), {.file = path.string()},
                            [&](const columns::QuoteBlock& block) -> Result<void> {
                              for (const columns::TapeRun& run : block.runs) {
                                auto& quotes = out[run.symbol.str()];
                                for (std::size_t i = run.begin; i < run.end; ++i) {
                                  quotes.push_back(
                                      {block.participant_ns[i], block.bid[i], block.ask[i]});
                                }
                              }
                              return {};
                            }));
  for (auto& [symbol, quotes] : out) std::ranges::stable_sort(quotes, {}, &Quote::ns);
  return out;
}

void read_day(const fs::path& trades, const fs::path& quotes, const fs::path& truth,
              std::map<std::string, Tape>& out) {
  const Sides sides = read_truth(truth);
  const auto books = read_quotes_of(quotes);
  must(formats::read_trades(must(base::open_file(trades)), {.file = trades.string()},
                            [&](const columns::TradeBlock& block) -> Result<void> {
                              for (const columns::TapeRun& run : block.runs) {
                                Tape& tape = out[run.symbol.str() + trades.string()];
                                const auto book = books.find(run.symbol.str());
                                for (std::size_t i = run.begin; i < run.end; ++i) {
                                  const std::int64_t ns = block.participant_ns[i];
                                  const auto side = sides.find({run.symbol.str(), ns});
                                  if (side == sides.end() || side->second == 0) continue;
                                  Quote quote;
                                  if (book != books.end()) {
                                    const auto after =
                                        std::ranges::lower_bound(book->second, ns, {}, &Quote::ns);
                                    if (after != book->second.begin()) quote = *std::prev(after);
                                  }
                                  tape.price.push_back(block.price[i]);
                                  tape.size.push_back(block.size[i]);
                                  tape.bid.push_back(quote.bid);
                                  tape.ask.push_back(quote.ask);
                                  tape.side.push_back(side->second);
                                }
                              }
                              return {};
                            }));
}

fs::path only_file(const fs::path& folder, std::string_view part, std::string_view day) {
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    const std::string path = entry.path().string();
    if (entry.is_regular_file() && path.find(part) != std::string::npos &&
        path.find(day) != std::string::npos) {
      return entry.path();
    }
  }
  throw std::runtime_error("no file of " + std::string{day} + " below " + folder.string());
}

const std::map<std::string, Tape>& market_tape() {
  static const std::map<std::string, Tape> kTape = [] {
    const fs::path out =
        fs::temp_directory_path() / ("offex_signing_" + std::to_string(::getpid()));
    const WrittenMarket market = must(
        write_market({.symbols = 300, .days = 20}, out,
                     {.weekly = false, .reference = false, .tape_days = 2, .tape_symbols = 16}));
    std::map<std::string, Tape> tape;
    for (const market::Day day : market.tape_days) {
      read_day(only_file(market.tape_dir, "trades_v1", day.iso()),
               only_file(market.tape_dir, "quotes_v1", day.iso()),
               only_file(market.truth_trades_dir, "truth", day.iso()), tape);
    }
    fs::remove_all(out);
    return tape;
  }();
  return kTape;
}

void accuracy(benchmark::State& state) {
  const auto rule = static_cast<SignRule>(state.range(0));
  std::uint64_t trades = 0;
  std::uint64_t signed_trades = 0;
  std::uint64_t right = 0;
  double volume = 0;
  double right_volume = 0;
  for (auto _ : state) {
    for (const auto& [name, tape] : market_tape()) {
      std::vector<std::int8_t> signs(tape.price.size());
      kernels::TickState tick;
      kernels::sign_trades(rule, tape.price, tape.bid, tape.ask, tick, signs);
      for (std::size_t i = 0; i < signs.size(); ++i) {
        ++trades;
        if (signs[i] == 0) continue;
        ++signed_trades;
        volume += static_cast<double>(tape.size[i]);
        if (signs[i] != tape.side[i]) continue;
        ++right;
        right_volume += static_cast<double>(tape.size[i]);
      }
    }
  }
  const auto share = [](auto part, auto whole) {
    return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  };
  state.SetItemsProcessed(static_cast<std::int64_t>(trades));
  state.SetLabel(
      fmt::format("signing accuracy, {}|signed {:.1f} % of {} trades|right {:.1f} % of them|{:.1f} "
                  "% of volume||",
                  kernels::to_string(rule), share(signed_trades, trades),
                  trades / static_cast<std::uint64_t>(state.iterations()),
                  share(right, signed_trades), share(right_volume, volume)));
}
BENCHMARK(accuracy)->DenseRange(0, 4)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace offex::sim
