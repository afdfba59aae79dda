#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "offex/base/check.hpp"
#include "offex/render/text_width.hpp"
#include "offex/render/writers.hpp"

#include "render/display_internal.hpp"

namespace offex::render {
namespace {

using columns::Batch;
using columns::Column;

// Blue and orange: told apart by people who do not see red against green.
constexpr std::string_view kPositiveColour = "\x1b[38;5;33m";
constexpr std::string_view kNegativeColour = "\x1b[38;5;208m";
constexpr std::string_view kNoColour = "\x1b[0m";

struct Rule {
  std::string_view left, middle, right, line;
};

struct Lines {
  Rule top, inner, bottom;
  std::string_view bar;
  std::string_view missing;
};

constexpr Lines kBoxLines{
    {"┌", "┬", "┐", "─"}, {"├", "┼", "┤", "─"}, {"└", "┴", "┘", "─"}, "│", "·"};
constexpr Lines kAsciiLines{
    {"+", "+", "+", "-"}, {"+", "+", "+", "-"}, {"+", "+", "+", "-"}, "|", "-"};

struct Cell {
  std::string text;
  std::size_t width{0};
  Tone tone{Tone::None};
};

struct ShownColumn {
  ColumnFormat format;
  std::string heading;
  bool right{false};
  bool is_group{false};
  std::size_t width{0};
  std::vector<Cell> cells{};
};

class TableWriter final : public RowWriter {
 public:
  TableWriter(Sink sink, TableView view, TerminalOptions options)
      : sink_{std::move(sink)},
        view_{std::move(view)},
        options_{options},
        lines_{options.unicode ? kBoxLines : kAsciiLines} {}

  Result<void> begin(const Batch& header) override {
    for (const Column& column : header.columns()) {
      ShownColumn shown{.format = format_of(view_, column.name()), .heading = {}};
      shown.heading = printable(heading_of(shown.format));
      shown.right = is_right_aligned(column, shown.format);
      shown.is_group = !view_.group_by.empty() && column.name() == view_.group_by;
      shown.width = std::max(display_width(shown.heading),
                             static_cast<std::size_t>(std::max(shown.format.min_width, 0)));
      columns_.push_back(std::move(shown));
    }
    return {};
  }

  Result<void> rows(const Batch& batch) override {
    OFFEX_CHECK(batch.num_columns() == columns_.size());
    for (std::size_t index = 0; index < columns_.size(); ++index) {
      ShownColumn& shown = columns_[index];
      for (std::size_t row = 0; row < batch.num_rows(); ++row) {
        DisplayCell cell = display_cell(batch.column(index), row, shown.format);
        std::string text = cell.missing ? std::string{lines_.missing} : printable(cell.text);
        const std::size_t width = display_width(text);
        shown.width = std::max(shown.width, width);
        shown.cells.push_back({std::move(text), width, cell.tone});
      }
    }
    num_rows_ += batch.num_rows();
    return {};
  }

  Result<void> end() override {
    drop_columns();
    std::string out;
    if (!view_.title.empty()) out += printable(view_.title) + "\n";
    append_table(out);
    append_footer(out);
    return sink_(out);
  }

  [[nodiscard]] std::span<const std::string> notes() const override { return notes_; }

 private:
  // Borders and one space on each side of a cell.
  [[nodiscard]] std::size_t table_width() const {
    std::size_t width = 1;
    for (const ShownColumn& column : columns_) width += column.width + 3;
    return width;
  }

  [[nodiscard]] std::size_t limit() const {
    return static_cast<std::size_t>(std::max(options_.width, 0));
  }

  // The highest priority goes first, and of equals the rightmost.
  void drop_columns() {
    if (limit() == 0) return;
    std::vector<std::string> dropped;
    while (table_width() > limit()) {
      auto victim = columns_.end();
      for (auto it = columns_.begin(); it != columns_.end(); ++it) {
        if (it->is_group || it->format.drop_priority <= 0) continue;
        if (victim == columns_.end() || it->format.drop_priority >= victim->format.drop_priority) {
          victim = it;
        }
      }
      if (victim == columns_.end() || columns_.size() == 1) break;
      dropped.push_back(victim->heading);
      columns_.erase(victim);
    }
    if (!dropped.empty()) {
      notes_.push_back(fmt::format("{} column{} left out to fit {} cells: {}", dropped.size(),
                                   dropped.size() == 1 ? "" : "s", limit(),
                                   fmt::join(dropped, ", ")));
    }
    if (table_width() > limit()) {
      notes_.push_back(
          fmt::format("the table is {} cells wide, the terminal {}", table_width(), limit()));
    }
  }

  void append_rule(std::string& out, const Rule& rule) const {
    std::string_view joint = rule.left;
    for (const ShownColumn& column : columns_) {
      out += joint;
      for (std::size_t i = 0; i < column.width + 2; ++i) out += rule.line;
      joint = rule.middle;
    }
    out += rule.right;
    out.push_back('\n');
  }

  void append_cell(std::string& out, const ShownColumn& column, const Cell& cell) const {
    const std::size_t gap = column.width - cell.width;
    out += lines_.bar;
    out.append(1 + (column.right ? gap : 0), ' ');
    const bool coloured = options_.colour && cell.tone != Tone::None;
    if (coloured) out += cell.tone == Tone::Positive ? kPositiveColour : kNegativeColour;
    out += cell.text;
    if (coloured) out += kNoColour;
    out.append(1 + (column.right ? 0 : gap), ' ');
  }

  void append_line_end(std::string& out) const {
    out += lines_.bar;
    out.push_back('\n');
  }

  void append_table(std::string& out) const {
    append_rule(out, lines_.top);
    for (const ShownColumn& column : columns_) {
      append_cell(out, column, {column.heading, display_width(column.heading), Tone::None});
    }
    append_line_end(out);
    append_rule(out, lines_.inner);
    for (std::size_t row = 0; row < num_rows_; ++row) append_row(out, row);
    append_rule(out, lines_.bottom);
    if (num_rows_ == 0) out += "no rows\n";
  }

  void append_row(std::string& out, std::size_t row) const {
    const auto group = std::ranges::find(columns_, true, &ShownColumn::is_group);
    const bool grouped = group != columns_.end();
    const bool new_group =
        grouped && row > 0 && group->cells[row].text != group->cells[row - 1].text;
    if (new_group) append_rule(out, lines_.inner);
    for (const ShownColumn& column : columns_) {
      const bool repeated = column.is_group && row > 0 && !new_group;
      append_cell(out, column, repeated ? Cell{} : column.cells[row]);
    }
    append_line_end(out);
  }

  void append_footer(std::string& out) const {
    const std::size_t room = limit() > 0 ? limit() : std::max<std::size_t>(table_width(), 72);
    for (const std::string& line : footer_lines(view_.footer)) {
      for (const std::string& part : wrap_text(printable(line), room)) out += part + "\n";
    }
  }

  Sink sink_;
  TableView view_;
  TerminalOptions options_;
  const Lines& lines_;
  std::vector<ShownColumn> columns_;
  std::size_t num_rows_{0};
  std::vector<std::string> notes_;
};

}  // namespace

std::unique_ptr<RowWriter> make_table_writer(Sink sink, TableView view, TerminalOptions options) {
  return std::make_unique<TableWriter>(std::move(sink), std::move(view), options);
}

}  // namespace offex::render
