#include <algorithm>
#include <cmath>
#include <memory>
#include <ostream>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/cli/output.hpp"
#include "offex/studies/eval.hpp"

#include "cli/commands_internal.hpp"
#include "cli/eval_tables_internal.hpp"
#include "cli/provenance_internal.hpp"
#include "cli/score_source_internal.hpp"
#include "cli/trial_log_internal.hpp"

namespace offex::cli {
namespace {

struct EvalArgs {
  std::string signal;
  std::vector<int> horizons{1, 5, 20};
  std::string from;
  std::string to;
  double min_price{5.0};
  double min_baseline{5.0};
  double min_cap{0.0};
  double min_dollar_volume{0.0};
  std::string sector;
  bool close_to_close{false};
  bool events{false};
  bool trials{false};
};

std::optional<double> bound(double value) {
  return value > 0.0 ? std::optional{value} : std::nullopt;
}

Result<studies::EvalRequest> request_of(const EvalArgs& args, const Invocation& invocation,
                                        const store::Reader& reader) {
  studies::EvalRequest out;
  out.signal = args.signal;
  out.options.horizons = args.horizons;
  std::ranges::sort(out.options.horizons);
  const auto repeats = std::ranges::unique(out.options.horizons);
  out.options.horizons.erase(repeats.begin(), repeats.end());
  out.options.close_to_close = args.close_to_close;
  out.options.threads = thread_count(invocation.settings);
  OFFEX_ASSIGN(const auto known, reader.daily_range(invocation.settings.as_of));
  if (!known) return fail(base::ErrorCode::NotFound, "the store has no daily data then");
  OFFEX_ASSIGN(out.days, parse_range_arguments(args.from, args.to, *known));
  out.min_price = args.min_price;
  out.min_baseline = args.min_baseline;
  out.filter.min_market_cap = bound(args.min_cap);
  out.filter.min_dollar_volume = bound(args.min_dollar_volume);
  out.filter.sector = args.sector;
  out.events = args.events;
  out.as_of = invocation.settings.as_of;
  return out;
}

/// People on a terminal see the tables they know; machine formats and files hold the long form.
Result<void> write_report(Invocation& invocation, const studies::EvalReport& report,
                          const TrialSummary& trials, render::Footer footer) {
  OFFEX_ASSIGN(const Format format, chosen_format(invocation));
  const std::string title = eval_title(report);
  const std::string verdict = verdict_line(report, trials.count);
  footer.disclaimer = true;
  for (std::string& note : eval_notes(report, trials)) footer.notes.push_back(std::move(note));
  if (format != Format::Table || !invocation.settings.output.empty()) {
    OutputSpec spec;
    spec.view.title = title + ": " + verdict;
    spec.view.footer = std::move(footer);
    if (format != Format::Table && format != Format::Markdown) invocation.say(verdict);
    return write_output(invocation, spec, studies::eval_rows(report, trials.count));
  }
  invocation.out << title << '\n' << verdict << "\n\n";
  EvalTable coefficients = coefficient_table(report, trials.count);
  EvalTable events = event_table(report, trials.count);
  EvalTable& last = report.events.empty() ? coefficients : events;
  last.spec.view.footer = std::move(footer);
  OFFEX_TRY(write_output(invocation, coefficients.spec, coefficients.rows));
  if (report.events.empty()) return {};
  invocation.out << '\n';
  return write_output(invocation, events.spec, events.rows);
}

Result<void> show_trials(Invocation& invocation) {
  const TrialLog log{invocation.settings.home};
  OFFEX_ASSIGN(const std::vector<Trial> trials, log.read());
  OutputSpec spec;
  spec.view.title = "Trials";
  spec.view.columns = trial_formats();
  spec.view.footer.disclaimer = false;
  spec.view.footer.notes = {trial_line(summary_of(trials))};
  return write_output(invocation, spec, trial_rows(trials));
}

Result<void> run_eval(const EvalArgs& args, Invocation& invocation) {
  if (args.trials) return show_trials(invocation);
  if (args.signal.empty()) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("which signal? There are {}; or --trials for the log",
                            fmt::join(studies::eval_signals(), ", ")));
  }
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  OFFEX_ASSIGN(const studies::EvalRequest request, request_of(args, invocation, reader));
  OFFEX_ASSIGN(const studies::EvalReport report, studies::evaluate(reader, request));
  // Logged before anybody has seen the result: a trial is a trial.
  const TrialLog log{invocation.settings.home};
  OFFEX_TRY(
      log.append(trials_of(report, market::Instant::from_nanos(invocation.clock->now_nanos()))));
  OFFEX_ASSIGN(const std::vector<Trial> trials, log.read());
  OFFEX_ASSIGN(render::Footer footer, store_footer(invocation, reader));
  return write_report(invocation, report, summary_of(trials), std::move(footer));
}

void add_universe_options(CLI::App& command, EvalArgs& args) {
  command.add_option("--min-price", args.min_price, "Close of the session before, dollars; 0: any")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command
      .add_option("--min-baseline", args.min_baseline,
                  "log10 of the usual off-exchange shares a day; at least 4")
      ->check(CLI::Range(0.0, 12.0))
      ->capture_default_str();
  command.add_option("--min-cap", args.min_cap, "Market value, dollars")
      ->check(CLI::NonNegativeNumber);
  command
      .add_option("--min-dollar-vol", args.min_dollar_volume,
                  "Mean dollar volume of the 20 sessions before")
      ->check(CLI::NonNegativeNumber);
  command.add_option("--sector", args.sector, "One sector of the reference data");
}

}  // namespace

void add_eval(CommandContext context) {
  auto args = std::make_shared<EvalArgs>();
  CLI::App* command = context.add<EvalArgs>(
      "eval", "How well a signal went together with the returns after it", args, &run_eval);
  command
      ->add_option("signal", args->signal,
                   "z_r, z_v, z_p, joint, composite, a number of daily_metrics (short_ratio_z), or "
                   "of the seed's (PhaseA_v1.short_buy_sell_ratio_z)")
      ->type_name("SIGNAL");
  command->add_option("--horizons", args->horizons, "Sessions, with commas between them")
      ->delimiter(',')
      ->check(CLI::Range(1, studies::kMaxHorizon))
      ->type_name("N,N")
      ->default_str("1,5,20");
  command->add_option("--from", args->from, "First day of the signal: 2026-02-23, last, -20d");
  command->add_option("--to", args->to, "Last day of the signal, included");
  add_universe_options(*command, *args);
  command->add_flag("--close-to-close", args->close_to_close,
                    "Also returns from the close of the signal's day");
  command->add_flag("--events", args->events,
                    "Also returns after the scanner's hits against matched controls");
  command->add_flag("--trials", args->trials, "Show the log of all trials and evaluate nothing");
}

}  // namespace offex::cli
