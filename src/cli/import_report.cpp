#include <fmt/format.h>

#include "cli/import_report_internal.hpp"

namespace offex::cli {
namespace {

void report_file(const ingest::FileOutcome& file, Invocation& invocation) {
  if (file.status == ingest::FileStatus::Refused) {
    invocation.log->write(base::LogLevel::Error,
                          fmt::format("refused: {}", base::format_error(*file.error)));
    return;
  }
  if (file.status == ingest::FileStatus::Skipped) {
    invocation.warn(
        fmt::format("skipped: {}: no layout that offex knows; named alone it is refused "
                    "with the reason",
                    file.file));
  }
  for (const std::string& warning : file.warnings) {
    invocation.warn(fmt::format("{}: {}", file.file, warning));
  }
  if (file.rejects > 0) {
    invocation.warn(
        fmt::format("{}: rows set aside in the table `reject`: {}", file.file, file.rejects));
  }
}

}  // namespace

void report_import(const ingest::ImportReport& report, Invocation& invocation) {
  for (const ingest::FileOutcome& file : report.notable) {
    report_file(file, invocation);
    if (file.status != ingest::FileStatus::Refused) continue;
    // A missing --facility is the user's to mend; a damaged file outweighs it.
    const bool usage = file.error->code == base::ErrorCode::InvalidArgument;
    if (!usage) invocation.exit_code = ExitCode::Integrity;
    if (usage && invocation.exit_code == ExitCode::Done) invocation.exit_code = ExitCode::Usage;
  }
}

}  // namespace offex::cli
