#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "offex/base/check.hpp"
#include "offex/kernels/elementwise.hpp"
#include "offex/kernels/order_statistics.hpp"
#include "offex/kernels/tiles.hpp"
#include "offex/market/calendar.hpp"
#include "offex/market/quantity.hpp"
#include "offex/studies/scan.hpp"

#include "studies/scan_walk_internal.hpp"

namespace offex::studies {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kPerShare = static_cast<double>(market::Quantity::kPerShare);
constexpr double kPerDollar = 1e9;
constexpr std::size_t kBlockSessions = 16;
constexpr std::size_t kUsualSessions = 20;
constexpr std::size_t kFewestUsual = 5;
constexpr double kFewestRows = 0.97;   // of the usual
constexpr double kFewestShares = 0.5;  // of the usual
constexpr double kEarlyCloseShares = 0.25;
constexpr std::size_t kTileSymbols = 1'024;
constexpr std::size_t kFewestDeviations = 50;
constexpr std::int64_t kMatureSeries = 20;
constexpr double kUsualReturn = 0.02;
constexpr double kUsualImbalance = 0.25;

constexpr kernels::SeriesParameters kPriceSeries{.zero_mean = true};
constexpr kernels::SeriesParameters kLitSeries{};

bool accepted(double part, double total) { return total > 0.0 && part >= 0.0 && part <= total; }

void scale(std::span<const double> values, double by, std::vector<double>& out) {
  out.resize(values.size());
  for (std::size_t cell = 0; cell < values.size(); ++cell) {
    out[cell] = values[cell] / by;
  }
}

const std::vector<market::Day>& calendar_sessions() {
  static const std::vector<market::Day> sessions =
      market::sessions(market::calendar_range()).value();
  return sessions;
}

}  // namespace

std::int32_t session_ordinal(market::Day day) {
  const std::vector<market::Day>& sessions = calendar_sessions();
  const auto found = std::ranges::lower_bound(sessions, day);
  OFFEX_CHECK(found != sessions.end() && *found == day);
  return static_cast<std::int32_t>(found - sessions.begin());
}

market::Day session_day(std::int32_t ordinal) {
  return calendar_sessions().at(static_cast<std::size_t>(ordinal));
}

Result<std::vector<market::Day>> trading_days(const store::Reader& reader,
                                              std::optional<market::Instant> as_of) {
  OFFEX_ASSIGN(std::vector<market::Day> days, session_grid(reader, as_of));
  const market::DayRange known = market::calendar_range();
  std::erase_if(days,
                [&](market::Day day) { return !known.contains(day) || !market::is_session(day); });
  return days;
}

ScanState::ScanState(const kernels::SurpriseParameters& parameters, std::size_t symbols)
    : surprise{symbols},
      dollars{parameters.hm, symbols},
      streak(symbols, 0),
      price(symbols),
      lit(symbols) {}

ScanWalk::ScanWalk(const store::Reader& reader, const Axis& axis, const ScanStreamRequest& request,
                   std::vector<store::CorporateAction> actions)
    : reader_{reader},
      axis_{axis},
      request_{request},
      actions_{std::move(actions)},
      breaks_{baseline_breaks(axis.days)},
      stream_{reader, axis, request.as_of},
      sizes_(axis.days.size()),
      filter_{request.parameters, axis.symbols.size()},
      state_{request.parameters, axis.symbols.size()},
      previous_z_r_(axis.symbols.size(), kNan),
      split_(axis.symbols.size(), 0) {}

void ScanWalk::start_at(std::size_t position, ScanState state) {
  OFFEX_CHECK(state.streak.size() == axis_.symbols.size());
  position_ = position;
  state_ = std::move(state);
}

Result<void> ScanWalk::load() {
  if (position_ < block_.end && position_ >= block_.begin && block_.size() > 0) {
    return {};
  }
  block_ = {position_, std::min(axis_.days.size(), position_ + kBlockSessions)};
  return stream_.load(block_);
}

ScanWalk::Size ScanWalk::size_of(std::size_t row) const {
  const auto part = stream_.inputs().short_volume.row(row);
  const auto total = stream_.inputs().total_volume.row(row);
  Size out;
  for (std::size_t cell = 0; cell < part.size(); ++cell) {
    if (accepted(part[cell], total[cell])) {
      out.rows += 1.0;
      out.shares += total[cell];  // whole millionths: exact in any order
    }
  }
  out.shares /= kPerShare;
  return out;
}

