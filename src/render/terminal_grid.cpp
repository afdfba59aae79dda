#include <algorithm>

#include "offex/render/sparkline.hpp"
#include "offex/render/text_width.hpp"

#include "render/terminal_internal.hpp"

namespace offex::render {
namespace {

// Blue and orange: told apart by people who do not see red against green.
constexpr std::string_view kPositiveColour = "\x1b[38;5;33m";
constexpr std::string_view kNegativeColour = "\x1b[38;5;208m";
constexpr std::string_view kNoColour = "\x1b[0m";

struct Rule {
  std::string_view left, middle, right;
};

struct Lines {
  Rule top, inner, bottom;
  std::string_view line, bar, missing;
};

constexpr Lines kBoxLines{{"┌", "┬", "┐"}, {"├", "┼", "┤"}, {"└", "┴", "┘"}, "─", "│", "·"};
constexpr Lines kAsciiLines{{"+", "+", "+"}, {"+", "+", "+"}, {"+", "+", "+"}, "-", "|", "-"};

const Lines& lines_of(const TerminalOptions& options) {
  return options.unicode ? kBoxLines : kAsciiLines;
}

void repeat(std::string& out, std::string_view text, std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) out += text;
}

std::vector<DisplayColumn> displays(const std::vector<TerminalColumn>& columns) {
  std::vector<DisplayColumn> out;
  for (const TerminalColumn& column : columns) out.push_back(column.display);
  return out;
}

// Between its bars, which do not count.
std::size_t width_of(const std::vector<TerminalColumn>& columns, const DisplaySpan& span) {
  std::size_t width = 3 * (span.count - 1);
  for (std::size_t i = 0; i < span.count; ++i) width += columns[span.first + i].width;
  return width;
}

class Grid {
 public:
  Grid(const TerminalTable& table, const TerminalOptions& options)
      : table_{table}, options_{options}, lines_{lines_of(options)}, columns_{table.fitted()} {
    if (table.sections) spans_ = spans_of(displays(columns_));
  }

  std::string text() {
    append_top();
    append_headings();
    append_rule(lines_.inner);
    for (const TerminalRow& row : table_.rows) append_row(row);
    append_rule(lines_.bottom);
    return std::move(out_);
  }

 private:
  void append_rule(const Rule& rule) {
    std::string_view joint = rule.left;
    for (const TerminalColumn& column : columns_) {
      out_ += joint;
      repeat(out_, lines_.line, column.width + 2);
      joint = rule.middle;
    }
    end_rule(rule);
  }

  void end_rule(const Rule& rule) {
    out_ += rule.right;
    out_.push_back('\n');
  }

  // With sections, bars begin below the line of their names.
  void append_top() {
    if (spans_.empty()) {
      append_rule(lines_.top);
      return;
    }
    std::string_view joint = lines_.top.left;
    for (const DisplaySpan& span : spans_) {
      out_ += joint;
      repeat(out_, lines_.line, width_of(columns_, span) + 2);
      joint = lines_.top.middle;
    }
    end_rule(lines_.top);
    for (const DisplaySpan& span : spans_) {
      const std::string title = terminal_text(span.section, options_);
      append_padded({title, display_width(title)}, width_of(columns_, span), false);
    }
    end_line();
  }

  void append_headings() {
    for (const TerminalColumn& column : columns_) {
      append_padded({column.heading, display_width(column.heading)}, column.width,
                    column.display.right);
    }
    end_line();
  }

  void append_row(const TerminalRow& row) {
    if (row.starts_group) append_rule(lines_.inner);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const bool repeated = columns_[i].display.is_group && row.repeats_group;
      append_padded(repeated ? TerminalCell{} : row.cells[table_.shown[i]], columns_[i].width,
                    columns_[i].display.right);
    }
    end_line();
  }

  void append_padded(const TerminalCell& cell, std::size_t width, bool right) {
    const std::size_t gap = width - cell.width;
    out_ += lines_.bar;
    out_.append(1 + (right ? gap : 0), ' ');
    const bool coloured = options_.colour && cell.tone != Tone::None;
    if (coloured) out_ += cell.tone == Tone::Positive ? kPositiveColour : kNegativeColour;
    out_ += cell.text;
    if (coloured) out_ += kNoColour;
    out_.append(1 + (right ? 0 : gap), ' ');
  }

  void end_line() {
    out_ += lines_.bar;
    out_.push_back('\n');
  }

  const TerminalTable& table_;
  const TerminalOptions& options_;
  const Lines& lines_;
  std::vector<TerminalColumn> columns_;
  std::vector<DisplaySpan> spans_;
  std::string out_;
};

}  // namespace

std::string terminal_text(std::string_view text, const TerminalOptions& options) {
  std::string out = printable(text);
  return options.unicode ? out : ascii_sparklines(out);
}

TerminalCell terminal_cell(const DisplayCell& cell, const TerminalOptions& options) {
  TerminalCell out{.tone = cell.tone};
  out.text =
      cell.missing ? std::string{lines_of(options).missing} : terminal_text(cell.text, options);
  out.width = display_width(out.text);
  return out;
}

std::vector<TerminalColumn> TerminalTable::fitted() const {
  std::vector<TerminalColumn> out;
  out.reserve(shown.size());
  for (const std::size_t index : shown) out.push_back(columns[index]);
  if (!sections) return out;
  for (const DisplaySpan& span : spans_of(displays(out))) {
    const std::size_t wanted = display_width(printable(span.section));
    const std::size_t there = width_of(out, span);
    if (wanted > there) out[span.first + span.count - 1].width += wanted - there;
  }
  return out;
}

std::size_t TerminalTable::width() const {
  std::size_t width = 1;
  for (const TerminalColumn& column : fitted()) width += column.width + 3;
  return width;
}

std::string grid_text(const TerminalTable& table, const TerminalOptions& options) {
  return Grid{table, options}.text();
}

}  // namespace offex::render
