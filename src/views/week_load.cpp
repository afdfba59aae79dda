#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "offex/columns/cells.hpp"
#include "offex/studies/nowcast.hpp"
#include "offex/studies/venue_mix.hpp"
#include "offex/studies/weekly.hpp"
#include "offex/views/week_figure.hpp"

namespace offex::views {
namespace {

using columns::Batch;
using columns::day_of;
using columns::number_of;
using columns::text_of;
using market::Day;

constexpr int kWeek = 7;
constexpr int kWeeksToCome = 12;  // more than FINRA is ever late
constexpr int kScoredWeeks = 60;

/// What the studies say of all tickers.
struct Answers {
  Batch weekly, nowcast, scores, venues, kinds;
};

/// The newest published week of any of the tickers, or that of the question.
Day newest_week(const Batch& weekly, market::Instant now) {
  std::optional<Day> out;
  for (std::size_t row = 0; row < weekly.num_rows(); ++row) {
    out = std::max(out, day_of(weekly, "week_start_date", row));
  }
  return out.value_or(market::week_start(market::to_new_york(now).day));
}

Result<Answers> ask(const store::Reader& reader, const WeekFigureRequest& request) {
  Answers out;
  OFFEX_ASSIGN(out.weekly,
               studies::weekly_metrics(reader, {.symbols = request.symbols, .as_of = request.now}));
  const Day newest = newest_week(out.weekly, request.now);
  // After the newest week come those that are not published yet.
  const Day last = newest.plus(kWeek * kWeeksToCome);
  const int scored = std::max(request.weeks, kScoredWeeks);
  OFFEX_ASSIGN(
      out.nowcast,
      studies::nowcast(reader, {.symbols = request.symbols,
                                .weeks = market::DayRange{newest.plus(-kWeek * scored), last},
                                .as_of = request.now}));
  OFFEX_ASSIGN(
      out.venues,
      studies::venue_mix(
          reader,
          {.symbols = request.symbols,
           .weeks = market::DayRange{newest.plus(-kWeek * (request.weeks + kWeeksToCome)), last},
           .as_of = request.now}));
  out.scores = studies::score_nowcasts(out.nowcast);
  out.kinds = studies::mix_by_kind(out.venues);
  return out;
}

/// Calls `take` with each row of a symbol. \pre the batch has a column of symbols
template <class Take>
void each_row(const Batch& batch, const market::Symbol& symbol, const Take& take) {
  if (batch.num_rows() == 0) return;
  const auto& symbols = batch.find("symbol")->values<market::Symbol>();
  for (std::size_t row = 0; row < batch.num_rows(); ++row) {
    if (symbols[row] == symbol) take(row);
  }
}

/// The drawer of one ticker while it is filled.
class Filling {
 public:
  Filling(const Answers& answers, const WeekFigureRequest& request, const market::Symbol& symbol)
      : answers_{answers}, request_{request} {
    out_.symbol = symbol;
  }

  [[nodiscard]] WeekFigureData data() && {
    take_published();
    take_nowcasts();
    each_row(answers_.kinds, out_.symbol, [&](std::size_t row) { take_kinds(row); });
    line_up();
    take_venues();
    take_score();
    return std::move(out_);
  }

 private:
  [[nodiscard]] DrawerWeek& week_at(const Batch& batch, std::size_t row) {
    const Day monday = *day_of(batch, "week_start_date", row);
    DrawerWeek& week = weeks_[monday];
    week.monday = monday;
    return week;
  }

  void take_published() {
    each_row(answers_.weekly, out_.symbol, [&](std::size_t row) {
      DrawerWeek& week = week_at(answers_.weekly, row);
      const double volume = number_of(answers_.weekly, "otc_volume", row);
      week.tier = text_of(answers_.weekly, "tier_identifier", row);
      week.state = WeekState::Published;
      week.share = number_of(answers_.weekly, "otc_share", row);
      const double trades = number_of(answers_.weekly, "ats_trades", row) +
                            number_of(answers_.weekly, "non_ats_trades", row);
      if (trades > 0.0) week.trade_size = volume / trades;
    });
  }

