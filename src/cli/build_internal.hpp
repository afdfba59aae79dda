#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "offex/cli/invocation.hpp"

namespace offex::cli {

inline constexpr std::string_view kDefaultRule = "lee_ready";

struct BuildArgs {
  std::string what{"metrics"};
  std::string version{"v2"};
  std::string short_z_source{"short_buy_sell_ratio_z"};
  std::string from;
  std::string to;
  bool full{false};
  // Of `build lit`.
  std::string date;
  std::vector<std::string> symbols;
  std::string rule{kDefaultRule};
  std::string mode{"tick"};
  bool no_quotes{false};
};

/// Computes lit direction from the tapes in the archive.
[[nodiscard]] Result<void> run_build_lit(const BuildArgs& args, Invocation& invocation);

}  // namespace offex::cli
