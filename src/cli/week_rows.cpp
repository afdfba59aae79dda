#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "offex/columns/cells.hpp"

#include "cli/provenance_internal.hpp"
#include "cli/week_rows_internal.hpp"

namespace offex::cli {
namespace {

using columns::Batch;
using columns::Column;

constexpr std::size_t kNotes = 10;
constexpr std::array<std::string_view, 4> kExpected{"status", "nowcast_share", "nowcast_share_low",
                                                    "nowcast_share_high"};
/// What a row of an unpublished week tells beside its nowcast.
constexpr std::array<std::string_view, 4> kKnownEarly{"symbol", "week_start_date",
                                                      "tier_identifier", "sessions"};

constexpr std::string_view kPublished = "PUBLISHED";

using Key = std::pair<market::Symbol, std::int32_t>;

Key key_of(const Batch& rows, std::size_t row) {
  return {rows.find("symbol")->values<market::Symbol>()[row],
          rows.find("week_start_date")->values<std::int32_t>()[row]};
}

bool is_published(const Batch& nowcast, std::size_t row) {
  return columns::text_of(nowcast, "status", row) == kPublished;
}

/// Appends a row of `from` to the columns of the same name.
void append_row(const Batch& from, std::size_t row, Batch& out) {
  for (const Column& column : from.columns()) {
    out.find(column.name())->push_from(column, row);
  }
}

/// Appends what a nowcast says; without one, that the week is published.
void append_expected(const Batch& nowcast, std::optional<std::size_t> row, Batch& out) {
  for (const std::string_view name : kExpected) {
    Column& column = *out.find(name);
    if (row) {
      column.push_from(*nowcast.find(name), *row);
    } else if (name == "status") {  // without FINRA files nothing was expected of it
      const auto word = std::ranges::find(column.words(), kPublished);
      column.push(static_cast<std::uint8_t>(word - column.words().begin()));
    } else {
      column.push_missing();
    }
  }
}

void append_unpublished(const Batch& nowcast, std::size_t row, Batch& out) {
  append_expected(nowcast, row, out);
  const std::size_t rows = out.find("status")->size();
  for (const std::string_view name : kKnownEarly) {
    if (Column* column = out.find(name)) {
      column->push_from(*nowcast.find(name), row);
    }
  }
  for (Column& column : out.columns()) {
    if (column.size() < rows) column.push_missing();
  }
}

Batch empty_like(const Batch& batch) {
  Batch out = batch;
  out.clear();
  return out;
}

}  // namespace

std::optional<market::DayRange> newest_weeks(const Batch& weekly, int count) {
  const auto& weeks = weekly.find("week_start_date")->values<std::int32_t>();
  if (weeks.empty()) return std::nullopt;
  const auto last = market::Day::from_days(*std::ranges::max_element(weeks));
  return market::DayRange{last.plus(-7 * (count - 1)), last};
}

Batch weeks_with_nowcast(const Batch& weekly, const Batch& nowcast, const market::DayRange& weeks) {
  Batch out = empty_like(weekly);
  for (const std::string_view name : kExpected) {
    Column column = *nowcast.find(name);
    column.clear();
    out.add(std::move(column));
  }
  std::size_t expected = 0;
  const auto pass = [&](std::optional<Key> until) {
    for (; expected < nowcast.num_rows() && (!until || key_of(nowcast, expected) < *until);
         ++expected) {
      const bool told = nowcast.find("nowcast_volume")->valid(expected);
      const auto week = market::Day::from_days(key_of(nowcast, expected).second);
      if (told && !is_published(nowcast, expected) && weeks.first <= week) {
        append_unpublished(nowcast, expected, out);
      }
    }
  };
  for (std::size_t row = 0; row < weekly.num_rows(); ++row) {
    const Key key = key_of(weekly, row);
    if (!weeks.contains(market::Day::from_days(key.second))) continue;
    pass(key);
    append_row(weekly, row, out);
    const bool has = expected < nowcast.num_rows() && key_of(nowcast, expected) == key;
    append_expected(nowcast, has ? std::optional{expected} : std::nullopt, out);
    expected += has ? 1 : 0;
  }
  pass(std::nullopt);
  return out;
}

Batch judged_weeks(const Batch& nowcast) {
  Batch out = empty_like(nowcast);
  for (std::size_t row = 0; row < nowcast.num_rows(); ++row) {
    if (nowcast.find("share_error")->valid(row)) append_row(nowcast, row, out);
  }
  return out;
}

Batch top_venues(const Batch& venues, int count) {
  std::map<market::Symbol, std::int32_t> newest;
  for (std::size_t row = 0; row < venues.num_rows(); ++row) {
    const auto [symbol, week] = key_of(venues, row);
    newest[symbol] = week;  // the weeks of a symbol ascend
  }
  Batch out = empty_like(venues);
  const Column& rank = *venues.find("rank");
  for (std::size_t row = 0; row < venues.num_rows(); ++row) {
    const auto [symbol, week] = key_of(venues, row);
    const bool ranked = rank.valid(row) && rank.values<std::int32_t>()[row] <= count;
    if (ranked && newest.at(symbol) == week) append_row(venues, row, out);
  }
  return out;
}

std::vector<std::string> score_notes(const Batch& scores) {
  std::vector<std::string> out;
  std::size_t more = 0;
  for (std::size_t row = 0; row < scores.num_rows(); ++row) {
    const auto weeks = static_cast<int>(columns::number_of(scores, "weeks", row));
    if (weeks == 0) continue;
    if (out.size() == kNotes) {
      ++more;
      continue;
    }
    std::string line =
        fmt::format("{}: nowcasts of {} published week{} were off by {:.2f} points on average",
                    columns::text_of(scores, "symbol", row), weeks, weeks == 1 ? "" : "s",
                    100.0 * columns::number_of(scores, "mean_absolute_error", row));
    if (const double naive = columns::number_of(scores, "naive_error", row); !std::isnan(naive)) {
      line += fmt::format(", the newest public week by {:.2f}", 100.0 * naive);
    }
    if (const double inside = columns::number_of(scores, "inside", row); !std::isnan(inside)) {
      line += fmt::format("; {:.0f} % lay in the 80 % interval", 100.0 * inside);
    }
    out.push_back(std::move(line));
  }
  if (more > 0) out.push_back(fmt::format("and {} more tickers: --score", more));
  return out;
}

std::vector<render::ColumnFormat> week_formats() {
  std::vector<render::ColumnFormat> out{
      percent("nowcast_share", 0), percent("nowcast_share_low", 1),
      percent("nowcast_share_high", 1), percent("published_share", 0), percent("share_error", 0)};
  constexpr std::array<std::string_view, 5> kHeadings{"nowcast", "low", "high", "published",
                                                      "error"};
  for (std::size_t index = 0; index < kHeadings.size(); ++index) {
    out[index].heading = kHeadings[index];
    out[index].section = views::section_of("otc_share");
  }
  out.back().signed_colour = true;
  for (render::ColumnFormat format :
       {percent("last_share", 2), percent("share", 0), number("ratio", 3, 3),
        number("nowcast_volume", 0, 4), number("published_volume", 0, 4),
        number("finra_volume", 0, 4), number("volume", 0, 2), number("trades", 0, 3)}) {
    out.push_back(std::move(format));
  }
  out.push_back({.column = "status", .drop_priority = 2});
  out.push_back({.column = "last_week", .drop_priority = 3});
  out.push_back({.column = "mpid", .drop_priority = 2});
  out.push_back({.column = "venue", .drop_priority = 0});
  out.push_back({.column = "rank", .drop_priority = 1});
  return out;
}

}  // namespace offex::cli
