#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/cli/invocation.hpp"
#include "offex/columns/batch.hpp"
#include "offex/render/table_view.hpp"
#include "offex/render/writers.hpp"
#include "offex/store/query.hpp"
#include "offex/views/output_name.hpp"

namespace offex::cli {

/// How a command's result is to be shown.
struct OutputSpec {
  render::TableView view{};
  render::DelimitedOptions delimited{};     ///< of csv and tsv
  std::optional<views::OutputName> name{};  ///< where a picture goes without `-o`
};

/// Returns the format that the flags, the file name and the terminal ask for.
[[nodiscard]] Result<Format> chosen_format(const Invocation& invocation);

/// Writes a table to standard output or to `-o`, in the chosen format.
///
/// A file appears whole or not at all, and one that is there is replaced only with `--force`. The
/// footer goes below tables for people and to stderr beside machine formats. A picture without `-o`
/// goes into the output tree, and its path to standard output.
[[nodiscard]] Result<void> write_output(Invocation& invocation, const OutputSpec& spec,
                                        const columns::Batch& batch);

/// The same for rows that are streamed. Returns the number of rows.
[[nodiscard]] Result<std::uint64_t> write_output(Invocation& invocation, const OutputSpec& spec,
                                                 store::QueryRows& rows);

}  // namespace offex::cli
