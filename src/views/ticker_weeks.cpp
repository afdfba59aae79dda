#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "offex/columns/cells.hpp"
#include "offex/kernels/order_statistics.hpp"
#include "offex/market/calendar.hpp"
#include "offex/studies/nowcast.hpp"
#include "offex/studies/venue_mix.hpp"
#include "offex/studies/weekly.hpp"

#include "views/ticker_internal.hpp"

namespace offex::views {
namespace {

using columns::Batch;
using columns::number_of;
using market::Day;

constexpr int kPastWeeks = 26;
constexpr std::size_t kLeastPastWeeks = 8;
constexpr int kLatestWeeks = 7;  // from a week to the end of the five sessions that it is shown for

using Weeks = std::map<std::pair<market::Symbol, Day>, TickerWeek>;

market::Symbol symbol_at(const Batch& batch, std::size_t row) {
  return batch.find("symbol")->values<market::Symbol>()[row];
}

TickerWeek& week_at(Weeks& weeks, const Batch& batch, std::size_t row) {
  const Day monday = *columns::day_of(batch, "week_start_date", row);
  TickerWeek& out =
      weeks
          .try_emplace({symbol_at(batch, row), monday}, TickerWeek{.monday = monday,
                                                                   .share = kMissing,
                                                                   .low = kMissing,
                                                                   .high = kMissing,
                                                                   .band_low = kMissing,
                                                                   .band_middle = kMissing,
                                                                   .band_high = kMissing,
                                                                   .ats = kMissing,
                                                                   .wholesaler = kMissing,
                                                                   .other = kMissing,
                                                                   .volume = kMissing})
          .first->second;
  return out;
}

void take_published(const Batch& rows, Weeks& weeks) {
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    TickerWeek& week = week_at(weeks, rows, row);
    // Where a file tells no date of publication the rule does.
    week.published = columns::day_of(rows, "initial_published_date", row);
    if (!week.published) {
      const std::string tier = columns::text_of(rows, "tier_identifier", row);
      week.published = market::to_new_york(market::weekly_publication(week.monday, tier)).day;
    }
    week.share = number_of(rows, "otc_share", row);
    week.volume = number_of(rows, "otc_volume", row);
    // Without its firms a week still tells what its alternative trading systems had.
    week.ats = number_of(rows, "ats_share_of_off_exchange", row);
  }
}

void take_mix(const Batch& rows, Weeks& weeks) {
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    const auto found =
        weeks.find({symbol_at(rows, row), *columns::day_of(rows, "week_start_date", row)});
    if (found == weeks.end() || std::isnan(number_of(rows, "wholesaler", row))) continue;
    found->second.ats = number_of(rows, "ats", row);
    found->second.wholesaler = number_of(rows, "wholesaler", row);
    found->second.other = number_of(rows, "other", row);
  }
}

void take_expected(const Batch& rows, Weeks& weeks) {
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    if (columns::text_of(rows, "status", row) == "PUBLISHED") continue;
    TickerWeek& week = week_at(weeks, rows, row);
    if (week.published) continue;
    week.share = number_of(rows, "nowcast_share", row);
    week.low = number_of(rows, "nowcast_share_low", row);
    week.high = number_of(rows, "nowcast_share_high", row);
    // Of a week that still runs it is the volume so far, which is none of a week.
    if (columns::text_of(rows, "status", row) == "PENDING") {
      week.volume = number_of(rows, "nowcast_volume", row);
    }
  }
}

/// Holds a week against those before it that were public when it began.
void judge(std::vector<TickerWeek>& weeks) {
  for (TickerWeek& week : weeks) {
    std::vector<double> past;
    for (const TickerWeek& before : weeks) {
      if (!before.published || before.monday >= week.monday) continue;
      if (before.monday < week.monday.plus(-7 * kPastWeeks)) continue;
      if (*before.published <= week.monday.plus(4) && !std::isnan(before.share)) {
        past.push_back(before.share);
      }
    }
    if (past.size() < kLeastPastWeeks) continue;
    week.band_low = kernels::quantile(past, 0.25);
    week.band_middle = kernels::median(past);
    week.band_high = kernels::quantile(past, 0.75);
  }
}

void take_score(const Batch& scores, std::vector<TickerData>& tickers) {
  for (TickerData& data : tickers) {
    data.nowcast_error = data.nowcast_inside = kMissing;
    for (std::size_t row = 0; row < scores.num_rows(); ++row) {
      if (symbol_at(scores, row) != data.symbol) continue;
      data.nowcast_error = number_of(scores, "mean_absolute_error", row);
      data.nowcast_inside = number_of(scores, "inside", row);
      data.nowcast_weeks = static_cast<std::size_t>(number_of(scores, "weeks", row));
    }
  }
}

}  // namespace

Result<void> load_weeks(const store::Reader& reader, const TickerRequest& request,
                        std::vector<TickerData>& tickers) {
  const market::DayRange shown{market::week_start(request.days.first),
                               market::week_start(request.days.last)};
  const market::DayRange loaded{shown.first.plus(-7 * kPastWeeks), shown.last};
  // Weeks before the range become public within it.
  const market::DayRange kept{shown.first.plus(-7 * kLatestWeeks), shown.last};
  Weeks weeks;
  // A week counts from its publication, which a stored file may promise for later.
  OFFEX_ASSIGN(const Batch published,
               studies::weekly_metrics(
                   reader, {.symbols = request.symbols, .weeks = loaded, .as_of = request.now}));
  take_published(published, weeks);
  if (wants(request, TickerPanel::Mix)) {
    OFFEX_ASSIGN(const Batch venues,
                 studies::venue_mix(
                     reader, {.symbols = request.symbols, .weeks = kept, .as_of = request.now}));
    take_mix(studies::mix_by_kind(venues), weeks);
  }
  OFFEX_ASSIGN(
      const Batch expected,
      studies::nowcast(reader, {.symbols = request.symbols, .weeks = shown, .as_of = request.now}));
  take_expected(expected, weeks);
  take_score(studies::score_nowcasts(expected), tickers);
  for (TickerData& data : tickers) {
    for (const auto& [key, week] : weeks) {
      if (key.first == data.symbol) data.weeks.push_back(week);
    }
    judge(data.weeks);
    std::erase_if(data.weeks, [&](const TickerWeek& week) {
      return !shown.contains(week.monday) && !(week.published && kept.contains(week.monday));
    });
  }
  return {};
}

}  // namespace offex::views
