#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offex/studies/eval.hpp"
#include "offex/studies/load.hpp"

namespace offex::studies {

inline constexpr double kEvalMissing = std::numeric_limits<double>::quiet_NaN();

/// A label and a horizon.
struct LabelAt {
  EvalLabel label{};
  int horizon{1};
};

/// Returns what the options ask for, by label, then horizon.
[[nodiscard]] std::vector<LabelAt> labels_of(const EvalOptions& options);

/// Returns the normal score of a t over sessions whose horizons overlap by `lag`: by Student's
/// distribution with as many degrees of freedom as there are sessions apart, less one.
[[nodiscard]] double score_of_t(double t, std::size_t sessions, std::size_t lag);

/// Returns the standard error of a mean over values in clusters: those of one session move
/// together, and so do those of sessions whose horizons overlap by `lag`. NaN for fewer than 2
/// clusters.
/// \param sums of (value - mean) by session, zero where there is none
[[nodiscard]] double clustered_error(std::span<const double> sums, std::size_t clusters,
                                     std::size_t values, std::size_t lag);

/// Gives `q` to the estimates that have a p.
void correct_for_many(std::span<Estimate*> estimates);

/// Where a signal comes from.
enum class SignalKind : std::uint8_t { Scan, Daily, PhaseA, Composite };
struct SignalSource {
  SignalKind kind{};
  std::string column;  ///< of its table, or the name of the scanner's score
};

/// Finds a signal by the name that a user gives it.
[[nodiscard]] Result<SignalSource> find_signal(std::string_view name);

/// Fills the judged rows of `panels.signal` from a table of metrics or the composite; returns its
/// version. \pre not a score of the scanner
[[nodiscard]] Result<std::string> load_signal(const store::Reader& reader,
                                              const SignalSource& source, const Axis& axis,
                                              const EvalRequest& request, EvalPanels& panels);

/// Fills `open` and `close`, as published, for the sessions of `axis`.
[[nodiscard]] Result<void> load_prices(const store::Reader& reader, const Axis& axis,
                                       std::optional<market::Instant> as_of, EvalPanels& panels);

/// Returns the splits and resets of the symbols of `axis`.
[[nodiscard]] Result<std::vector<PriceAction>> load_actions(const store::Reader& reader,
                                                            const Axis& axis,
                                                            std::optional<market::Instant> as_of);

/// What the walk of the scanner finds out.
struct EvalWalk {
  std::vector<std::uint8_t> universe;  ///< day x symbols + symbol
  std::vector<ScanEvent> events;
  std::size_t sessions{0};
  std::size_t partial_days{0};
  std::size_t unknown_days{0};  ///< without the reference data that the bounds need
};

/// Walks the judged sessions: the universe, the events, and a score of the scanner as the signal.
/// NotFound when no session has the reference data that the bounds need.
/// \pre prices are as published
[[nodiscard]] Result<EvalWalk> walk_sessions(const store::Reader& reader,
                                             const SignalSource& source, const Axis& axis,
                                             const EvalRequest& request, EvalPanels& panels);

}  // namespace offex::studies
