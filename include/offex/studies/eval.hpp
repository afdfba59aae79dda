#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/columns/panel.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/scan.hpp"

// How well a signal of the evening went together with the returns after it, and no more than that.
namespace offex::studies {

/// From which price a return is taken. T is the session of the signal, h the horizon.
enum class EvalLabel : std::uint8_t {
  OpenToClose,   ///< close(T+h) / open(T+1) - 1: what somebody who read the files could have had
  CloseToClose,  ///< close(T+h) / close(T) - 1: begins with a night that nobody could capture
};
[[nodiscard]] std::string_view to_string(EvalLabel label);  ///< "open_to_close"

/// Fewer sessions than these get no verdict.
inline constexpr std::size_t kVerdictSessions = 250;
/// Sessions with fewer names are left out.
inline constexpr std::size_t kEvalMinNames = 20;
inline constexpr int kMaxHorizon = 60;
/// Lags of the decay.
inline constexpr std::array<int, 6> kDecayLags{1, 2, 3, 5, 10, 20};

/// A signal and prices over (sessions x symbols). NaN is missing.
struct EvalPanels {
  std::vector<market::Day> days;  ///< sessions, ascending
  std::size_t first{0};           ///< sessions [first, end) are judged
  std::size_t end{0};
  columns::Panel signal;       ///< NaN also outside the universe of the day
  columns::Panel open, close;  ///< dollars, for the same shares throughout
  /// day x symbols + symbol; 1: prices before this open cannot be compared with those after it.
  std::vector<std::uint8_t> broken;

  [[nodiscard]] std::size_t num_symbols() const { return signal.num_symbols(); }
};

/// A share split or reset as panels know them.
struct PriceAction {
  std::size_t symbol{0};  ///< position in the panels
  market::Day effective;
  bool reset{false};
  double factor{1.0};  ///< shares after / before
};

/// Multiplies prices by the share factors in force, and marks in `broken` the opens of a reset and
/// those that leave the last close as a split does that nobody told of.
void adjust_prices(std::span<const PriceAction> actions, EvalPanels& panels);

/// Why a return is missing, counted over names with a signal.
struct LeftOut {
  std::size_t no_price{0};
  std::size_t broken{0};

