#include "offex/render/table_image.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "offex/render/text_width.hpp"

#include "render/display_table_internal.hpp"
#include "render/picture_internal.hpp"

namespace offex::render {
namespace {

constexpr double kMargin = 0.32;     // around everything, inches
constexpr double kRow = 0.222;       // height of a row
constexpr double kPad = 0.085;       // at both sides of a cell
constexpr double kTile = 0.66;       // height of a tile
constexpr double kTileGap = 0.10;    // between tiles
constexpr double kTilePad = 0.12;    // inside of one
constexpr double kSmall = 0.82;      // size of small print
constexpr double kSmallLine = 0.17;  // its line
constexpr double kNarrowest = 6.4;   // inches for titles and small print
constexpr double kWidest = 200.0;    // more pixels than gnuplot draws
constexpr double kTitleSize = 1.45;
constexpr double kDefinitions = 6.0;       // a column of definitions
constexpr std::size_t kLongestLine = 150;  // characters of small print

double mono_width(std::string_view text) {
  return static_cast<double>(display_width(text)) * kMonoAdvance * kEm;
}

double prose_width(std::string_view text, double size) {
  return static_cast<double>(display_width(text)) * kProseAdvance * kEm * size;
}

class TablePicture {
 public:
  TablePicture(const TableView& view, const columns::Batch& batch, Theme theme)
      : view_{view}, table_{whole_table(view, batch)}, theme_{theme} {
    measure();
  }

  [[nodiscard]] double width() const { return width_; }

  std::string script(ImageFormat format) {
    if (!view_.title.empty()) add_title();
    add_tiles();
    add_table();
    add_definitions();
    add_footer();
    return picture_.script(width_, y_ + kMargin, theme_, format);
  }

 private:
  [[nodiscard]] Colour ink(Ink which) const { return colour_of(which, theme_); }
  [[nodiscard]] Colour paint(Paint which) const { return colour_of(which, theme_); }
  [[nodiscard]] double right() const { return width_ - kMargin; }

  void measure() {
    for (const DisplayColumn& column : table_.columns)
      widths_.push_back(mono_width(column.heading));
    for (const DisplayRow& row : table_.rows) {
      for (std::size_t i = 0; i < widths_.size(); ++i) {
        widths_[i] = std::max(widths_[i], mono_width(row.cells[i].text));
      }
    }
    for (double& width : widths_) width += 2 * kPad;
    spans_ = spans_of(table_.columns);
    for (const DisplaySpan& span : spans_) {
      double there = 0.0;
      for (std::size_t i = 0; i < span.count; ++i) there += widths_[span.first + i];
      const double wanted = mono_width(span.section) + 2 * kPad;
      widths_[span.first + span.count - 1] += std::max(0.0, wanted - there);
    }
    double table = 0.0;
    for (const double width : widths_) table += width;
    table_width_ = table;
    const double title = prose_width(view_.title, kTitleSize * 1.1);
    width_ = 2 * kMargin + std::max({table, kNarrowest, std::min(title, 2 * kNarrowest)});
  }

  void add_title() {
    const auto room =
        static_cast<std::size_t>((right() - kMargin) / (kProseAdvance * kEm * kTitleSize * 1.1));
    for (const std::string& line : wrap_text(printable(view_.title), room)) {
      picture_.text({kMargin, y_ + 0.13, line, ink(Ink::Text), kTitleSize, Face::ProseBold});
      y_ += 0.28;
    }
    y_ += 0.10;
  }

  [[nodiscard]] static double tile_width(const Fact& fact) {
    return 2 * kTilePad + std::max({prose_width(fact.name, kSmall), prose_width(fact.value, 1.4),
                                    prose_width(fact.detail, kSmall)});
  }

  void add_tiles() {
    if (view_.facts.empty()) return;
    double wanted = 0.0;
    for (const Fact& fact : view_.facts) wanted = std::max(wanted, tile_width(fact));
    const double room = right() - kMargin;
    const double fit = std::floor((room + kTileGap) / (wanted + kTileGap));
    const std::size_t columns =
        std::clamp<std::size_t>(static_cast<std::size_t>(fit), 1, view_.facts.size());
    const double width =
        (room - kTileGap * static_cast<double>(columns - 1)) / static_cast<double>(columns);
    for (std::size_t i = 0; i < view_.facts.size(); ++i) {
      const double left = kMargin + static_cast<double>(i % columns) * (width + kTileGap);
      add_tile(view_.facts[i], left, width);
      if ((i + 1) % columns == 0 || i + 1 == view_.facts.size()) y_ += kTile + kTileGap;
    }
    y_ += 0.08;
  }

  void add_tile(const Fact& fact, double left, double width) {
    picture_.rectangle(left, y_, left + width, y_ + kTile, paint(Paint::Panel));
    picture_.rectangle(left, y_, left + 0.022, y_ + kTile, ink(Ink::Shade3));
    const double x = left + kTilePad;
    picture_.text({x, y_ + 0.13, fact.name, ink(Ink::Quiet), kSmall, Face::Prose});
    picture_.text({x, y_ + 0.335, fact.value, ink(Ink::Text), 1.4, Face::Prose});
    picture_.text({x, y_ + 0.535, fact.detail, ink(Ink::Quiet), kSmall, Face::Prose});
  }

  void add_table() {
    const double head = kRow * (spans_.empty() ? 1.25 : 2.15);
    picture_.rectangle(kMargin, y_, kMargin + table_width_, y_ + head, paint(Paint::Panel));
    const double top = y_;
    if (!spans_.empty()) add_sections();
    add_headings(top + head - kRow * 0.62);
    y_ = top + head;
    picture_.line(kMargin, y_, kMargin + table_width_, y_, ink(Ink::Shade3));
    bool stripe = false;
    for (const DisplayRow& row : table_.rows) {
      add_row(row, stripe);
      stripe = !stripe;
    }
    if (table_.rows.empty()) add_small("no rows", kMargin, right());
    picture_.line(kMargin, y_, kMargin + table_width_, y_, ink(Ink::Shade3));
    add_section_lines(top, y_);
    y_ += 0.16;
  }

