#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "cli/eval_tables_internal.hpp"

namespace offex::cli {
namespace {

using columns::Type;

constexpr double kBasisPoints = 1e4;
constexpr std::string_view kLabelNote =
    "Label: close(T+h) / open(T+1) - 1, because the signal of T is made of files published after "
    "the close of T. Prices are adjusted for known splits; returns without a price or across an "
    "unknown split are left out and counted.";
constexpr std::string_view kTestNote =
    "t: Newey-West with lag h - 1. partial: given the close-to-close return of T. q, all trials: "
    "Benjamini-Hochberg over every variant in the log; q, this run: over the rows shown. Costs, "
    "borrow and impact are not in any figure.";
constexpr std::string_view kCloseNote =
    "close to close: close(T+h) / close(T) - 1 begins with the night after T; that part cannot be "
    "captured, since the files come out after the close.";

/// Columns of one row after the other, by position.
class RowMaker {
 public:
  explicit RowMaker(columns::Batch& batch) : batch_{batch} {}

  RowMaker& text(std::string_view value) {
    next().push(std::string{value});
    return *this;
  }
  RowMaker& whole(std::size_t value) {
    next().push(static_cast<std::int64_t>(value));
    return *this;
  }
  RowMaker& number(double value) {
    columns::Column& column = next();
    if (std::isfinite(value)) {
      column.push(value);
    } else {
      column.push_missing();
    }
    return *this;
  }

 private:
  columns::Column& next() { return batch_.column(at_++); }

