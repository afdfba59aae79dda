#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/columns/batch.hpp"

namespace offex::render {

/// One number with its name, shown as a tile.
struct Fact {
  std::string name;
  std::string value;
  std::string detail{};  ///< small print below the value
};

/// What every rendered output says about buy and sell figures.
inline constexpr std::string_view kDisclaimer =
    "FINRA does not publish trade direction for off-exchange volume. Buy and sell figures are "
    "estimates inferred from lit trades; they are not observed.";

enum class Align : std::uint8_t {
  Auto,  ///< numbers right, the rest left
  Left,
  Right,
};

/// How one column is shown to people. Machine formats (csv, tsv, json, jsonl, parquet) ignore all
/// of it but `people_only`.
struct ColumnFormat {
  std::string column{};           ///< name in the batch
  std::string heading{};          ///< empty: the column's name
  std::optional<int> decimals{};  ///< unset: 0 for shares, 2 for prices (4 below a dollar), 4 for
                                  ///< doubles, 1 for percent
  bool percent{false};            ///< 0.4312 is shown as 43.1%
  bool thousands{false};          ///< 1,234,567; share quantities always have it
  bool signed_colour{false};      ///< colour and a plus sign by the sign of the value
  Align align{Align::Auto};
  int min_width{0};         ///< in terminal cells
  int drop_priority{1};     ///< on a narrow terminal the highest goes first; 0 is never dropped
  double colour_from{0.0};  ///< with `signed_colour`: doubles not beyond it stay plain
  /// "Short sale": neighbouring columns of one section stand below one heading; empty: none.
  std::string section{};
  /// The mean of the present values ends each group of two rows or more, shown as the values are.
  bool average{false};
  bool people_only{false};  ///< machine formats leave the column out
};

/// What a word in a heading means.
struct Definition {
  std::string name;
  std::string text;
};

/// Where the numbers come from. Printed below tables and pages for people; machine formats leave
/// it to the caller, who prints `footer_lines` to stderr.
struct Footer {
  std::string as_of{};                 ///< for example "2026-04-17, end of day in New York"
  std::vector<std::string> sources{};  ///< name and vintage of each source
  std::string denominator{};           ///< what the ratios divide by
  std::string coverage{};              ///< for example "298 of 300 symbols"
  std::vector<std::string> notes{};    ///< further lines, as they are
  bool disclaimer{true};
};

/// Returns the lines of a footer; parts that are empty are left out.
[[nodiscard]] std::vector<std::string> footer_lines(const Footer& footer);

/// How a batch is shown to people.
struct TableView {
  std::string title{};
  std::vector<ColumnFormat> columns{};  ///< in any order; a column without an entry has defaults
  std::string group_by{};  ///< equal neighbours of this column form a group that names it once
  Footer footer{.disclaimer = false};
  std::vector<Fact> facts{};              ///< a panel above the table
  std::vector<Definition> definitions{};  ///< below it; on a terminal only when asked for
};

/// Returns the format of the column of that name, with defaults when there is no entry.
[[nodiscard]] ColumnFormat format_of(const TableView& view, std::string_view column);

/// Returns whether the view keeps a column from machine formats.
[[nodiscard]] bool has_people_columns(const TableView& view);

/// Returns `batch` without the columns that are for people only.
[[nodiscard]] columns::Batch machine_columns(const TableView& view, const columns::Batch& batch);

}  // namespace offex::render
