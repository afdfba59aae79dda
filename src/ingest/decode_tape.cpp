#include <algorithm>

#include <fmt/format.h>

#include "offex/market/calendar.hpp"
#include "offex/market/instant.hpp"

#include "ingest/decode_internal.hpp"

// A tape is checked from the first row to the last and then kept as it came: its rows are too many
// for the store, and reading the compressed file again is as fast as reading them from a table.
namespace offex::ingest {
namespace {

market::Day day_of(std::int64_t nanos) {
  return market::to_new_york(market::Instant::from_nanos(nanos)).day;
}

// A flat file is the whole market on the day of its name, also the prints of the night before. The
// seed's table may hold many days, and counts for each.
std::vector<market::Day> days_of(const formats::TapeSummary& summary,
                                 const formats::TapeLayout& layout,
                                 std::optional<market::Day> named) {
  if (layout.dataset != market::Dataset::TradeTable) {
    if (named) return {*named};
    return summary.day ? std::vector{*summary.day} : std::vector<market::Day>{};
  }
  std::vector<market::Day> out;
  if (!summary.first_ns) return out;
  const market::Day last = day_of(*summary.last_ns);
  for (market::Day day = day_of(*summary.first_ns); day <= last; day = day.plus(1)) {
    if (market::calendar_range().contains(day) && market::is_session(day)) out.push_back(day);
  }
  return out;
}

// REST pages name one ticker and are told apart, and put in order, by the first SIP time, whatever
// their names are; one whose ticker stands in its body alone, by its text.
std::string scope_of(const formats::TapeSummary& summary, const formats::TapeLayout& layout,
                     const std::optional<market::Symbol>& symbol) {
  if (!layout.json) return {};
  const std::string_view who = symbol ? symbol->view() : std::string_view{summary.text_sha256};
  return fmt::format("{}/{}", who.substr(0, market::Symbol::kMaxBytes),
                     summary.first_sip_ns.value_or(0));
}

}  // namespace

Result<void> Decoder::decode_tape(const ListedFile& file, const formats::TapeLayout& layout,
                                  Decoded& out) {
  OFFEX_ASSIGN(const base::ByteSource whole, base::open_file(file.path));
  OFFEX_ASSIGN(const base::SourceDigest hashed, base::sha256(whole));
  out.source.sha256 = hashed.digest.hex();
  out.source.bytes = hashed.bytes;
  const formats::NameHints hints = formats::hints_from_name(out.source.name);
  if (request_.day && hints.day && *request_.day != *hints.day) {
    return fail(
        base::ErrorCode::InvalidArgument,
        fmt::format("the name says {}, but --date says {}", hints.day->iso(), request_.day->iso()),
        {.file = file.path.string()});
  }
  const std::optional<market::Day> named = hints.day ? hints.day : request_.day;
  out.known = known_.contains({.sha256 = out.source.sha256, .day = named}) ||
              known_.contains({.sha256 = out.source.sha256});
  if (out.known) return {};
  const std::optional<market::Symbol> of_name = formats::ticker_from_name(out.source.name);
  const std::optional<market::Symbol> symbol = of_name ? of_name : request_.symbol;
  OFFEX_ASSIGN(const base::ByteSource bytes, base::open_file(file.path));
  OFFEX_ASSIGN(formats::TapeSummary summary,
               formats::check_tape(bytes, {.file = file.path.string(), .symbol = symbol}, layout));
  const std::vector<market::Day> days = days_of(summary, layout, named);
  if (days.empty()) {
    return fail(base::ErrorCode::InvalidArgument,
                "the file has no rows and its name has no date: say which day it is with --date",
                {.file = file.path.string()});
  }
  for (const market::Day day : days) {
    out.tapes.push_back({.dataset = layout.dataset,
                         .day = day,
                         .scope = scope_of(summary, layout, symbol),
                         .sha256 = out.source.sha256,
                         .name = out.source.name,
                         .rows = static_cast<std::int64_t>(summary.rows),
                         .known_from = {}});
  }
  out.text_sha256 = std::move(summary.text_sha256);
  out.tape_rows = summary.rows;
  return raw_.put_file(out.source.sha256, file.path);
}

}  // namespace offex::ingest
