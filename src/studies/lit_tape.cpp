#include "offex/studies/lit_tape.hpp"

#include <map>
#include <unordered_set>
#include <utility>

#include "offex/formats/tape.hpp"
#include "offex/market/instant.hpp"

#include "studies/lit_visitors_internal.hpp"

namespace offex::studies {
namespace {

/// Which symbols the request wants, and which of them an earlier input had.
class Wanted {
 public:
  explicit Wanted(std::span<const market::Symbol> symbols)
      : symbols_{symbols.begin(), symbols.end()} {}

  void begin_input() {
    done_.merge(seen_);
    seen_.clear();
    newest_ = {};
  }
  [[nodiscard]] bool asks(const market::Symbol& symbol) const {
    return (symbols_.empty() || symbols_.contains(symbol)) && !done_.contains(symbol);
  }
  void saw(const market::Symbol& symbol) {
    if (symbol != newest_) {
      seen_.insert(symbol);
      newest_ = symbol;
    }
  }

 private:
  std::unordered_set<market::Symbol> symbols_;
  std::unordered_set<market::Symbol> seen_;  ///< in the input at hand
  std::unordered_set<market::Symbol> done_;  ///< in those before it
  market::Symbol newest_;
};

/// Names the file in an error that tells none.
std::unexpected<base::Error> in_file(base::Error error, const TapeInput& input) {
  if (error.place.file.empty()) {
    error.place.file = input.name;
  }
  return std::unexpected{std::move(error)};
}

Result<formats::TapeSummary> read(
    const base::ByteSource& bytes, const formats::TapeOptions& options,
    const std::function<Result<void>(const columns::TradeBlock&)>& sink) {
  return formats::read_trades(bytes, options, sink);
}

Result<formats::TapeSummary> read(
    const base::ByteSource& bytes, const formats::TapeOptions& options,
    const std::function<Result<void>(const columns::MinuteBlock&)>& sink) {
  return formats::read_minutes(bytes, options, sink);
}

const std::vector<std::int64_t>& times_of(const columns::TradeBlock& block) {
  return block.participant_ns;
}

const std::vector<std::int64_t>& times_of(const columns::MinuteBlock& block) {
  return block.window_start_ns;
}

/// Hands over the parts of a run that are of the day.
template <class Block>
Result<void> take_day(const Block& block, const columns::TapeRun& run, market::Day day,
                      Visitor<Block>& visitor) {
  const std::int64_t begin = market::from_new_york(day, 0).nanos();
  const std::int64_t end = market::from_new_york(day, 24).nanos();
  const std::vector<std::int64_t>& times = times_of(block);
  const auto inside = [&](std::uint32_t row) { return begin <= times[row] && times[row] < end; };
  for (std::uint32_t row = run.begin; row < run.end;) {
    std::uint32_t next = row;
    while (next < run.end && inside(next)) {
      ++next;
    }
    if (next > row) {
      OFFEX_TRY(visitor.take(block, {run.symbol, row, next}));
    }
    row = next + 1;
  }
  return {};
}

template <class Block>
Result<void> read_input(const TapeInput& input, market::Day day,
                        const std::function<Result<void>(const Block&)>& sink) {
  auto bytes = input.open();
  if (!bytes) {
    return in_file(std::move(bytes.error()), input);
  }
  auto summary = read(*bytes, {.file = input.name, .symbol = input.symbol}, sink);
  if (!summary) {
    return in_file(std::move(summary.error()), input);
  }
  const std::optional<market::Day> most = summary->day;
  if (!input.many_days && most && *most != day) {
    return fail(base::ErrorCode::Integrity,
                "the tape is of " + most->iso() + ", not of " + day.iso(), {.file = input.name});
  }
  return {};
}

/// Reads a file of the whole market.
template <class Block>
Result<void> walk_whole(const TapeInput& input, market::Day day, Wanted& wanted,
                        Visitor<Block>& visitor) {
  wanted.begin_input();
  visitor.restart();
  return read_input<Block>(input, day, [&](const Block& block) -> Result<void> {
    for (const columns::TapeRun& run : block.runs) {
      if (!wanted.asks(run.symbol)) {
        continue;
      }
      wanted.saw(run.symbol);
      OFFEX_TRY(input.many_days ? take_day(block, run, day, visitor) : visitor.take(block, run));
    }
    return {};
  });
}

/// Reads the pages of one ticker.
template <class Block>
Result<void> walk_pages(std::span<const TapeInput* const> pages, market::Day day, Wanted& wanted,
                        Visitor<Block>& visitor) {
  for (std::size_t page = 0; page < pages.size(); ++page) {
    const TapeInput& input = *pages[page];
    visitor.begin_page(page == 0);
    OFFEX_TRY(read_input<Block>(input, day, [&](const Block& all) -> Result<void> {
      // One page cannot overlap with itself.
      const Block& block = pages.size() > 1 ? visitor.fresh(all) : all;
      for (const columns::TapeRun& run : block.runs) {
        wanted.saw(run.symbol);
        OFFEX_TRY(input.many_days ? take_day(block, run, day, visitor) : visitor.take(block, run));
      }
      return {};
    }));
  }
  return {};
}

/// Reads the whole files of the day, then pages, then files of many days.
template <class Block>
Result<void> walk(std::span<const TapeInput> inputs, const LitRequest& request,
                  Visitor<Block>& visitor) {
  Wanted wanted{request.symbols};
  std::map<market::Symbol, std::vector<const TapeInput*>> pages;
  for (const TapeInput& input : inputs) {
    if (input.symbol) {
      pages[*input.symbol].push_back(&input);
    } else if (!input.many_days) {
      OFFEX_TRY(walk_whole(input, request.day, wanted, visitor));
    }
  }
  wanted.begin_input();
  visitor.restart();
  for (const auto& [symbol, files] : pages) {
    if (wanted.asks(symbol)) {
      OFFEX_TRY(walk_pages<Block>(files, request.day, wanted, visitor));
    }
  }
  for (const TapeInput& input : inputs) {
    if (!input.symbol && input.many_days) {
      OFFEX_TRY(walk_whole(input, request.day, wanted, visitor));
    }
  }
  return {};
}

Result<LitResult> phase_a(const LitTapes& tapes, const LitRequest& request) {
  LitDirectionPhaseA direction{request.day};
  LitResult out;
  if (request.mode == LitMode::Minute) {
    Minutes visitor{direction};
    OFFEX_TRY(walk<columns::MinuteBlock>(tapes.minutes, request, visitor));
  } else {
    PhaseATrades visitor{direction};
    OFFEX_TRY(walk<columns::TradeBlock>(tapes.trades, request, visitor));
    out.notes = visitor.notes();
  }
  std::vector<LitRow> rows = direction.rows(request.symbols);
  if (request.mode == LitMode::Minute) {
    for (LitRow& row : rows) {
      row.trade_count.reset();  // bars are no trades
    }
  }
  out.rows = lit_batch(request.day, to_string(request.version), rows);
  return out;
}

Result<LitResult> v2_trades(const LitTapes& tapes, const LitRequest& request) {
  OFFEX_ASSIGN(LitDirectionV2 direction, LitDirectionV2::create(request.day, request.options));
  V2Trades visitor{direction, tapes.quotes, request.options};
  OFFEX_TRY(walk<columns::TradeBlock>(tapes.trades, request, visitor));
  return LitResult{lit_batch(request.day, to_string(request.version), direction.rows()),
                   visitor.notes()};
}

Result<LitResult> v2_minutes(const LitTapes& tapes, const LitRequest& request) {
  OFFEX_ASSIGN(LitDirectionMinutes direction, LitDirectionMinutes::create(request.day));
  Minutes visitor{direction};
  OFFEX_TRY(walk<columns::MinuteBlock>(tapes.minutes, request, visitor));
  return LitResult{lit_batch(request.day, to_string(request.version), direction.rows()), {}};
}

}  // namespace

std::string_view to_string(LitVersion version) {
  return version == LitVersion::V2 ? "v2" : "PhaseA_v1";
}

Result<LitResult> lit_direction_from_tape(const LitTapes& tapes, const LitRequest& request) {
  if (request.version == LitVersion::PhaseA) {
    return phase_a(tapes, request);
  }
  return request.mode == LitMode::Minute ? v2_minutes(tapes, request) : v2_trades(tapes, request);
}

}  // namespace offex::studies
