#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "offex/cli/invocation.hpp"
#include "offex/render/table_view.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/macro.hpp"
#include "offex/views/compare_figure.hpp"
#include "offex/views/output_name.hpp"

namespace offex::cli {

// What `offex compare` and `offex plot compare` share, so that table and figure go together.

void add_metric_flag(CLI::App& command, std::string& metric);
void add_sort_flag(CLI::App& command, std::string& sort);

/// Returns the kind that `group:sector`, `group:tier` or `group:index` alone asks all groups of.
[[nodiscard]] std::optional<studies::MacroKind> group_kind(const std::vector<std::string>& tickers);
/// Refuses such words where only tickers can be shown.
[[nodiscard]] Result<void> refuse_group_kinds(const std::vector<std::string>& tickers);

/// Returns the footer of the tickers' values.
[[nodiscard]] Result<render::Footer> compare_footer(const Invocation& invocation,
                                                    const store::Reader& reader,
                                                    studies::CompareMetric metric);

/// Returns the name that files of this question have. \param kind folder of the output tree
[[nodiscard]] views::OutputName compare_name(const Invocation& invocation, std::string kind,
                                             const views::CompareFigureRequest& request,
                                             const views::CompareFigureData& data);

}  // namespace offex::cli
