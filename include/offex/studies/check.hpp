#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/store/reader.hpp"

namespace offex::studies {

enum class Severity : std::uint8_t { Info, Warning, Error };

[[nodiscard]] std::string_view to_string(Severity severity);

/// Something that a check has to say.
struct Finding {
  Severity severity{Severity::Info};
  std::string check;    ///< "raw-archive", "facility-sum", ...
  std::string subject;  ///< data set, day, file or symbol it is about
  std::string message;
};

/// A check that ran, with what it looked at.
struct CheckOutcome {
  std::string check;
  std::string about;  ///< one sentence
  std::uint64_t looked_at{0};
  std::string unit;         ///< "files", "rows", "days"
  std::uint64_t errors{0};  ///< all of them, listed or not
  std::uint64_t warnings{0};
  std::vector<Finding> findings{};
};

/// Called after each file of the raw archive was read again.
using CheckProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Runs the database check: every received file is in the archive with its hash and reads back to
/// the stored rows; ranges, identities between sources, keys, calendar and builds.
///
/// At most 20 findings of one kind are listed, the last one then tells how many more there are.
[[nodiscard]] Result<std::vector<CheckOutcome>> run_checks(const store::Reader& reader,
                                                           const std::filesystem::path& home,
                                                           const CheckProgress& progress = {});

/// Returns the outcomes as a table: severity, check, subject, message.
[[nodiscard]] columns::Batch findings_table(const std::vector<CheckOutcome>& outcomes);

}  // namespace offex::studies
