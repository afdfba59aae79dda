#include <cmath>
#include <utility>

#include "studies/eval_internal.hpp"

namespace offex::studies {
namespace {

using columns::Column;
using columns::Type;

constexpr double kBasisPoints = 1e4;

/// One row; what is missing or not finite is null.
struct Line {
  std::string_view quantity;
  std::string_view label{};
  int horizon{-1};  ///< below 0: none
  std::string_view subset{};
  double value{kEvalMissing};
  double sd{kEvalMissing};
  double t{kEvalMissing};
  double q{kEvalMissing};
  double q_all{kEvalMissing};
  double positive{kEvalMissing};
  double sessions{kEvalMissing};
  double names{kEvalMissing};
  std::string_view verdict{};
};

class Lines {
 public:
  Lines()
      : batch_{{Column{"quantity", Type::Text}, Column{"label", Type::Text},
                Column{"horizon", Type::Int32}, Column{"subset", Type::Text},
                Column{"value", Type::Double}, Column{"sd", Type::Double},
                Column{"t", Type::Double}, Column{"q_run", Type::Double},
                Column{"q_all_trials", Type::Double}, Column{"positive_share", Type::Double},
                Column{"sessions", Type::Int64}, Column{"names", Type::Double},
                Column{"verdict", Type::Text}}} {}

  void add(const Line& line) {
    std::size_t at = 0;
    const auto text = [&](std::string_view value) {
      Column& column = batch_.column(at++);
      value.empty() ? column.push_missing() : column.push(std::string{value});
    };
    const auto number = [&](double value) {
      Column& column = batch_.column(at++);
      std::isfinite(value) ? column.push(value) : column.push_missing();
    };
    text(line.quantity);
    text(line.label);
    whole(batch_.column(at++), line.horizon >= 0, std::int32_t{line.horizon});
    text(line.subset);
    for (const double value : {line.value, line.sd, line.t, line.q, line.q_all, line.positive}) {
      number(value);
    }
    const bool counted = !std::isnan(line.sessions);
    whole(batch_.column(at++), counted,
          counted ? static_cast<std::int64_t>(line.sessions) : std::int64_t{0});
    number(line.names);
    text(line.verdict);
  }

  columns::Batch take() && { return std::move(batch_); }

 private:
  template <class T>
  static void whole(Column& column, bool there, T value) {
    there ? column.push(value) : column.push_missing();
  }

  columns::Batch batch_;
};

Line line_of(std::string_view quantity, const HorizonEvaluation& from, const Estimate& what,
             double unit) {
  return {.quantity = quantity,
          .label = to_string(from.label),
          .horizon = from.horizon,
          .value = what.mean * unit,
          .sd = what.sd * unit,
          .t = what.t,
          .q = what.q,
          .positive = what.positive,
          .sessions = static_cast<double>(what.sessions),
          .names = from.names};
}

void add_horizon(const HorizonEvaluation& from, const TrialCount& trials, Lines& out) {
  Line ic = line_of("rank_ic", from, from.ic, 1.0);
  ic.q_all = q_among_trials(from.ic.z, trials);
  ic.verdict = to_string(verdict_of(from, trials));
  out.add(ic);
  out.add(line_of("partial_rank_ic", from, from.partial, 1.0));
  out.add(line_of("decile_spread_bp", from, from.spread, kBasisPoints));
  const auto count = [&](std::string_view quantity, std::size_t number) {
    out.add({.quantity = quantity,
             .label = to_string(from.label),
             .horizon = from.horizon,
             .value = static_cast<double>(number),
             .sessions = static_cast<double>(from.ic.sessions)});
  };
  count("left_out_no_price", from.left_out.no_price);
  count("left_out_jump", from.left_out.broken);
}

void add_event(const EventEstimate& from, const TrialCount& trials, Lines& out) {
  const auto line = [&](std::string_view quantity, double value) {
    return Line{.quantity = quantity,
                .label = to_string(from.label),
                .horizon = from.horizon,
                .subset = from.group,
                .value = value * kBasisPoints,
                .sessions = static_cast<double>(from.sessions),
                .names = static_cast<double>(from.hits)};
  };
  Line excess = line("event_excess_bp", from.excess);
  excess.sd = from.error * kBasisPoints;
  excess.t = from.t;
  excess.q = from.q;
  excess.q_all = q_among_trials(from.z, trials);
  out.add(excess);
  out.add(line("event_hit_bp", from.hit));
  out.add(line("event_control_bp", from.control));
  Line left_out = line("event_left_out", 0.0);
  left_out.value = static_cast<double>(from.left_out);
  out.add(left_out);
}

}  // namespace

columns::Batch eval_rows(const EvalReport& report, const TrialCount& trials) {
  Lines out;
  const SignalEvaluation& evaluation = report.evaluation;
  for (const HorizonEvaluation& horizon : evaluation.horizons) {
    add_horizon(horizon, trials, out);
  }
  for (const DecayPoint& point : evaluation.decay) {
    out.add({.quantity = "decay_rank_ic",
             .label = point.lag == 1 ? "open_to_close" : "close_to_close",
             .horizon = point.lag,
             .value = point.mean,
             .sessions = static_cast<double>(point.sessions)});
  }
  out.add({.quantity = "same_day_rank_ic",
           .label = "close_to_close",
           .horizon = 0,
           .value = evaluation.same_day.mean,
           .sessions = static_cast<double>(evaluation.same_day.sessions)});
  out.add({.quantity = "turnover",
           .horizon = 1,
           .value = 1.0 - evaluation.rank_autocorrelation,
           .sessions = static_cast<double>(evaluation.turnover_sessions)});
  for (const EventEstimate& event : report.events) {
    add_event(event, trials, out);
  }
  out.add({.quantity = "trials", .value = static_cast<double>(trials.trials)});
  out.add({.quantity = "largest_t_by_chance", .value = trials.by_chance});
  out.add({.quantity = "largest_t_so_far", .value = trials.largest});
  return std::move(out).take();
}

}  // namespace offex::studies