  void add_sections() {
    for (const DisplaySpan& span : spans_) {
      if (span.section.empty()) continue;
      const double left = left_of(span.first);
      double end = left;
      for (std::size_t i = 0; i < span.count; ++i) end += widths_[span.first + i];
      picture_.text({left + kPad, y_ + kRow * 0.62, printable(span.section), ink(Ink::Shade1), 1.0,
                     Face::MonoBold});
      picture_.line(left + kPad, y_ + kRow * 1.12, end - kPad, y_ + kRow * 1.12, ink(Ink::Shade3));
    }
  }

  void add_section_lines(double top, double bottom) {
    for (const DisplaySpan& span : spans_) {
      if (span.first == 0) continue;
      const bool between =
          span.section.empty() && table_.columns[span.first - 1].format.section.empty();
      const double x = left_of(span.first);
      if (!between) picture_.line(x, top, x, bottom, ink(Ink::Grid));
    }
  }

  void add_headings(double y) {
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      add_cell(i, y, printable(table_.columns[i].heading), ink(Ink::Quiet), Face::Mono);
    }
  }

  [[nodiscard]] double left_of(std::size_t column) const {
    double left = kMargin;
    for (std::size_t i = 0; i < column; ++i) left += widths_[i];
    return left;
  }

  void add_cell(std::size_t column, double y, std::string text, Colour colour, Face face) {
    const bool to_right = table_.columns[column].right;
    const double left = left_of(column);
    const double x = to_right ? left + widths_[column] - kPad : left + kPad;
    picture_.text({x, y, std::move(text), colour, 1.0, face, to_right});
  }

  void add_row(const DisplayRow& row, bool stripe) {
    const bool mean = row.kind == RowKind::Average;
    const double end = kMargin + table_width_;
    if (stripe || mean) {
      picture_.rectangle(kMargin, y_, end, y_ + kRow, paint(mean ? Paint::Panel : Paint::Stripe));
    }
    if (row.starts_group) picture_.line(kMargin, y_, end, y_, ink(Ink::Shade3));
    if (mean) picture_.line(kMargin, y_, end, y_, ink(Ink::Shade3), true);
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const DisplayCell& cell = row.cells[i];
      const bool key = table_.columns[i].is_group;
      if (key && row.repeats_group) continue;
      Colour colour = ink(cell.missing ? Ink::Quiet : Ink::Text);
      if (cell.tone == Tone::Positive) colour = ink(Ink::Positive);
      if (cell.tone == Tone::Negative) colour = ink(Ink::Negative);
      const Face face = mean ? Face::MonoItalic : key ? Face::MonoBold : Face::Mono;
      add_cell(i, y_ + kRow / 2, cell.missing ? "·" : printable(cell.text), colour, face);
    }
    y_ += kRow;
  }

  void add_small(std::string_view text, double left, double end) {
    const auto room =
        static_cast<std::size_t>(std::max(end - left, kEm) / (kProseAdvance * kEm * kSmall));
    for (const std::string& line : wrap_text(printable(text), std::min(room, kLongestLine))) {
      picture_.text({left, y_ + kSmallLine / 2, line, ink(Ink::Quiet), kSmall, Face::Prose});
      y_ += kSmallLine;
    }
  }

  // Side by side, as in a newspaper, where the table leaves room for that.
  void add_definitions() {
    const std::size_t count = view_.definitions.size();
    if (count == 0) return;
    double names = 0.0;
    for (const Definition& definition : view_.definitions) {
      names = std::max(names, prose_width(definition.name, kSmall));
    }
    const double room = right() - kMargin;
    const std::size_t columns =
        std::clamp<std::size_t>(static_cast<std::size_t>(room / kDefinitions), 1, 3);
    const double width = room / static_cast<double>(columns);
    names = std::min(names + 0.12, width / 2);
    const std::size_t each = (count + columns - 1) / columns;
    const double top = y_;
    double bottom = y_;
    for (std::size_t i = 0; i < count; ++i) {
      if (i % each == 0) y_ = top;
      const double left = kMargin + width * static_cast<double>(i / each);
      picture_.text({left, y_ + kSmallLine / 2, printable(view_.definitions[i].name),
                     ink(Ink::Shade1), kSmall, Face::Prose});
      add_small(view_.definitions[i].text, left + names, left + width - 0.2);
      bottom = std::max(bottom, y_);
    }
    y_ = bottom + 0.10;
  }

  void add_footer() {
    for (const std::string& line : footer_lines(view_.footer)) add_small(line, kMargin, right());
  }

  const TableView& view_;
  WholeTable table_;
  Theme theme_;
  std::vector<double> widths_;
  std::vector<DisplaySpan> spans_;
  double table_width_{0.0};
  double width_{0.0};
  double y_{kMargin};  // where the next piece begins
  Picture picture_;
};

}  // namespace

Result<std::string> table_script(const TableView& view, const columns::Batch& batch, Theme theme,
                                 ImageFormat format) {
  if (batch.num_rows() > kMostImageRows) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("a picture holds {} rows, the table has {}; ask for less or write a "
                            "page (-f html)",
                            kMostImageRows, batch.num_rows()));
  }
  TablePicture picture{view, batch, theme};
  if (picture.width() > kWidest) {
    return fail(base::ErrorCode::InvalidArgument,
                "the table is too wide for a picture; choose --columns or write a page (-f html)");
  }
  return picture.script(format);
}

}  // namespace offex::render
