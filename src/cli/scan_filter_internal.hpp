#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "offex/base/result.hpp"
#include "offex/studies/scan.hpp"
#include "offex/studies/scan_evening.hpp"

namespace offex::cli {

/// What was typed of the options that narrow a family of tests.
struct FilterArgs {
  studies::ScanFilter filter;  ///< all but its rule of funds
  std::string funds{"any"};
};

/// Declares the options. \param group their heading in the help
void add_filters(CLI::App& command, FilterArgs& args, const std::string& group);

/// Returns the typed filter. A least market value above the largest is InvalidArgument.
[[nodiscard]] Result<studies::ScanFilter> filter_of(const FilterArgs& args);

/// A filter that needs data which nobody has told by the evening of `result` leaves nothing: the
/// NotFound error says what is missing and where it comes from.
[[nodiscard]] Result<void> check_filter(const studies::ScanFilter& filter,
                                        const studies::ScanResult& result);

}  // namespace offex::cli
