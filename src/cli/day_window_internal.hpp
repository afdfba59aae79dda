#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "offex/base/result.hpp"
#include "offex/market/day.hpp"

namespace offex::cli {

/// Adds `--from` and `--to`.
void add_range_flags(CLI::App& command, std::string& from, std::string& to);

/// Adds `--days`, with its value now as the default, `--from` and `--to`.
void add_window_flags(CLI::App& command, int& days, std::string& from, std::string& to);

/// Returns the range of `--from` and `--to`, or without `--from` the last `days` sessions of the
/// calendar up to `--to`, none before `known`.
[[nodiscard]] Result<market::DayRange> day_window(const std::string& from, const std::string& to,
                                                  int days, const market::DayRange& known);

}  // namespace offex::cli
