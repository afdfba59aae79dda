#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "offex/kernels/significance.hpp"

#include "studies/eval_internal.hpp"

namespace offex::studies {
namespace {

constexpr double kRate = 0.10;

constexpr auto kVerdictWords =
    std::to_array<std::string_view>({"none", "no evidence", "weak", "survives"});

}  // namespace

double sessions_needed(double sd, double ic) {
  constexpr double kLevel = 3.0;
  return std::ceil(std::pow(kLevel * sd / ic, 2.0));
}

double q_among_trials(double z, const TrialCount& trials) {
  if (std::isnan(z)) {
    return kEvalMissing;
  }
  std::vector<double> p;
  p.reserve(trials.z.size() + 1);
  for (const double other : trials.z) {
    p.push_back(kernels::p_two_sided(other));
  }
  const double own = kernels::p_two_sided(z);
  const auto at = static_cast<std::size_t>(std::ranges::find(p, own) - p.begin());
  if (at == p.size()) {
    p.push_back(own);
  }
  kernels::false_discovery_rates(p, p);
  return p[at];
}

std::string_view to_string(Verdict verdict) {
  return kVerdictWords[static_cast<std::size_t>(verdict)];
}

Verdict verdict_of(const HorizonEvaluation& evaluation, const TrialCount& trials) {
  const Estimate& ic = evaluation.ic;
  const Estimate& partial = evaluation.partial;
  if (ic.sessions < kVerdictSessions) {
    return Verdict::None;
  }
  if (!(q_among_trials(ic.z, trials) <= kRate)) {
    return Verdict::NoEvidence;
  }
  const bool same_way = ic.mean * partial.mean > 0.0;
  return same_way && partial.q <= kRate && std::abs(ic.z) > trials.by_chance ? Verdict::Survives
                                                                             : Verdict::Weak;
}

}  // namespace offex::studies
