#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/render/gnuplot.hpp"
#include "offex/render/row_writer.hpp"
#include "offex/render/table_view.hpp"

namespace offex::render {

/// The text formats of `-f`. Parquet is written by the store.
enum class TextFormat : std::uint8_t { Table, Csv, Tsv, Md, Html, Json, Jsonl };

/// Returns the name that `-f` takes, for example "csv".
[[nodiscard]] std::string_view to_string(TextFormat format);
[[nodiscard]] std::optional<TextFormat> parse_text_format(std::string_view text);

/// A heading that differs from the column's name.
struct Rename {
  std::string column;
  std::string heading;
};

/// Words of the machine formats csv and tsv.
struct DelimitedOptions {
  std::vector<Rename> renames{};
  std::string true_word{"true"};
  std::string false_word{"false"};
};

/// What the terminal can do.
struct TerminalOptions {
  int width{0};             ///< in cells; 0: as wide as the table is
  bool colour{false};       ///< only signed data is ever coloured
  bool unicode{true};       ///< box lines and a middle dot for missing cells, else plain ASCII
  bool definitions{false};  ///< print what the headings mean
};

/// Aligned table for terminals. Keeps the formatted rows until `end`, for the widths.
///
/// Where the table is wider than the terminal, columns are left out by `drop_priority`, the highest
/// first and of equals the rightmost, and `notes` says which. When those that may not be left out
/// do not fit, every value gets a line of its own. No line is wider than the terminal, but for
/// terminals of less than 20 cells.
[[nodiscard]] std::unique_ptr<RowWriter> make_table_writer(Sink sink, TableView view,
                                                           TerminalOptions options = {});

/// RFC 4180 with LF line ends. A missing cell is empty, an empty text is `""`; so is the missing
/// cell of a table of one column, whose line would else be blank. Numbers are exact.
[[nodiscard]] std::unique_ptr<RowWriter> make_csv_writer(Sink sink, DelimitedOptions options = {});

/// Tab-separated; tab, line ends and backslash inside texts become \t, \n, \r and \\.
[[nodiscard]] std::unique_ptr<RowWriter> make_tsv_writer(Sink sink, DelimitedOptions options = {});

/// A Markdown table with title and footer, formatted for people as the terminal's.
[[nodiscard]] std::unique_ptr<RowWriter> make_markdown_writer(Sink sink, TableView view);

/// A whole HTML page that fetches nothing and runs nothing; every text is escaped.
[[nodiscard]] std::unique_ptr<RowWriter> make_html_writer(Sink sink, TableView view,
                                                          Theme theme = Theme::Dark);

/// One JSON array of objects. Quantities and prices are exact numbers; missing cells, NaN and
/// infinities are null; days and instants are ISO strings.
[[nodiscard]] std::unique_ptr<RowWriter> make_json_writer(Sink sink);

/// The same objects, one a line.
[[nodiscard]] std::unique_ptr<RowWriter> make_jsonl_writer(Sink sink);

/// Returns the writer of a format, with the parts of the options that it uses.
[[nodiscard]] std::unique_ptr<RowWriter> make_writer(TextFormat format, Sink sink, TableView view,
                                                     TerminalOptions terminal = {},
                                                     DelimitedOptions delimited = {},
                                                     Theme theme = Theme::Dark);

}  // namespace offex::render
