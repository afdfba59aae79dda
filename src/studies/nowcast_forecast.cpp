#include <algorithm>
#include <array>
#include <iterator>

#include "offex/kernels/elementwise.hpp"
#include "offex/kernels/order_statistics.hpp"

#include "studies/nowcast_forecast_internal.hpp"

namespace offex::studies {
namespace {

constexpr double kNan = columns::Panel::kMissing;
constexpr double kHalfPi = 1.5707963267948966;
constexpr double kOwnSpread = 4.0;  // weeks that the tier's spread counts in a symbol's

/// What the symbols of a tier say of a further one.
struct TierFit {
  double centre{kNan};
  double within{kNan};   ///< deviation of a symbol's weeks
  double between{kNan};  ///< variance of the symbols' own ratios
};

/// Values of the symbols of one tier.
struct TierSample {
  std::vector<double> centres;  ///< of all
  std::vector<double> full_centres, spreads;
  double inverse_weeks{0.0};

  void add(const NowcastPast& past) {
    if (past.weeks == 0) return;
    centres.push_back(past.centre);
    if (past.weeks < kNowcastFull) return;
    full_centres.push_back(past.centre);
    spreads.push_back(past.spread);
    inverse_weeks += 1.0 / static_cast<double>(past.weeks);
  }

  [[nodiscard]] TierFit fit() const {
    TierFit out{.centre = kernels::median(centres), .within = kernels::median(spreads)};
    const double variance = out.within * out.within;
    out.between = variance;
    if (full_centres.size() >= kNowcastTier) {
      // What lies apart by chance is no difference between symbols: a median of n weeks varies
      // by pi / 2 / n of their variance.
      const double scale = kernels::quartile_scale(full_centres);
      const double chance =
          kHalfPi * variance * inverse_weeks / static_cast<double>(full_centres.size());
      out.between = std::max(0.0, scale * scale - chance);
    }
    return out;
  }
};

/// Takes from all names what a tier cannot tell.
TierFit or_all(TierFit tier, const TierFit& all) {
  if (std::isnan(tier.centre)) {
    tier.centre = all.centre;
  }
  if (std::isnan(tier.within)) {
    tier.within = all.within;
    tier.between = all.between;
  }
  return tier;
}

/// How much a symbol's own weeks count against its tier.
double own_weight(const NowcastPast& past, const TierFit& tier) {
  if (past.weeks == 0) return 0.0;
  const auto weeks = static_cast<double>(past.weeks);
  if (std::isnan(tier.within)) {
    return weeks / (weeks + 1.0);
  }
  const double whole = weeks * tier.between + tier.within * tier.within;
  return whole > 0.0 ? weeks * tier.between / whole : 1.0;
}

double scale_of(const NowcastPast& past, const TierFit& tier, double weight) {
  const double steps = past.weeks > 1 ? static_cast<double>(past.weeks - 1) : 0.0;
  const double own = steps > 0.0 ? past.spread * past.spread * steps : 0.0;
  const double of_weeks = (own + kOwnSpread * tier.within * tier.within) / (steps + kOwnSpread);
  const double scale = std::sqrt(of_weeks + (1.0 - weight) * tier.between);
  return std::isnan(scale) ? kNan : std::max(scale, kNowcastLeastScale);
}

/// The smallest error that kNowcastLevel of n past ones and a further one, if it is as they are,
/// do not exceed: the one of rank (n + 1) x level, rounded up. \param errors reordered
double reach_of(std::vector<double>& errors) {
  if (errors.size() < kNowcastErrors) return kNan;
  const double rank = std::ceil(kNowcastLevel * static_cast<double>(errors.size() + 1));
  const auto at = errors.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
  std::nth_element(errors.begin(), at, errors.end());
  return *at;
}

/// Median and spread of some log ratios. \param ratios reordered
NowcastPast summarize(std::span<double> ratios) {
  NowcastPast out{.weeks = ratios.size()};
  if (ratios.empty()) return out;
  std::ranges::sort(ratios);
  const std::size_t middle = ratios.size() / 2;
  out.centre =
      ratios.size() % 2 == 1 ? ratios[middle] : 0.5 * (ratios[middle - 1] + ratios[middle]);
  if (ratios.size() > 1) {
    double sum = 0.0;
    for (const double ratio : ratios) sum += std::abs(ratio - out.centre);
    out.spread = std::sqrt(kHalfPi) * sum / static_cast<double>(ratios.size() - 1);
  }
  return out;
}

}  // namespace

Forecaster::Forecaster(const NowcastInputs& in)
    : in_{in},
      log_ratios_{in.weeks.size(), in.num_symbols()},
      errors_{in.weeks.size(), in.num_symbols()},
      shares_{in.weeks.size(), in.num_symbols()},
      begins_(in.weeks.size()) {
  kernels::share(in.published.cells(), in.week_consolidated.cells(), shares_.cells());
  for (std::size_t week = 0; week < in.weeks.size(); ++week) {
    begins_[week] = begin_of(week);
    // The weekly figure holds all sessions: what a file is missing from cannot be set against it.
    if (in.sessions[week] == 0 || in.sessions_used[week] != in.sessions[week]) continue;
    for (std::size_t symbol = 0; symbol < in.num_symbols(); ++symbol) {
      const double ratio = in.published.at(week, symbol) / in.finra.at(week, symbol);
      if (ratio > 0.0 && std::isfinite(ratio)) {
        log_ratios_.at(week, symbol) = std::log(ratio);
      }
    }
  }
}

/// First week that counts for `week`: within reach, and under the same rules.
std::size_t Forecaster::begin_of(std::size_t week) const {
  std::size_t out = week - std::min(week, kNowcastReach);
  for (const market::Day monday : in_.new_rules) {
    if (monday <= in_.weeks[week]) {
      const auto at = std::ranges::lower_bound(in_.weeks, monday) - in_.weeks.begin();
      out = std::max(out, static_cast<std::size_t>(at));
    }
  }
  return out;
}

NowcastPast Forecaster::past_of(NowcastMoment moment, std::size_t symbol) const {
  std::array<double, kNowcastWeeks> ratios{};
  std::size_t count = 0;
  for (std::size_t week = moment.week; week-- > begins_[moment.week] && count < kNowcastWeeks;) {
    const double ratio = log_ratios_.at(week, symbol);
    if (!std::isnan(ratio) && in_.available.at(week, symbol) <= moment.known) {
      ratios[count++] = ratio;
    }
  }
  return summarize(std::span{ratios}.first(count));
}

std::vector<std::int16_t> Forecaster::tiers(NowcastMoment moment) const {
  const std::size_t symbols = in_.num_symbols();
  std::vector<std::int16_t> out(symbols, -1);
  // Week by week, because the cells of a week lie side by side.
  for (std::size_t week = moment.week - std::min(moment.week, kNowcastReach); week < moment.week;
       ++week) {
    for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
      const std::int16_t tier = in_.tier[week * symbols + symbol];
      if (tier >= 0 && in_.available.at(week, symbol) <= moment.known) out[symbol] = tier;
    }
  }
  return out;
}

