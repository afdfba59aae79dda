#include "offex/studies/scan.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "offex/base/check.hpp"
#include "offex/kernels/order_statistics.hpp"
#include "offex/kernels/significance.hpp"

#include "studies/catalogue_internal.hpp"

namespace offex::studies {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kTagged = 1.5;
constexpr std::array<std::string_view, 5> kRankWords{"omnibus", "ratio", "volume", "joint",
                                                     "persistence"};

struct Reason {
  std::string_view word;
  std::string_view text;
};
constexpr std::array<Reason, 11> kReasons{{
    {"NONE", "tested"},
    {"TEST_ISSUE", "a test issue of the exchanges"},
    {"NEVER_SEEN", "no session before this one"},
    {"SHORT_HISTORY", "fewer than 5 sessions of history"},
    {"THIN_BASELINE", "usually under 10,000 off-exchange shares a day"},
    {"FEW_SHARES", "under 1,000 off-exchange shares today"},
    {"DOLLAR_VOLUME", "dollar volume of the 20 sessions before is below the filter, or not known"},
    {"SHARES", "usual off-exchange shares are below the filter"},
    {"MARKET_CAP", "market value is outside the filter, or not known"},
    {"SECTOR", "another sector, or not known"},
    {"FUND", "left out by the filter on funds, or not known to be one or not"},
}};

/// Whether a row belongs to the default family, and why not.
Exclusion standing(const ScanSession& session, const SecurityFacts& facts, std::size_t row,
                   bool test_issues) {
  const kernels::SurpriseScores& scores = *session.scores;
  const kernels::SurpriseParameters& p = *session.parameters;
  if (!test_issues && facts.test_issue[scores.symbol[row]] != 0) return Exclusion::TestIssue;
  if (!scores.scored(row)) return Exclusion::NeverSeen;
  if (scores.count[row] < p.rank_min_n) return Exclusion::ShortHistory;
  if (scores.baseline[row] < p.rank_min_b) return Exclusion::ThinBaseline;
  if (scores.total[row] < p.rank_min_t) return Exclusion::FewShares;
  return Exclusion::None;
}

/// A bound that is not met, also by a value that is not known.
bool below(std::optional<double> bound, double value) { return bound && !(value >= *bound); }
bool above(std::optional<double> bound, double value) { return bound && !(value <= *bound); }

Exclusion filtered(const ScanSession& session, const SecurityFacts& facts, const ScanFilter& filter,
                   std::size_t row) {
  if (filter.is_default()) return Exclusion::None;
  const std::size_t at = session.scores->symbol[row];
  if (below(filter.min_dollar_volume, session.dollar_volume[at])) return Exclusion::DollarVolume;
  if (filter.min_shares && session.scores->baseline[row] < std::log10(*filter.min_shares)) {
    return Exclusion::Shares;
  }
  const double cap = facts.market_cap[at];
  if (below(filter.min_market_cap, cap) || above(filter.max_market_cap, cap)) {
    return Exclusion::MarketCap;
  }
  if (!filter.sector.empty() && facts.sectors[facts.sector[at]] != filter.sector) {
    return Exclusion::Sector;
  }
  const bool unwanted = (filter.funds == FundRule::Only && facts.fund[at] != 1) ||
                        (filter.funds == FundRule::Without && facts.fund[at] != 0);
  return unwanted ? Exclusion::Fund : Exclusion::None;
}

/// Empirical-null scale over the default family.
double scale_of(std::span<const double> z, const std::vector<std::uint32_t>& family,
                const kernels::SurpriseParameters& parameters) {
  if (static_cast<double>(family.size()) < parameters.scale_min_count) return 1.0;
  std::vector<double> values;
  values.reserve(family.size());
  for (const std::uint32_t row : family) values.push_back(z[row]);
  return std::max(1.0, kernels::quartile_scale(values));
}

void fill_p(const kernels::SurpriseScores& scores, double acat_clip, std::uint32_t row,
            Ranking& out) {
  const double a = scores.z_r[row] / out.scale_r;
  const double b = scores.z_v[row] / out.scale_v;
  out.r.p[row] = kernels::p_two_sided(a);
  out.v.p[row] = kernels::p_upper(b);
  out.j.p[row] = kernels::p_joint(a, b);
  out.p.p[row] = kernels::p_two_sided(scores.z_p[row] / out.scale_p);
  const std::array<double, 3> parts{out.r.p[row], out.v.p[row], out.j.p[row]};
  out.o.p[row] = kernels::combine_p(parts, acat_clip);
}

void fill_q(double rate, Channel& channel) {
  channel.q.resize(channel.p.size());
  kernels::false_discovery_rates(channel.p, channel.q);
  channel.discoveries = static_cast<std::size_t>(
      std::ranges::count_if(channel.q, [rate](double q) { return q <= rate; }));
}

/// Best first: smallest p, then the larger joint distance, the larger baseline, the symbol.
void sort_rows(const ScanSession& session, const Channel& channel, Ranking& out) {
  const kernels::SurpriseScores& scores = *session.scores;
  const auto distance = [&](std::uint32_t row) {
    const double surge = std::max(scores.z_v[row], 0.0);
    return scores.z_r[row] * scores.z_r[row] + surge * surge;
  };
  std::ranges::sort(out.order, [&](std::uint32_t a, std::uint32_t b) {
    if (channel.p[a] != channel.p[b]) return channel.p[a] < channel.p[b];
    if (const double x = distance(a), y = distance(b); x != y) return x > y;
    if (scores.baseline[a] != scores.baseline[b]) return scores.baseline[a] > scores.baseline[b];
    return scores.symbol[a] < scores.symbol[b];  // the axis is in order of symbol
  });
}

}  // namespace

