#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "sim/serve_polygon_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::size_t kKeptRows = 12'000'000;
constexpr std::size_t kTradeTime = 8;  // column of the tape's time
constexpr std::size_t kQuoteTime = 11;

/// Nanoseconds, both ends included.
struct Bounds {
  std::int64_t first{std::numeric_limits<std::int64_t>::min()};
  std::int64_t last{std::numeric_limits<std::int64_t>::max()};
};

/// A bound as a span of time: a whole day in New York, or one nanosecond.
std::optional<Bounds> span_of(std::string_view text) {
  if (const auto day = market::Day::parse(text); day && text.size() == 10) {
    return Bounds{market::from_new_york(*day, 0).nanos(),
                  market::end_of_day_new_york(*day).nanos()};
  }
  std::int64_t nanos = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), nanos);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return Bounds{nanos, nanos};
}

std::optional<Bounds> bounds_of(const PagePlace& place) {
  Bounds out;
  for (const auto& [key, value] : place.params) {
    if (!key.starts_with("timestamp")) continue;
    const auto span = span_of(value);
    if (!span) return std::nullopt;
    const std::string_view kind =
        std::string_view{key}.substr(std::min<std::size_t>(9, key.size()));
    if (kind.empty() || kind == ".gte") out.first = std::max(out.first, span->first);
    if (kind.empty() || kind == ".lte") out.last = std::min(out.last, span->last);
    if (kind == ".gt") out.first = std::max(out.first, span->last + 1);
    if (kind == ".lt") out.last = std::min(out.last, span->first - 1);
  }
  return out;
}

std::string_view cell_at(std::string_view line, std::size_t column) {
  const std::vector<std::string_view> cells = flat_cells(line);
  return column < cells.size() ? cells[column] : std::string_view{};
}

/// A run of rows of one day.
struct Run {
  std::shared_ptr<const TickerRows> rows;
  std::size_t first{0}, size{0};
  bool fractional{false};
};

Run run_within(std::shared_ptr<const TickerRows> rows, const Bounds& bounds) {
  const auto time = [](const TickerRows::Row& row) { return row.time; };
  const auto from = std::ranges::lower_bound(rows->rows, bounds.first, {}, time);
  const auto to = std::ranges::upper_bound(rows->rows, bounds.last, {}, time);
  const auto first = static_cast<std::size_t>(from - rows->rows.begin());
  const auto end = static_cast<std::size_t>(to - rows->rows.begin());
  return {.rows = std::move(rows), .first = first, .size = end > first ? end - first : 0};
}

/// Appends rows `from` to `to` of all runs together.
void append_page(std::string& out, const std::vector<Run>& runs, std::size_t from, std::size_t to,
                 bool ascending, bool quotes) {
  std::size_t before = 0;
  for (const Run& run : runs) {
    const std::size_t first = std::max(from, before);
    const std::size_t end = std::min(to, before + run.size);
    for (std::size_t i = first; i < end; ++i) {
      const std::size_t offset = ascending ? i - before : run.size - 1 - (i - before);
      const std::string_view line = run.rows->rows[run.first + offset].line;
      if (i > from) out.push_back(',');
      if (quotes) {
        append_tape_quote(out, line);
      } else {
        append_tape_trade(out, line, run.fractional);
      }
    }
    before += run.size;
  }
}

}  // namespace

HttpReply PolygonPart::tape(const HttpRequest& request, bool quotes, std::string_view ticker) {
  if (!site_.options.trades_entitled) {
    return json_reply(403, R"({"status":"NOT_AUTHORIZED","request_id":"simulated","message":)"
                           R"("You are not entitled to this data. Please upgrade your plan at )"
                           R"(https://massive.com/pricing"})");
  }
  const auto place = page_place(request);
  auto bounds = place ? bounds_of(*place) : std::nullopt;
  if (!bounds) return vendor_error(400, "cannot read the timestamp or the cursor");
  bounds->last = std::min(bounds->last, site_.now().nanos());
  const bool ascending = place->param("order") == "asc";
  const market::Day fractions = market::Day::from_civil({.year = 2026, .month = 2, .day = 23});
  std::vector<Run> runs;
  for (const market::Day day : site_.index.tape_days) {
    if (market::end_of_day_new_york(day).nanos() < bounds->first ||
        market::from_new_york(day, 0).nanos() > bounds->last) {
      continue;
    }
    runs.push_back(run_within(rows_of(quotes, day, ticker), *bounds));
    runs.back().fractional = day >= fractions;
  }
  if (!ascending) std::ranges::reverse(runs);
  std::size_t total = 0;
  for (const Run& run : runs) total += run.size;
  const std::size_t from = std::min(place->from, total);
  const std::size_t to = std::min(from + page_limit(*place, 1'000, 50'000), total);
  std::string body = "{\"results\":[";
  append_page(body, runs, from, to, ascending, quotes);
  body += R"(],"status":"OK","request_id":"simulated")";
  if (to < total) body += next_url(request, *place, to);
  return json_reply(200, body + "}\n");
}

std::shared_ptr<const TickerRows> PolygonPart::rows_of(bool quotes, market::Day day,
                                                       std::string_view ticker) {
  const std::string key = fmt::format("{} {} {}", quotes, day.iso(), ticker);
  {
    const std::lock_guard guard{lock_};
    if (const auto at = rows_.find(key); at != rows_.end()) return at->second;
  }
  auto fresh = std::make_shared<TickerRows>();
  fresh->text = site_.flat_text(quotes ? "quotes_v1" : "trades_v1", day);
  for (const std::string_view line : ticker_lines(*fresh->text, ticker)) {
    const auto time = span_of(cell_at(line, quotes ? kQuoteTime : kTradeTime));
    if (time) fresh->rows.push_back({.time = time->first, .line = line});
  }
  std::ranges::stable_sort(fresh->rows, {}, &TickerRows::Row::time);
  const std::lock_guard guard{lock_};
  if (kept_rows_ + fresh->rows.size() > kKeptRows) {
    rows_.clear();
    kept_rows_ = 0;
  }
  kept_rows_ += fresh->rows.size();
  rows_[key] = fresh;
  return fresh;
}

}  // namespace offex::sim
