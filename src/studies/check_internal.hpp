#pragma once

#include <string>
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

/// The stored rows, by SQL.
[[nodiscard]] Result<std::vector<CheckOutcome>> check_rows(const store::Reader& reader);

}  // namespace offex::studies
