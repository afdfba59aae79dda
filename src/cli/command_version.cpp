#include <memory>
#include <ostream>

#include "offex/cli/app.hpp"
#include "offex/store/engine_version.hpp"

#include "cli/commands_internal.hpp"

namespace offex::cli {
namespace {

struct VersionArgs {};

Result<void> run_version(const VersionArgs& /*args*/, Invocation& invocation) {
  invocation.out << "offex " << version() << " (engine: DuckDB " << store::engine_version()
                 << ")\n";
  return {};
}

}  // namespace

std::string_view version() { return OFFEX_VERSION; }

void add_version(CommandContext context) {
  context.add<VersionArgs>("version", "The version of the program and of its engine",
                           std::make_shared<VersionArgs>(), &run_version);
}

}  // namespace offex::cli