  void take_nowcasts() {
    each_row(answers_.nowcast, out_.symbol, [&](std::size_t row) {
      DrawerWeek& week = week_at(answers_.nowcast, row);
      week.nowcast = number_of(answers_.nowcast, "nowcast_share", row);
      week.nowcast_low = number_of(answers_.nowcast, "nowcast_share_low", row);
      week.nowcast_high = number_of(answers_.nowcast, "nowcast_share_high", row);
      if (week.state == WeekState::Published) return;
      const std::string status = text_of(answers_.nowcast, "status", row);
      week.tier = text_of(answers_.nowcast, "tier_identifier", row);
      if (status == "PENDING") week.state = WeekState::Pending;
      if (status == "RUNNING") week.state = WeekState::Running;
    });
  }

  void take_kinds(std::size_t row) {
    DrawerWeek& week = week_at(answers_.kinds, row);
    week.ats = number_of(answers_.kinds, "ats", row);
    week.wholesaler = number_of(answers_.kinds, "wholesaler", row);
    week.other = number_of(answers_.kinds, "other", row);
  }

  /// Puts the weeks to show in order: so many up to the newest published one, and all after it.
  void line_up() {
    if (weeks_.empty()) return;
    const Day last = weeks_.rbegin()->first;
    Day newest = last;
    for (const auto& [monday, week] : weeks_) {
      if (week.state == WeekState::Published) newest = monday;
    }
    const Day first = std::max(newest.plus(-kWeek * (request_.weeks - 1)), weeks_.begin()->first);
    for (Day monday = first; monday <= last; monday = monday.plus(kWeek)) {
      const auto found = weeks_.find(monday);
      out_.weeks.push_back(found != weeks_.end() ? found->second : DrawerWeek{.monday = monday});
    }
  }

  [[nodiscard]] static VenueSort sort_of(const std::string& kind) {
    if (kind == "ATS") return VenueSort::Ats;
    return kind == "WHOLESALER" ? VenueSort::Wholesaler : VenueSort::Other;
  }

  void take_venues() {
    using Name = std::tuple<bool, std::string, std::string>;  // ATS or not, MPID, name
    std::map<Name, DrawerVenue> venues;
    std::optional<std::size_t> newest;
    each_row(answers_.venues, out_.symbol, [&](std::size_t row) {
      const Day monday = *day_of(answers_.venues, "week_start_date", row);
      const double rank = number_of(answers_.venues, "rank", row);
      if (out_.weeks.empty() || monday < out_.weeks.front().monday || std::isnan(rank)) return;
      const auto place = static_cast<std::size_t>((monday - out_.weeks.front().monday) / kWeek);
      if (place >= out_.weeks.size()) return;
      const VenueSort sort = sort_of(text_of(answers_.venues, "kind", row));
      const std::string mpid = text_of(answers_.venues, "mpid", row);
      const std::string name = text_of(answers_.venues, "venue", row);
      DrawerVenue& venue =
          venues[{sort == VenueSort::Ats, mpid, mpid.empty() ? name : std::string{}}];
      venue.name = name;
      venue.sort = sort;
      venue.ranks.resize(out_.weeks.size(), DrawerWeek::kMissing);
      venue.ranks[place] = rank;
      newest = std::max(newest.value_or(0), place);
    });
    for (auto& [name, venue] : venues) {
      if (venue.ranks[*newest] <= static_cast<double>(kDrawerVenues)) {
        out_.venues.push_back(std::move(venue));
      }
    }
    std::ranges::stable_sort(out_.venues, {},
                             [&](const DrawerVenue& venue) { return venue.ranks[*newest]; });
  }

  void take_score() {
    each_row(answers_.scores, out_.symbol, [&](std::size_t row) {
      const double weeks = number_of(answers_.scores, "weeks", row);
      out_.score = {.weeks = std::isnan(weeks) ? 0 : static_cast<int>(weeks),
                    .error = number_of(answers_.scores, "mean_absolute_error", row),
                    .naive_error = number_of(answers_.scores, "naive_error", row),
                    .inside = number_of(answers_.scores, "inside", row)};
    });
  }

  const Answers& answers_;
  const WeekFigureRequest& request_;
  std::map<Day, DrawerWeek> weeks_;
  WeekFigureData out_;
};

}  // namespace

Result<std::vector<WeekFigureData>> load_week_figures(const store::Reader& reader,
                                                      const WeekFigureRequest& request) {
  OFFEX_ASSIGN(const Answers answers, ask(reader, request));
  std::vector<WeekFigureData> out;
  for (const market::Symbol& symbol : request.symbols) {
    out.push_back(Filling{answers, request, symbol}.data());
  }
  return out;
}

}  // namespace offex::views
