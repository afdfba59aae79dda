#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "offex/kernels/significance.hpp"

#include "studies/macro_internal.hpp"

namespace offex::studies {
namespace {

// Standard deviations of the whole market's series from 23 sessions; those of common_v and
// volume_breadth are ours. Order of MacroSeries.
constexpr std::array<double, kMacroSeries> kPrior{0.035, 0.05,  0.020, 0.08,
                                                  0.025, 0.030, 0.007, 0.020};
// Standard error of the quartile scale of a normal sample of one.
constexpr double kQuartileError = 1.1664;
// Share of a standard normal above 2.
constexpr double kSurgeNull = 0.022750131948179195;

/// What a series of so many names moves by alone: a small group is never held to the market's
/// narrow habits.
std::array<double, kMacroSeries> priors(const MacroMeasures& measures) {
  const auto names = static_cast<double>(measures.names);
  const double scale_error = kQuartileError / std::sqrt(names);
  const std::array<double, kMacroSeries> alone{measures.breadth_se,
                                               measures.breadth_se,
                                               measures.common_r_se,
                                               measures.common_v_se,
                                               scale_error,
                                               scale_error,
                                               std::sqrt(kSurgeNull * (1.0 - kSurgeNull) / names),
                                               measures.tilt_se};
  std::array<double, kMacroSeries> out{};
  for (std::size_t index = 0; index < kMacroSeries; ++index) {
    out[index] = std::fmax(kPrior[index], alone[index]);
  }
  return out;
}

void set_q(std::vector<MacroRow>& rows, MacroKind kind, double MacroMeasures::* score,
           double MacroRow::* target) {
  std::vector<double> p;
  for (const MacroRow& row : rows) {
    if (row.id.kind == kind) {
      const double z = row.measures.*score;
      p.push_back(std::isnan(z) ? z : kernels::p_two_sided(z));
    }
  }
  std::vector<double> q(p.size());
  kernels::false_discovery_rates(p, q);
  std::size_t index = 0;
  for (MacroRow& row : rows) {
    if (row.id.kind == kind) {
      row.*target = q[index++];
    }
  }
}

}  // namespace

MacroFilters::Scores MacroFilters::step(const MacroMeasures& measures, bool learn) {
  const std::array<double, kMacroSeries> prior = priors(measures);
  Scores out{};
  for (std::size_t index = 0; index < kMacroSeries; ++index) {
    kernels::SeriesState state = states_[index];
    out[index] = kernels::step_series(kernels::SeriesParameters{}, prior[index],
                                      measures.series[index], state)
                     .z;
    if (learn) {
      states_[index] = state;
    }
  }
  return out;
}

void MacroFilters::advance(const MacroMeasures& measures) {
  const std::array<double, kMacroSeries> prior = priors(measures);
  for (std::size_t index = 0; index < kMacroSeries; ++index) {
    kernels::advance_series(kernels::SeriesParameters{}, prior[index], measures.series[index],
                            states_[index]);
  }
}

void MacroEngine::replay(const MacroGroupName& id, const MacroMeasures& measures) {
  filters_[id].advance(measures);
}

void MacroEngine::warm(const ScanSession& session, std::span<const MacroGroup> groups) {
  books_.clear();
  for (const MacroGroup& group : groups) {
    books_[group.id] = measure_group(group, session).book;
  }
}

std::vector<MacroRow> MacroEngine::add(const ScanSession& session,
                                       std::span<const MacroGroup> groups) {
  std::vector<MacroRow> out;
  std::set<MacroKind> kinds;
  std::map<MacroGroupName, TiltBook> books;
  for (const MacroGroup& group : groups) {
    MacroRow row;
    row.id = group.id;
    row.measures = measure_group(group, session);
    if (row.measures.names == 0) {
      continue;
    }
    const bool learn = session.status == SessionStatus::Ok;
    row.z = filters_[group.id].step(row.measures, learn);
    row.change = tilt_change(books_[group.id], row.measures.book);
    books[group.id] = row.measures.book;
    kinds.insert(group.id.kind);
    out.push_back(std::move(row));
  }
  books_ = std::move(books);
  for (const MacroKind kind : kinds) {
    set_q(out, kind, &MacroMeasures::group_z_r, &MacroRow::q_r);
    set_q(out, kind, &MacroMeasures::group_z_v, &MacroRow::q_v);
  }
  return out;
}

}  // namespace offex::studies
