#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "offex/cli/invocation.hpp"
#include "offex/feeds/upstream.hpp"
#include "offex/ingest/sync.hpp"

namespace offex::cli {

/// Flags of `offex sync`, as typed.
struct SyncArgs {
  std::vector<std::string> sources;
  std::string from;
  std::string to;
  std::vector<std::string> symbols;
  std::vector<std::string> facilities;
  std::string mode;
  int revisit{10};
  int revisit_weeks{8};
  unsigned jobs{0};
  double rate{0.0};
  unsigned attempts{0};
  double timeout{0.0};
  bool dry_run{false};
  bool flat{false};
  bool api{false};
  bool ats{false};
  bool bulk{false};
  bool no_quotes{false};
  bool retry_absent{false};
};

/// What a sync is to do: flags, completed by the variables of the seed pipelines.
struct SyncOrder {
  ingest::SyncRequest request;
  feeds::FeedSettings feeds;
  /// Local files that FINRA_OTC_FILE, POLYGON_DAILY_AGG_DIR and their like name.
  std::vector<std::filesystem::path> local;
  bool network{true};  ///< false: the variables replace all that was asked for by local files
};

/// Reads flags and variables. The flags win. A variable that cannot be read is InvalidArgument and
/// names itself.
[[nodiscard]] Result<SyncOrder> read_sync_order(const SyncArgs& args, Invocation& invocation);

/// Declares the flags; `args` must outlive the command.
void add_sync_flags(CLI::App& command, SyncArgs& args);

/// Runs a sync and says how it went; sets the exit code.
[[nodiscard]] Result<void> run_sync(const SyncArgs& args, Invocation& invocation);

}  // namespace offex::cli