std::string_view to_string(RankBy by) { return kRankWords[static_cast<std::size_t>(by)]; }

std::optional<RankBy> parse_rank_by(std::string_view text) {
  const auto* const found = std::ranges::find(kRankWords, text);
  if (found == kRankWords.end()) return std::nullopt;
  return static_cast<RankBy>(found - kRankWords.begin());
}

bool ScanFilter::is_default() const {
  return !min_dollar_volume && !min_shares && !min_market_cap && !max_market_cap &&
         sector.empty() && funds == FundRule::Any && !test_issues;
}

std::string_view reason(Exclusion why) { return kReasons[static_cast<std::size_t>(why)].text; }
std::string_view to_string(Exclusion why) { return kReasons[static_cast<std::size_t>(why)].word; }

const Channel& Ranking::channel(RankBy by) const {
  const std::array<const Channel*, 5> all{&o, &r, &v, &j, &p};
  return *all[static_cast<std::size_t>(by)];
}

Ranking rank_session(const ScanSession& session, const SecurityFacts& facts,
                     const ScanFilter& filter, RankBy by, double rate) {
  const kernels::SurpriseScores& scores = *session.scores;
  Ranking out;
  out.exclusion.resize(scores.size());
  std::vector<std::uint32_t> usual;
  for (std::uint32_t row = 0; row < scores.size(); ++row) {
    Exclusion& why = out.exclusion[row];
    why = standing(session, facts, row, false);
    if (why == Exclusion::None) usual.push_back(row);
    if (filter.test_issues) why = standing(session, facts, row, true);
    if (why == Exclusion::None) why = filtered(session, facts, filter, row);
    if (why == Exclusion::None) out.order.push_back(row);
  }
  out.default_family = usual.size();
  out.scale_r = scale_of(scores.z_r, usual, *session.parameters);
  out.scale_v = scale_of(scores.z_v, usual, *session.parameters);
  out.scale_p = scale_of(scores.z_p, usual, *session.parameters);
  for (Channel* channel : {&out.r, &out.v, &out.j, &out.o, &out.p}) {
    channel->p.assign(scores.size(), kNan);
  }
  for (const std::uint32_t row : out.order) {
    fill_p(scores, session.parameters->acat_clip, row, out);
  }
  for (Channel* channel : {&out.r, &out.v, &out.j, &out.o, &out.p}) {
    fill_q(rate, *channel);
  }
  sort_rows(session, out.channel(by), out);
  return out;
}

Tag tag_of(double z_r, double z_v) {
  const bool surge = z_v >= kTagged;
  if (std::fabs(z_r) >= kTagged) {
    if (surge) return z_r > 0.0 ? Tag::SurgeShort : Tag::SurgeLong;
    return z_r > 0.0 ? Tag::Short : Tag::Long;
  }
  return surge ? Tag::Surge : Tag::None;
}

std::uint8_t grade_of(std::int32_t count) {
  if (count >= 20) return 0;
  if (count >= 10) return 1;
  return count >= 5 ? 2 : 3;
}

double split_like(double open, double previous_close) {
  if (!(open > 0.0) || !(previous_close > 0.0)) return kNan;
  constexpr std::array<double, 7> kFactors{2.0, 3.0, 4.0, 5.0, 8.0, 10.0, 20.0};
  constexpr double kNear = 0.03;
  const double jump = std::log(open / previous_close);
  for (const double factor : kFactors) {
    if (std::fabs(jump + std::log(factor)) < kNear) return factor;
    if (std::fabs(jump - std::log(factor)) < kNear) return 1.0 / factor;
  }
  return kNan;
}

}  // namespace offex::studies
