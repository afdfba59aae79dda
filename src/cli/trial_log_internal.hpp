#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/market/instant.hpp"
#include "offex/studies/eval.hpp"

namespace offex::cli {

/// A variant that somebody looked at, and what came of it. Texts hold no tab and no line end.
struct Trial {
  std::string tried_at;  ///< ISO
  std::string signal;
  std::string version;
  std::string label;
  int horizon{1};
  std::string universe;
  std::string from, to;  ///< ISO days
  std::string data;      ///< digest of what was judged
  std::size_t sessions{0};
  double value{std::numeric_limits<double>::quiet_NaN()};
  double t{std::numeric_limits<double>::quiet_NaN()};
  double z{std::numeric_limits<double>::quiet_NaN()};  ///< t as a normal score

  friend bool operator==(const Trial&, const Trial&) = default;
};

/// Returns the trials that a report holds: one a label and horizon, and one a group of hits. What
/// had no session was no trial.
[[nodiscard]] std::vector<Trial> trials_of(const studies::EvalReport& report, market::Instant now);

/// The log of all trials in `HOME/eval/trials.tsv`: one line each, only ever added to.
class TrialLog {
 public:
  explicit TrialLog(const std::filesystem::path& home);

  /// Adds lines, all in one piece, after those of any other process.
  [[nodiscard]] Result<void> append(std::span<const Trial> trials) const;
  /// Returns all lines; none when there is no log yet. A line that is no trial is Integrity.
  [[nodiscard]] Result<std::vector<Trial>> read() const;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// What all trials together mean.
struct TrialSummary {
  studies::TrialCount count;  ///< of different ones: the same on the same data is one
  std::string largest;        ///< which one has the largest |z|, in words; empty: none
};
[[nodiscard]] TrialSummary summary_of(std::span<const Trial> trials);

}  // namespace offex::cli