  friend bool operator==(const LeftOut&, const LeftOut&) = default;
};

/// Fills `out` with the returns after session `day`; a session whose end is not known yet gives
/// NaN. What is missing where `signal` is not goes into the return value.
LeftOut forward_returns(const EvalPanels& panels, std::size_t day, int horizon, EvalLabel label,
                        std::span<double> out);

/// A daily series in short.
struct Estimate {
  double mean{std::numeric_limits<double>::quiet_NaN()};
  double sd{std::numeric_limits<double>::quiet_NaN()};
  double t{std::numeric_limits<double>::quiet_NaN()};  ///< Newey-West, lag h - 1 sessions
  /// t as a normal score, with as many degrees of freedom as sessions stand apart, less one.
  double z{std::numeric_limits<double>::quiet_NaN()};
  double p{std::numeric_limits<double>::quiet_NaN()};  ///< two-sided, of z
  double q{std::numeric_limits<double>::quiet_NaN()};  ///< Benjamini-Hochberg within this run
  double positive{std::numeric_limits<double>::quiet_NaN()};  ///< share of sessions above 0
  std::size_t sessions{0};
};
/// \param values by session; NaN has no value, but keeps its neighbours as far apart as they are
[[nodiscard]] Estimate estimate(std::span<const double> values, std::size_t lag);

/// A signal against one label.
struct HorizonEvaluation {
  EvalLabel label{};
  int horizon{1};
  Estimate ic;        ///< rank correlation across names, a value a session
  Estimate partial;   ///< the same given the close-to-close return of session T
  Estimate spread;    ///< mean return of the top tenth less that of the bottom tenth
  double names{0.0};  ///< a session, on average
  LeftOut left_out;
  std::vector<double> daily_ic;  ///< by judged session, NaN where there is none
};

/// The rank correlation with the return of one later session alone.
struct DecayPoint {
  int lag{1};  ///< 1: open to close of the next session, else close to close of session T + lag
  double mean{std::numeric_limits<double>::quiet_NaN()};
  std::size_t sessions{0};
};

struct EvalOptions {
  std::vector<int> horizons{1, 5, 20};  ///< ascending, 1 to kMaxHorizon
  bool close_to_close{false};           ///< that label too
  unsigned threads{1};
};

struct SignalEvaluation {
  std::vector<HorizonEvaluation> horizons;  ///< by label, then horizon
  std::vector<DecayPoint> decay;
  DecayPoint same_day;  ///< with the close-to-close return of T itself: no prediction
  double rank_autocorrelation{std::numeric_limits<double>::quiet_NaN()};  ///< at lag 1 session
  std::size_t turnover_sessions{0};
};

/// Judges the signal. The same bits for any number of threads.
[[nodiscard]] SignalEvaluation evaluate(const EvalPanels& panels, const EvalOptions& options);

/// Returns how many sessions a mean coefficient of `ic` needs for a t of 3 when the daily one has
/// the standard deviation `sd`; NaN stays NaN.
[[nodiscard]] double sessions_needed(double sd, double ic = 0.01);

/// What all variants that were tried so far have come to.
struct TrialCount {
  std::size_t trials{0};
  double by_chance{0.0};    ///< about how large the largest |t| of so many is when nothing is there
  double largest{0.0};      ///< |z|, that is |t| on the normal scale
  std::vector<double> z{};  ///< of each different one; NaN: it had no t
};

/// Returns the Benjamini-Hochberg q of a trial with the score `z` among all trials. It counts as
/// one of them also where they lack it; NaN stays NaN.
[[nodiscard]] double q_among_trials(double z, const TrialCount& trials);

enum class Verdict : std::uint8_t {
  None,        ///< too few sessions
  NoEvidence,  ///< q among all trials above 0.10
  Weak,        ///< it does not hold, or turns, given the same-day return, or chance among the
               ///< trials does it
  Survives,
};
[[nodiscard]] std::string_view to_string(Verdict verdict);  ///< "no evidence"
/// \param trials all so far, this one included
[[nodiscard]] Verdict verdict_of(const HorizonEvaluation& evaluation, const TrialCount& trials);

/// A hit of the scanner, and what it is compared with.
struct ScanEvent {
  std::size_t day{0};  ///< session in the panels
  std::uint32_t symbol{0};
  Tag tag{Tag::None};
  bool discovery{false};  ///< q_o at most the false discovery rate
  std::vector<std::uint32_t> controls;
};

/// Returns the `count` candidates whose baseline is nearest to `baseline`, nearest first; of two as
/// near the one with the lower baseline. \param candidates (baseline, symbol), sorted
[[nodiscard]] std::vector<std::uint32_t> nearest_controls(
    std::span<const std::pair<double, std::uint32_t>> candidates, double baseline,
    std::size_t count);

/// Returns after hits of one group against those of their controls.
struct EventEstimate {
  std::string_view group;  ///< "ALL", "DISCOVERY", or a tag
  EvalLabel label{};
  int horizon{1};
  double hit{std::numeric_limits<double>::quiet_NaN()};      ///< mean return
  double control{std::numeric_limits<double>::quiet_NaN()};  ///< mean return of the controls
  double excess{std::numeric_limits<double>::quiet_NaN()};   ///< mean of hit - its controls' mean
  double error{std::numeric_limits<double>::quiet_NaN()};    ///< clustered by session, lag h - 1
  double t{std::numeric_limits<double>::quiet_NaN()};
  double z{std::numeric_limits<double>::quiet_NaN()};  ///< t as a normal score
  double p{std::numeric_limits<double>::quiet_NaN()};
  double q{std::numeric_limits<double>::quiet_NaN()};
  std::size_t hits{0};
  std::size_t sessions{0};
  std::size_t left_out{0};  ///< hits without a return or without a control's
};
/// \param events by session
[[nodiscard]] std::vector<EventEstimate> event_study(const EvalPanels& panels,
                                                     std::span<const ScanEvent> events,
                                                     const EvalOptions& options);

/// What to judge, over which names and sessions.
struct EvalRequest {
  std::string signal;
  EvalOptions options{};
  std::optional<market::DayRange> days{};  ///< of the signal; empty: all
  double min_price{5.0};     ///< close of the session before, dollars; 0: any, also not known
  double min_baseline{5.0};  ///< log10 of usual off-exchange shares
  ScanFilter filter{};       ///< further bounds; `min_shares` is made of `min_baseline`
  bool events{false};        ///< also what followed the rows of `scan_hit` in this universe
  std::optional<market::Instant> as_of{};
};

struct EvalReport {
  std::string signal;
  std::string version;          ///< of what it was computed with
  std::string universe;         ///< the bounds, "price >= 5, baseline >= 5"
  market::DayRange days;        ///< first and last session with a signal
  std::size_t sessions{0};      ///< of them
  std::size_t partial_days{0};  ///< left out: their file was not whole
  std::size_t unknown_days{0};  ///< left out: no reference data yet that the bounds need
  std::string data;  ///< digest of the daily coefficients: the same data, the same digest
  SignalEvaluation evaluation;
  std::string hits_version;  ///< of the scanner that chose the hits
  std::vector<EventEstimate> events;
};

/// Returns the names of all signals.
[[nodiscard]] std::vector<std::string> eval_signals();

/// Judges a signal of the store over the scanner's family of each session. An unknown signal is an
/// InvalidArgument that lists them; no session, no price, no reference data for the bounds and a
/// stored composite that does not know all facts are NotFound. The same bits for any number of
/// threads and order of imports.
[[nodiscard]] Result<EvalReport> evaluate(const store::Reader& reader, const EvalRequest& request);

/// Returns a report in long form: quantity, label, horizon, subset, value, sd, t, q within this
/// run, q among all trials, share of sessions above 0, sessions, names and verdict. Returns of
/// spreads and events are in basis points.
[[nodiscard]] columns::Batch eval_rows(const EvalReport& report, const TrialCount& trials);

}  // namespace offex::studies