NowcastExpected Forecaster::expect(NowcastMoment moment) const {
  const std::size_t symbols = in_.num_symbols();
  NowcastExpected out{symbols};
  out.tier = tiers(moment);
  std::vector<NowcastPast> pasts(symbols);
  std::vector<TierSample> samples(in_.tiers.size() + 1);  // the last one holds all names
  for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
    pasts[symbol] = past_of(moment, symbol);
    samples.back().add(pasts[symbol]);
    if (out.tier[symbol] >= 0) {
      samples[static_cast<std::size_t>(out.tier[symbol])].add(pasts[symbol]);
    }
  }
  std::vector<TierFit> fits;
  const TierFit all = samples.back().fit();
  std::ranges::transform(samples, std::back_inserter(fits),
                         [&](const TierSample& sample) { return or_all(sample.fit(), all); });
  for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
    const NowcastPast& past = pasts[symbol];
    const TierFit& fit = fits[group_of(out.tier[symbol])];
    const double weight = own_weight(past, fit);
    const double own = past.weeks > 0 ? weight * past.centre : 0.0;
    out.log_ratio[symbol] = own + (1.0 - weight) * fit.centre;
    out.scale[symbol] = scale_of(past, fit, weight);
    out.weeks[symbol] = static_cast<std::uint8_t>(past.weeks);
  }
  return out;
}

void Forecaster::judge(std::size_t week, const NowcastExpected& expected) {
  for (std::size_t symbol = 0; symbol < in_.num_symbols(); ++symbol) {
    const double error = log_ratios_.at(week, symbol) - expected.log_ratio[symbol];
    errors_.at(week, symbol) = std::abs(error) / expected.scale[symbol];
  }
}

std::vector<double> Forecaster::reaches(NowcastMoment moment,
                                        const NowcastExpected& expected) const {
  std::vector<std::vector<double>> errors(in_.tiers.size() + 1);
  for (std::size_t week = begins_[moment.week]; week < moment.week; ++week) {
    for (std::size_t symbol = 0; symbol < in_.num_symbols(); ++symbol) {
      const double error = errors_.at(week, symbol);
      if (!(in_.available.at(week, symbol) <= moment.known) || std::isnan(error)) continue;
      errors.back().push_back(error);
      if (expected.tier[symbol] >= 0) {
        errors[static_cast<std::size_t>(expected.tier[symbol])].push_back(error);
      }
    }
  }
  std::vector<double> out;
  const double all = reach_of(errors.back());
  for (std::vector<double>& of_tier : errors) {
    const double reach = reach_of(of_tier);
    out.push_back(std::isnan(reach) ? all : reach);
  }
  return out;
}

}  // namespace offex::studies
