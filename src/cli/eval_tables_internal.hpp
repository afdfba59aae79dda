#pragma once

#include <span>
#include <string>
#include <vector>

#include "offex/cli/output.hpp"
#include "offex/studies/eval.hpp"

#include "cli/trial_log_internal.hpp"

namespace offex::cli {

/// A table for people.
struct EvalTable {
  OutputSpec spec;
  columns::Batch rows;
};

/// Returns "Evaluation of z_r (rv/1.0.0+...), 2026-03-16 to 2026-04-17".
[[nodiscard]] std::string eval_title(const studies::EvalReport& report);
/// Returns the first thing to know: how many sessions, and a verdict or why there is none.
[[nodiscard]] std::string verdict_line(const studies::EvalReport& report,
                                       const studies::TrialCount& trials);
/// Returns what the trials so far make of a t.
[[nodiscard]] std::string trial_line(const TrialSummary& trials);
/// Returns what stands below: decay, turnover, trials, labels, caveats.
[[nodiscard]] std::vector<std::string> eval_notes(const studies::EvalReport& report,
                                                  const TrialSummary& trials);

/// One row a label and horizon.
[[nodiscard]] EvalTable coefficient_table(const studies::EvalReport& report,
                                          const studies::TrialCount& trials);
/// One row a group of hits, label and horizon.
[[nodiscard]] EvalTable event_table(const studies::EvalReport& report,
                                    const studies::TrialCount& trials);

[[nodiscard]] columns::Batch trial_rows(std::span<const Trial> trials);
[[nodiscard]] std::vector<render::ColumnFormat> trial_formats();

}  // namespace offex::cli