/// Fills the day's vectors from panel row `row`.
void ScanWalk::gather(std::size_t row) {
  const V2Inputs& in = stream_.inputs();
  const std::size_t count = axis_.symbols.size();
  scale(in.short_volume.row(row), kPerShare, part_);
  scale(in.total_volume.row(row), kPerShare, total_);
  scale(in.open.row(row), kPerDollar, open_);
  scale(in.close.row(row), kPerDollar, close_);
  scale(in.volume.row(row), kPerShare, volume_);
  if (row > 0) {
    scale(in.close.row(row - 1), kPerDollar, previous_close_);
  } else {
    previous_close_.assign(count, kNan);
  }
  imbalance_.resize(count);
  kernels::imbalance(in.lit_buy_volume.row(row), in.lit_sell_volume.row(row), kMinLitVolume,
                     imbalance_);
  dollar_volume_.assign(count, 0.0);
  present_.assign(count, 0.0);
  for (std::size_t before = row - std::min(row, kUsualSessions); before < row; ++before) {
    const auto close = in.close.row(before);
    const auto volume = in.volume.row(before);
    for (std::size_t cell = 0; cell < count; ++cell) {
      const double dollars = close[cell] / kPerDollar * (volume[cell] / kPerShare);
      const bool there = !std::isnan(dollars);
      dollar_volume_[cell] += there ? dollars : 0.0;
      present_[cell] += there ? 1.0 : 0.0;
    }
  }
  for (std::size_t cell = 0; cell < count; ++cell) {
    dollar_volume_[cell] = present_[cell] > 0.0 ? dollar_volume_[cell] / present_[cell] : kNan;
  }
}

/// Applies what became effective since the session before.
void ScanWalk::act() {
  std::ranges::fill(split_, std::uint8_t{0});
  if (breaks_[position_] != 0 && (position_ == 0 || breaks_[position_ - 1] == 0)) {
    state_.surprise.restart_variances();
  }
  const market::Day day = axis_.days[position_];
  for (const store::CorporateAction& action : actions_) {
    const bool due =
        action.effective <= day && (position_ == 0 || axis_.days[position_ - 1] < action.effective);
    if (!due) continue;
    const auto code = std::ranges::find(axis_.codes, action.symbol_code);
    if (code == axis_.codes.end()) continue;
    const auto at = static_cast<std::size_t>(code - axis_.codes.begin());
    if (action.reset) {
      state_.surprise.reset(at);
      state_.dollars.sums()[at] = state_.dollars.weights()[at] = 0.0;
      state_.streak[at] = 0;
      state_.price[at] = state_.lit[at] = {};
      previous_close_[at] = previous_z_r_[at] = kNan;
    } else {
      state_.surprise.split(at, action.factor);
      previous_close_[at] /= action.factor;
      split_[at] = 1;
    }
  }
}

/// Says whether the day's file is whole, by the sessions before it.
void ScanWalk::judge_size() {
  std::vector<double> rows;
  std::vector<double> shares;
  for (std::size_t back = 1; back <= std::min(position_, kUsualSessions); ++back) {
    std::optional<Size>& size = sizes_[position_ - back];
    if (!size) size = size_of(stream_.warm_up() + position_ - back - block_.begin);
    if (size->rows > 0.0) {
      rows.push_back(size->rows);
      shares.push_back(size->shares);
    }
  }
  const bool enough = rows.size() >= kFewestUsual;
  session_.usual_rows = enough ? kernels::median(rows) : kNan;
  session_.usual_shares = enough ? kernels::median(shares) : kNan;
  // The market is open half as long then, and its volume says nothing about the file.
  const double fewest =
      market::is_early_close(axis_.days[position_]) ? kEarlyCloseShares : kFewestShares;
  const Size& size = *sizes_[position_];
  const bool partial = enough && (size.rows < kFewestRows * session_.usual_rows ||
                                  size.shares < fewest * session_.usual_shares);
  session_.status = partial ? SessionStatus::Partial : SessionStatus::Ok;
}

