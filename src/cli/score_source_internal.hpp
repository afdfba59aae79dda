#pragma once

#include <algorithm>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "offex/cli/settings.hpp"
#include "offex/studies/phase_a.hpp"

namespace offex::cli {

/// Reads the value of `--short-z-source`.
[[nodiscard]] inline Result<studies::ScoreSource> parse_source(const std::string& text) {
  const auto source = studies::parse_score_source(text);
  if (!source) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("`{}` is no score source: short_buy_sell_ratio_z, vw_flow_z or "
                            "finra_buy_volume_z",
                            text));
  }
  return *source;
}

/// Returns the number of threads that `--threads` asks for.
[[nodiscard]] inline unsigned thread_count(const Settings& settings) {
  return settings.threads > 0 ? settings.threads
                              : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace offex::cli
