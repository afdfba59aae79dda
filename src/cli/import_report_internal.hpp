#pragma once

#include "offex/cli/invocation.hpp"
#include "offex/ingest/import.hpp"

namespace offex::cli {

/// Says what was refused, skipped or worth a warning, and sets the exit code of refused files.
void report_import(const ingest::ImportReport& report, Invocation& invocation);

}  // namespace offex::cli
