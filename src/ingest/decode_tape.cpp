#include <algorithm>

#include <fmt/format.h>

#include "offex/market/calendar.hpp"
#include "offex/market/instant.hpp"
#include "offex/store/tape_scope.hpp"

#include "ingest/decode_internal.hpp"

// A tape is checked from the first row to the last and then kept as it came: its rows are too many
// for the store, and reading the compressed file again is as fast as reading them from a table.
namespace offex::ingest {
namespace {

bool is_known_session(market::Day day) {
  return market::calendar_range().contains(day) && market::is_session(day);
}

std::string_view without(std::string_view text, std::string_view ending) {
  if (text.ends_with(ending)) text.remove_suffix(ending.size());
  return text;
}

// A file that is named by its day alone is the whole market, as the vendor publishes it. Any other
// name is a part, so that two parts of a day stand side by side.
std::string part_of(std::string_view name) {
  for (const std::string_view ending : {".gz", ".csv", ".txt"}) name = without(name, ending);
  const bool day_alone = market::Day::parse(name).has_value();
  return day_alone ? std::string{} : std::string{name};
}

// REST pages name one ticker and are put in order by the first SIP time, whatever their names are;
// one whose ticker stands in its body alone begins with its text. The number of rows tells pages
// of other lengths apart: the reader of the pages drops what they share.
std::string scope_of(const formats::TapeSummary& summary, const formats::TapeLayout& layout,
                     const std::optional<market::Symbol>& symbol, std::string_view name) {
  if (!layout.json) return part_of(name);
  return store::TapePage::of(symbol, summary.text_sha256, summary.first_sip_ns.value_or(0),
                             summary.rows)
      .to_string();
}

// A flat file is the whole market on the day of its name, also the prints of the night before. A
// page and the seed's table may hold many days, and count for each.
Result<std::vector<formats::DayRows>> days_of(const formats::TapeSummary& summary,
                                              const formats::TapeLayout& layout,
                                              std::optional<market::Day> named,
                                              const base::Place& place) {
  if (summary.rows == 0) {
    return fail(base::ErrorCode::Integrity,
                "the tape has no rows: a day without a single one was never published", place);
  }
  if (named && summary.day && *named != *summary.day) {
    return fail(base::ErrorCode::Integrity,
                fmt::format("most of its rows are of {}, and its name or --date says {}",
                            summary.day->iso(), named->iso()),
                place);
  }
  if (layout.dataset != market::Dataset::TradeTable && !layout.json) {
    return std::vector{formats::DayRows{.day = *summary.day, .rows = summary.rows}};
  }
  std::vector<formats::DayRows> out;
  for (const formats::DayRows& day : summary.days) {
    if (is_known_session(day.day)) out.push_back(day);
  }
  if (out.empty()) {
    return fail(
        base::ErrorCode::Integrity,
        fmt::format("no row is of a session of the exchange; most are of {}", summary.day->iso()),
        place);
  }
  return out;
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
  out.known = known_.contains({.sha256 = out.source.sha256, .day = named}, file.named) ||
              known_.contains({.sha256 = out.source.sha256}, file.named);
  if (out.known) return {};
  const std::optional<market::Symbol> of_name = formats::ticker_from_name(out.source.name);
  if (of_name && request_.symbol && *of_name != *request_.symbol) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("the name says {}, but --symbol says {}", of_name->view(),
                            request_.symbol->view()),
                {.file = file.path.string()});
  }
  const std::optional<market::Symbol> symbol = of_name ? of_name : request_.symbol;
  OFFEX_ASSIGN(const base::ByteSource bytes, base::open_file(file.path));
  OFFEX_ASSIGN(formats::TapeSummary summary,
               formats::check_tape(bytes, {.file = file.path.string(), .symbol = symbol}, layout));
  OFFEX_ASSIGN(const std::vector<formats::DayRows> days,
               days_of(summary, layout, named, {.file = file.path.string()}));
  out.warnings = std::move(summary.warnings);
  if (days.size() < summary.days.size() &&
      (layout.json || layout.dataset == market::Dataset::TradeTable)) {
    out.warnings.emplace_back("rows of days that are no session are not looked at");
  }
  for (const formats::DayRows& day : days) {
    out.tapes.push_back({.dataset = layout.dataset,
                         .day = day.day,
                         .scope = scope_of(summary, layout, symbol, out.source.name),
                         .sha256 = out.source.sha256,
                         .name = out.source.name,
                         .rows = static_cast<std::int64_t>(day.rows),
                         .known_from = {}});
  }
  out.text_sha256 = std::move(summary.text_sha256);
  out.tape_rows = summary.rows;
  return raw_.put_file(out.source.sha256, file.path);
}

}  // namespace offex::ingest
