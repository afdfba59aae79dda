#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "offex/render/writers.hpp"

#include "render/display_table_internal.hpp"

// The parts of a table on a terminal. Every text is printable; every length is in cells.
namespace offex::render {

struct TerminalCell {
  std::string text{};
  std::size_t width{0};
  Tone tone{Tone::None};
};

struct TerminalColumn {
  DisplayColumn display;
  std::string heading{};
  std::size_t width{0};
};

struct TerminalRow {
  RowKind kind{RowKind::Data};
  bool starts_group{false};
  bool repeats_group{false};
  std::vector<TerminalCell> cells{};
};

/// Returns what goes into a terminal: nothing that moves its cursor, blocks of sparklines only
/// where they can be shown.
[[nodiscard]] std::string terminal_text(std::string_view text, const TerminalOptions& options);

/// Returns a cell; a missing one has a mark.
[[nodiscard]] TerminalCell terminal_cell(const DisplayCell& cell, const TerminalOptions& options);

/// A table whose columns have been chosen.
struct TerminalTable {
  std::vector<TerminalColumn> columns{};
  std::vector<std::size_t> shown{};  ///< positions of the columns that are not left out
  std::vector<TerminalRow> rows{};
  bool sections{true};  ///< whether the headings of sections are shown

  /// Returns the columns shown, made wide enough for the headings of their sections.
  [[nodiscard]] std::vector<TerminalColumn> fitted() const;
  /// Returns how wide the table is with its frame.
  [[nodiscard]] std::size_t width() const;
};

/// Returns the table in its frame.
[[nodiscard]] std::string grid_text(const TerminalTable& table, const TerminalOptions& options);

/// Returns the table with a line for each value of each row.
[[nodiscard]] std::string cards_text(const TerminalTable& table, std::size_t room,
                                     const TerminalOptions& options);

/// Returns lines of name, value and detail, in as many columns as fit into `room`.
[[nodiscard]] std::string facts_text(const std::vector<Fact>& facts, std::size_t room,
                                     const TerminalOptions& options);

[[nodiscard]] std::string definitions_text(const std::vector<Definition>& definitions,
                                           std::size_t room, const TerminalOptions& options);

/// Returns the text in lines of at most `room`; a longer word is broken.
[[nodiscard]] std::string fitted_text(std::string_view text, std::size_t room,
                                      const TerminalOptions& options);

}  // namespace offex::render
