#include <array>
#include <map>
#include <utility>

#include "offex/base/check.hpp"
#include "offex/market/calendar.hpp"
#include "offex/views/daily_table.hpp"

namespace offex::views {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;
using market::Day;
using market::Symbol;

enum class Status : std::uint8_t { Published, Pending, None };
constexpr std::array<std::string_view, 3> kStatusWords{"PUBLISHED", "PENDING", "NONE"};

using Week = std::pair<Symbol, std::int32_t>;  // symbol and Monday

Day day_at(const Column& column, std::size_t row) {
  return Day::from_days(column.values<std::int32_t>()[row]);
}

// The rows of a batch by symbol and week.
std::map<Week, std::size_t> rows_by_week(const Batch& batch) {
  std::map<Week, std::size_t> out;
  if (batch.num_rows() == 0) return out;
  const auto& symbols = batch.find("symbol")->values<Symbol>();
  const auto& weeks = batch.find("week_start_date")->values<std::int32_t>();
  for (std::size_t row = 0; row < batch.num_rows(); ++row) out[{symbols[row], weeks[row]}] = row;
  return out;
}

struct Shown {
  Day first, last;  // sessions
  Day week;
  std::size_t row{0};
};

class Joiner {
 public:
  explicit Joiner(const WeeklyParts& parts)
      : parts_{parts},
        weekly_{rows_by_week(parts.weekly)},
        nowcasts_{rows_by_week(parts.nowcasts)} {
    for (const auto& [week, row] : weekly_) take_tier(week.first, row);
    if (parts.time == WeekTime::Known) find_windows();
  }

  // Where the weekly figures of a day are.
  struct Found {
    Status status{Status::None};
    std::optional<std::size_t> weekly{};
    std::optional<std::size_t> nowcast{};
  };

  [[nodiscard]] Found find(const Symbol& symbol, Day day) const {
    return parts_.time == WeekTime::Event ? by_event(symbol, day) : by_publication(symbol, day);
  }

 private:
  void take_tier(const Symbol& symbol, std::size_t row) {
    const Column* tier = parts_.weekly.find("tier_identifier");
    if (tier != nullptr && tier->valid(row)) tiers_[symbol] = tier->values<std::string>()[row];
  }

  [[nodiscard]] std::string_view tier_of(const Symbol& symbol) const {
    const auto found = tiers_.find(symbol);
    return found == tiers_.end() ? std::string_view{} : found->second;
  }

  void find_windows() {
    const Column* published = parts_.weekly.find("initial_published_date");
    for (const auto& [week, row] : weekly_) {
      const Day monday = Day::from_days(week.second);
      Day first = market::to_new_york(market::weekly_publication(monday, tier_of(week.first))).day;
      if (published != nullptr && published->valid(row)) first = day_at(*published, row);
      if (!market::calendar_range().contains(first)) continue;
      if (!market::is_session(first)) {
        const auto next = market::session_after(first);
        if (!next) continue;
        first = *next;
      }
      const auto last = market::session_after(first, kKnownSessions - 1);
      if (last) windows_[week.first].push_back({first, *last, monday, row});
    }
  }

  [[nodiscard]] Found by_publication(const Symbol& symbol, Day day) const {
    const auto found = windows_.find(symbol);
    if (found == windows_.end()) return {};
    const Shown* best = nullptr;
    for (const Shown& shown : found->second) {  // weeks ascend
      if (day < shown.first || shown.last < day) continue;
      if (best == nullptr || best->first <= shown.first) best = &shown;
    }
    if (best == nullptr) return {};
    return {.status = Status::Published, .weekly = best->row};
  }

  [[nodiscard]] Found by_event(const Symbol& symbol, Day day) const {
    const Day monday = market::week_start(day);
    const Week week{symbol, monday.days()};
    if (const auto found = weekly_.find(week); found != weekly_.end()) {
      return {.status = Status::Published, .weekly = found->second};
    }
    if (const auto found = nowcasts_.find(week);
        found != nowcasts_.end() && is_open(found->second)) {
      return {.status = Status::Pending, .nowcast = found->second};
    }
    const bool due = parts_.asked_at >= market::weekly_publication(monday, tier_of(symbol));
    return {.status = due ? Status::None : Status::Pending};
  }

  [[nodiscard]] bool is_open(std::size_t row) const {
    const Column* status = parts_.nowcasts.find("status");
    return status != nullptr && status->valid(row) &&
           columns::cell_text(*status, row) != "PUBLISHED";
  }

  const WeeklyParts& parts_;
  std::map<Week, std::size_t> weekly_, nowcasts_;
  std::map<Symbol, std::string> tiers_;  // of the newest week
  std::map<Symbol, std::vector<Shown>> windows_;
};

// A column of the joined table, with what it is taken from.
struct Joined {
  Column column;
  const Column* from;
  bool nowcast;
};

}  // namespace

std::string_view to_string(WeekTime time) { return time == WeekTime::Event ? "event" : "known"; }

std::optional<WeekTime> parse_week_time(std::string_view text) {
  for (const WeekTime time : {WeekTime::Event, WeekTime::Known}) {
    if (text == to_string(time)) return time;
  }
  return std::nullopt;
}

Batch with_weeks(Batch daily, const WeeklyParts& parts) {
  const Joiner joiner{parts};
  std::vector<Joined> joined;
  const auto add = [&](const char* name, Type type, const Batch& from, bool nowcast) {
    joined.push_back({Column{name, type}, from.find(name), nowcast});
  };
  add("otc_share", Type::Double, parts.weekly, false);
  add("otc_share_z", Type::Double, parts.weekly, false);
  add("ats_share", Type::Double, parts.weekly, false);
  add("otc_volume", Type::Quantity, parts.weekly, false);
  for (const char* name : {"nowcast_share", "nowcast_share_low", "nowcast_share_high"}) {
    add(name, Type::Double, parts.nowcasts, true);
  }
  Column week{"otc_week_used", Type::Day};
  Column status{"otc_status", kStatusWords};
  Column has{"has_otc", Type::Bool};
  const Column* mondays = parts.weekly.find("week_start_date");
  for (std::size_t row = 0; row < daily.num_rows(); ++row) {
    const auto found = joiner.find(daily.find("symbol")->values<Symbol>()[row],
                                   day_at(*daily.find("trade_date"), row));
    for (Joined& one : joined) {
      const auto from = one.nowcast ? found.nowcast : found.weekly;
      if (from && one.from != nullptr) {
        one.column.push_from(*one.from, *from);
      } else {
        one.column.push_missing();
      }
    }
    if (found.weekly) {
      week.push_from(*mondays, *found.weekly);
    } else {
      week.push_missing();
    }
    status.push(static_cast<std::uint8_t>(found.status));
    has.push<std::int8_t>(found.weekly ? 1 : 0);
  }
  for (Joined& one : joined) daily.add(std::move(one.column));
  daily.add(std::move(week));
  daily.add(std::move(status));
  daily.add(std::move(has));
  return daily;
}

}  // namespace offex::views
