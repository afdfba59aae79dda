#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "offex/studies/check.hpp"

namespace offex::studies {

/// Collects the findings of one check and stops listing after 20.
class FindingList {
 public:
  explicit FindingList(CheckOutcome& outcome) : outcome_{outcome} {}
  void add(Severity severity, std::string subject, std::string message);
  /// Adds the line that tells how many were not listed.
  void finish();

 private:
  CheckOutcome& outcome_;
  std::uint64_t hidden_{0};
  Severity hidden_severity_{Severity::Info};
};

/// The received files: in the archive, with their hash, and equal to the stored rows when read
/// again.
[[nodiscard]] Result<CheckOutcome> check_archive(const store::Reader& reader,
                                                 const std::filesystem::path& home,
                                                 const CheckProgress& progress);

/// A check that SQL answers: one row a finding, (subject, message) or (subject, message, severity).
struct RowCheck {
  std::string_view name;
  std::string_view about;
  std::string_view unit;
  Severity severity{};
  std::string_view count;     ///< query for the number of things looked at
  std::string_view findings;  ///< query for what is wrong
  std::string_view table{};   ///< derived table that must have been built; empty: none
};

/// Short-sale files and bars.
[[nodiscard]] std::span<const RowCheck> short_and_bar_checks();
/// Weekly summaries.
[[nodiscard]] std::span<const RowCheck> weekly_checks();
/// Lit direction and the tape.
[[nodiscard]] std::span<const RowCheck> tape_checks();
/// Derived tables against the facts they come from.
[[nodiscard]] std::span<const RowCheck> derived_checks();

/// Runs checks in order; one whose table was never built is left out.
[[nodiscard]] Result<void> run_row_checks(const store::Reader& reader,
                                          std::span<const RowCheck> checks,
                                          std::vector<CheckOutcome>& out);

}  // namespace offex::studies