  columns::Batch& batch_;
  std::size_t at_{0};
};

struct Shown {
  const char* name;
  Type type;
  const char* heading;
  int decimals{-1};
  int drop_priority{1};
  bool sign{false};
  bool percent{false};
};

EvalTable table_of(std::string title, std::span<const Shown> columns) {
  EvalTable out;
  out.spec.view.title = std::move(title);
  for (const Shown& shown : columns) {
    out.rows.add({shown.name, shown.type});
    render::ColumnFormat format{.column = shown.name, .heading = shown.heading};
    if (shown.decimals >= 0) format.decimals = shown.decimals;
    format.signed_colour = shown.sign;
    format.percent = shown.percent;
    format.drop_priority = shown.drop_priority;
    out.spec.view.columns.push_back(std::move(format));
  }
  return out;
}

std::string in_words(studies::Verdict verdict, std::size_t sessions) {
  return verdict == studies::Verdict::None ? fmt::format("no verdict ({} sessions)", sessions)
                                           : std::string{studies::to_string(verdict)};
}

std::string label_name(studies::EvalLabel label) {
  return label == studies::EvalLabel::OpenToClose ? "open to close" : "close to close";
}

std::string decay_note(const studies::EvalReport& report) {
  std::string out =
      "Decay: rank correlation with the return of one later session alone (for the next one from "
      "its open):";
  for (const studies::DecayPoint& point : report.evaluation.decay) {
    out += std::isnan(point.mean) ? fmt::format(" {}: -;", point.lag)
                                  : fmt::format(" {}: {:+.4f};", point.lag, point.mean);
  }
  const studies::DecayPoint& same = report.evaluation.same_day;
  if (!std::isnan(same.mean)) {
    out += fmt::format(" with the return of the signal's own day, which predicts nothing: {:+.4f};",
                       same.mean);
  }
  out.back() = '.';
  return out;
}

std::string turnover_note(const studies::EvalReport& report) {
  const double again = report.evaluation.rank_autocorrelation;
  return std::isnan(again) ? std::string{"Turnover: not known for fewer than two sessions."}
                           : fmt::format(
                                 "Turnover {:.2f}: 1 - rank correlation with the session "
                                 "before ({:.2f}, {} sessions).",
                                 1.0 - again, again, report.evaluation.turnover_sessions);
}

}  // namespace

std::string eval_title(const studies::EvalReport& report) {
  return fmt::format("Evaluation of {} ({}), {} to {}", report.signal, report.version,
                     report.days.first.iso(), report.days.last.iso());
}

std::string verdict_line(const studies::EvalReport& report, const studies::TrialCount& trials) {
  const auto& horizons = report.evaluation.horizons;
  const studies::Estimate& first = horizons.front().ic;
  const std::string sessions =
      fmt::format("{} {}", first.sessions, first.sessions == 1 ? "session" : "sessions");
  if (first.sessions < studies::kVerdictSessions) {
    const double needed = studies::sessions_needed(first.sd);
    return !(needed >= 1.0)
               ? sessions + ": no verdict"
               : fmt::format("{}: no verdict; IC = .01 at t = 3 needs about {:.0f} sessions",
                             sessions, needed);
  }
  std::string out = sessions + ":";
  for (const studies::HorizonEvaluation& horizon : horizons) {
    const studies::Verdict verdict = studies::verdict_of(horizon, trials);
    out += fmt::format("{} h = {} {}{}", &horizon == &horizons.front() ? "" : ";", horizon.horizon,
                       horizon.label == studies::EvalLabel::OpenToClose ? "" : "close to close ",
                       in_words(verdict, horizon.ic.sessions));
  }
  return out;
}

std::string trial_line(const TrialSummary& trials) {
  const studies::TrialCount& count = trials.count;
  if (count.trials == 0) return "Trials so far: none.";
  return fmt::format(
      "Trials so far: {} different ones. The largest |t| of so many is about {:.2f} when nothing "
      "is there; the largest so far, as a normal score, is {:.2f} ({}) and {} it.",
      count.trials, count.by_chance, count.largest, trials.largest,
      count.largest > count.by_chance ? "exceeds" : "does not exceed");
}

std::vector<std::string> eval_notes(const studies::EvalReport& report, const TrialSummary& trials) {
  std::vector<std::string> out{decay_note(report), turnover_note(report), trial_line(trials),
                               std::string{kLabelNote}, std::string{kTestNote}};
  const bool close = std::ranges::any_of(report.evaluation.horizons, [](const auto& horizon) {
    return horizon.label == studies::EvalLabel::CloseToClose;
  });
  if (close) {
    out.emplace_back(kCloseNote);
  }
  if (!report.events.empty()) {
    out.emplace_back(
        "Hits: those of scan_hit that lie in the universe; controls: for each 3 names of the same "
        "session and universe that are no hit, have no tag, and the nearest baseline; errors "
        "clustered by session.");
  }
  std::string universe =
      fmt::format("Universe: the scanner's family with {}; partial files left out: {}",
                  report.universe, report.partial_days);
  if (report.unknown_days > 0) {
    universe +=
        fmt::format("; sessions without reference data yet left out: {}", report.unknown_days);
  }
  out.push_back(universe + '.');
  return out;
}

EvalTable coefficient_table(const studies::EvalReport& report, const studies::TrialCount& trials) {
  static constexpr auto kColumns = std::to_array<Shown>({
      {"label", Type::Text, "return", -1, 0},
      {"horizon", Type::Int64, "h", -1, 0},
      {"rank_ic", Type::Double, "rank IC", 4, 0, true},
      {"sd", Type::Double, "daily sd", 3, 5},
      {"t", Type::Double, "t", 2, 0, true},
      {"q_all_trials", Type::Double, "q, all trials", 3, 1},
      {"q_run", Type::Double, "q, this run", 3, 3},
      {"positive_share", Type::Double, "days > 0", -1, 4, false, true},
      {"partial_rank_ic", Type::Double, "partial", 4, 1, true},
      {"partial_t", Type::Double, "its t", 2, 1, true},
      {"partial_q_run", Type::Double, "its q, this run", 3, 3},
      {"decile_spread_bp", Type::Double, "decile spread, bp", 1, 2, true},
      {"spread_t", Type::Double, "its t", 2, 3, true},
      {"sessions", Type::Int64, "sessions", -1, 1},
      {"names", Type::Double, "names", 0, 4},
      {"left_out_no_price", Type::Int64, "no price", -1, 5},
      {"left_out_jump", Type::Int64, "jumps", -1, 5},
      {"verdict", Type::Text, "verdict", -1, 2},
  });
  EvalTable out =
      table_of("Rank correlation with the returns after the evening of the signal", kColumns);
  for (const studies::HorizonEvaluation& one : report.evaluation.horizons) {
    RowMaker{out.rows}
        .text(label_name(one.label))
        .whole(static_cast<std::size_t>(one.horizon))
        .number(one.ic.mean)
        .number(one.ic.sd)
        .number(one.ic.t)
        .number(studies::q_among_trials(one.ic.z, trials))
        .number(one.ic.q)
        .number(one.ic.positive)
        .number(one.partial.mean)
        .number(one.partial.t)
        .number(one.partial.q)
        .number(one.spread.mean * kBasisPoints)
        .number(one.spread.t)
        .whole(one.ic.sessions)
        .number(one.names)
        .whole(one.left_out.no_price)
        .whole(one.left_out.broken)
        .text(studies::to_string(studies::verdict_of(one, trials)));
  }
  return out;
}

EvalTable event_table(const studies::EvalReport& report, const studies::TrialCount& trials) {
  static constexpr auto kColumns = std::to_array<Shown>({
      {"subset", Type::Text, "hits", -1, 0},
      {"label", Type::Text, "return", -1, 3},
      {"horizon", Type::Int64, "h", -1, 0},
      {"event_excess_bp", Type::Double, "excess, bp", 1, 0, true},
      {"error", Type::Double, "error", 1, 3},
      {"t", Type::Double, "t", 2, 0, true},
      {"q_all_trials", Type::Double, "q, all trials", 3, 1},
      {"q_run", Type::Double, "q, this run", 3, 3},
      {"event_hit_bp", Type::Double, "hits, bp", 1, 2, true},
      {"event_control_bp", Type::Double, "controls, bp", 1, 2, true},
      {"count", Type::Int64, "count", -1, 1},
      {"sessions", Type::Int64, "sessions", -1, 2},
      {"left_out", Type::Int64, "left out", -1, 4},
  });
  EvalTable out = table_of("Returns after the scanner's hits less those of controls", kColumns);
  for (const studies::EventEstimate& one : report.events) {
    RowMaker{out.rows}
        .text(one.group)
        .text(label_name(one.label))
        .whole(static_cast<std::size_t>(one.horizon))
        .number(one.excess * kBasisPoints)
        .number(one.error * kBasisPoints)
        .number(one.t)
        .number(studies::q_among_trials(one.z, trials))
        .number(one.q)
        .number(one.hit * kBasisPoints)
        .number(one.control * kBasisPoints)
        .whole(one.hits)
        .whole(one.sessions)
        .whole(one.left_out);
  }
  return out;
}

columns::Batch trial_rows(std::span<const Trial> trials) {
  columns::Batch out;
  for (const char* name : {"tried_at", "signal", "version", "label"}) out.add({name, Type::Text});
  out.add({"horizon", Type::Int64});
  for (const char* name : {"universe", "from", "to", "data"}) out.add({name, Type::Text});
  out.add({"sessions", Type::Int64});
  out.add({"value", Type::Double});
  out.add({"t", Type::Double});
  out.add({"z", Type::Double});
  for (const Trial& trial : trials) {
    RowMaker{out}
        .text(trial.tried_at)
        .text(trial.signal)
        .text(trial.version)
        .text(trial.label)
        .whole(static_cast<std::size_t>(trial.horizon))
        .text(trial.universe)
        .text(trial.from)
        .text(trial.to)
        .text(trial.data)
        .whole(trial.sessions)
        .number(trial.value)
        .number(trial.t)
        .number(trial.z);
  }
  return out;
}

std::vector<render::ColumnFormat> trial_formats() {
  return {{.column = "tried_at", .drop_priority = 4},
          {.column = "signal", .drop_priority = 0},
          {.column = "version", .drop_priority = 6},
          {.column = "label", .drop_priority = 2},
          {.column = "horizon", .drop_priority = 0},
          {.column = "universe", .drop_priority = 5},
          {.column = "from", .drop_priority = 3},
          {.column = "to", .drop_priority = 3},
          {.column = "data", .drop_priority = 7},
          {.column = "sessions", .drop_priority = 1},
          {.column = "value", .decimals = 5, .signed_colour = true, .drop_priority = 1},
          {.column = "t", .decimals = 2, .signed_colour = true, .drop_priority = 0},
          {.column = "z", .decimals = 2, .signed_colour = true, .drop_priority = 1}};
}

}  // namespace offex::cli