void ScanWalk::step_series(std::span<const double> values,
                           const kernels::SeriesParameters& parameters, double usual_prior,
                           std::vector<kernels::SeriesState>& states,
                           std::vector<kernels::SeriesScore>& scores) {
  if (std::ranges::all_of(values, [](double value) { return std::isnan(value); })) {
    scores.assign(request_.parts ? values.size() : 0, {kNan, kNan, kNan});
    return;
  }
  std::vector<double> deviations;
  for (const kernels::SeriesState& state : states) {
    if (state.count >= kMatureSeries) deviations.push_back(kernels::series_deviation(state));
  }
  const double found =
      deviations.size() >= kFewestDeviations ? kernels::median(deviations) : usual_prior;
  const double prior = found > 0.0 ? found : usual_prior;
  scores.resize(request_.parts ? values.size() : 0);
  const auto step = [&](std::size_t, std::size_t first, std::size_t count) {
    if (request_.parts) {
      kernels::step_series(parameters, prior, values.subspan(first, count),
                           std::span{states}.subspan(first, count),
                           std::span{scores}.subspan(first, count));
      return;
    }
    for (std::size_t at = first; at < first + count; ++at) {
      kernels::advance_series(parameters, prior, values[at], states[at]);
    }
  };
  kernels::for_each_tile(values.size(), kTileSymbols, request_.threads, step);
}

/// Takes in what the filter does not: dollars and streaks.
void ScanWalk::learn() {
  std::vector<double> dollars(axis_.symbols.size(), kNan);
  std::vector<std::int32_t> streak(axis_.symbols.size(), 0);
  for (std::size_t row = 0; row < scores_.size(); ++row) {
    const std::size_t at = scores_.symbol[row];
    dollars[at] = close_[at] * scores_.total[row];
    if (scores_.scored(row) && tag_of(scores_.z_r[row], scores_.z_v[row]) != Tag::None) {
      streak[at] = state_.streak[at] + 1;
    }
  }
  state_.dollars.add(dollars);
  state_.streak = std::move(streak);
}

void ScanWalk::fill_session() {
  session_.day = axis_.days[position_];
  session_.ordinal = session_ordinal(session_.day);
  session_.axis = &axis_;
  session_.parameters = &request_.parameters;
  session_.after_break = breaks_[position_] != 0;
  session_.scores = &scores_;
  session_.state = &state_;
  session_.open = open_;
  session_.close = close_;
  session_.previous_close = previous_close_;
  session_.volume = volume_;
  session_.dollar_volume = dollar_volume_;
  session_.dollar_weight = dollar_weight_;
  session_.previous_z_r = previous_z_r_;
  session_.split = split_;
  session_.price = price_;
  session_.lit = lit_;
}

Result<const ScanSession*> ScanWalk::next() {
  OFFEX_CHECK(position_ < axis_.days.size());
  // What the last session said is what this one calls the session before.
  std::ranges::fill(previous_z_r_, kNan);
  for (std::size_t row = 0; row < scores_.size(); ++row) {
    previous_z_r_[scores_.symbol[row]] = scores_.z_r[row];
  }
  scores_.resize(0);
  OFFEX_TRY(load());
  const std::size_t row = stream_.warm_up() + position_ - block_.begin;
  gather(row);
  act();
  change_.resize(axis_.symbols.size());
  kernels::relative_change(close_, previous_close_, change_);
  sizes_[position_] = size_of(row);
  const bool filed = sizes_[position_]->rows > 0.0;
  if (filed) {
    judge_size();
    dollar_weight_.resize(axis_.symbols.size());
    state_.dollars.means(dollar_weight_);
    const bool whole = session_.status == SessionStatus::Ok;
    std::swap(filter_.state(), state_.surprise);
    filter_.step(session_ordinal(axis_.days[position_]), part_, total_,
                 whole ? kernels::Learn::Yes : kernels::Learn::No, request_.threads, scores_);
    std::swap(filter_.state(), state_.surprise);
    if (whole) learn();
  }
  step_series(change_, kPriceSeries, kUsualReturn, state_.price, price_);
  step_series(imbalance_, kLitSeries, kUsualImbalance, state_.lit, lit_);
  if (filed) fill_session();
  ++position_;
  return filed ? &session_ : nullptr;
}

}  // namespace offex::studies
