#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "offex/render/text_width.hpp"
#include "offex/render/writers.hpp"

#include "render/display_table_internal.hpp"
#include "render/terminal_internal.hpp"

namespace offex::render {
namespace {

using columns::Batch;

constexpr std::size_t kNarrowest = 20;  // lines are not cut shorter
constexpr std::size_t kProse = 72;      // lines of text where no terminal tells its width

class TableWriter final : public RowWriter {
 public:
  TableWriter(Sink sink, TableView view, TerminalOptions options)
      : sink_{std::move(sink)}, view_{std::move(view)}, options_{options}, display_{view_} {}

  Result<void> begin(const Batch& header) override {
    display_.begin(header);
    for (const DisplayColumn& column : display_.columns()) {
      TerminalColumn shown{.display = column};
      shown.heading = terminal_text(column.heading, options_);
      shown.width = std::max(display_width(shown.heading),
                             static_cast<std::size_t>(std::max(column.format.min_width, 0)));
      table_.shown.push_back(table_.columns.size());
      table_.columns.push_back(std::move(shown));
    }
    return {};
  }

  Result<void> rows(const Batch& batch) override {
    std::vector<DisplayRow> rows;
    display_.add(batch, rows);
    take(rows);
    return {};
  }

  Result<void> end() override {
    std::vector<DisplayRow> rows;
    display_.finish(rows);
    take(rows);
    drop_columns();
    const bool fits = limit() == 0 || table_.width() <= limit();
    if (!fits) show_cards();
    const std::size_t table_width = table_.width();
    const std::size_t room = limit() > 0 ? limit() : std::max(table_width, kProse);
    std::string out;
    if (!view_.title.empty()) out += fitted_text(view_.title, room, options_);
    out += facts_text(view_.facts, room, options_);
    out += fits ? grid_text(table_, options_) : cards_text(table_, room, options_);
    if (display_.num_rows() == 0) out += "no rows\n";
    if (options_.definitions) out += definitions_text(definitions_shown(), room, options_);
    for (const std::string& line : footer_lines(view_.footer)) {
      out += fitted_text(line, room, options_);
    }
    return sink_(out);
  }

  [[nodiscard]] std::span<const std::string> notes() const override { return notes_; }

 private:
  void take(const std::vector<DisplayRow>& rows) {
    for (const DisplayRow& row : rows) {
      TerminalRow shown{
          .kind = row.kind, .starts_group = row.starts_group, .repeats_group = row.repeats_group};
      shown.cells.reserve(row.cells.size());
      for (std::size_t index = 0; index < row.cells.size(); ++index) {
        shown.cells.push_back(terminal_cell(row.cells[index], options_));
        TerminalColumn& column = table_.columns[index];
        column.width = std::max(column.width, shown.cells.back().width);
      }
      table_.rows.push_back(std::move(shown));
    }
  }

  [[nodiscard]] std::size_t limit() const {
    if (options_.width <= 0) return 0;
    return std::max(static_cast<std::size_t>(options_.width), kNarrowest);
  }

  // The highest priority goes first, and of equals the rightmost.
  void drop_columns() {
    if (limit() == 0) return;
    std::vector<std::string> dropped;
    while (table_.width() > limit() && table_.shown.size() > 1) {
      auto victim = table_.shown.end();
      for (auto it = table_.shown.begin(); it != table_.shown.end(); ++it) {
        const DisplayColumn& column = table_.columns[*it].display;
        if (column.is_group || column.format.drop_priority <= 0) continue;
        if (victim == table_.shown.end() ||
            column.format.drop_priority >= table_.columns[*victim].display.format.drop_priority) {
          victim = it;
        }
      }
      if (victim == table_.shown.end()) break;
      dropped.push_back(table_.columns[*victim].heading);
      table_.shown.erase(victim);
    }
    if (table_.width() > limit()) table_.sections = false;
    if (!dropped.empty() && table_.width() <= limit()) {
      notes_.push_back(fmt::format("{} column{} left out to fit {} cells: {}", dropped.size(),
                                   dropped.size() == 1 ? "" : "s", limit(),
                                   fmt::join(dropped, ", ")));
    }
  }

  // What columns mean that were left out is left out as well.
  [[nodiscard]] std::vector<Definition> definitions_shown() const {
    std::vector<Definition> out = view_.definitions;
    for (std::size_t index = 0; index < table_.columns.size(); ++index) {
      if (std::ranges::find(table_.shown, index) != table_.shown.end()) continue;
      const std::string& name = table_.columns[index].display.format.column;
      std::erase_if(out, [&](const Definition& definition) { return definition.name == name; });
    }
    return out;
  }

  // No column need be left out where each value has its line.
  void show_cards() {
    const std::size_t width = table_.width();
    table_.shown.clear();
    for (std::size_t i = 0; i < table_.columns.size(); ++i) table_.shown.push_back(i);
    notes_.push_back(
        fmt::format("the narrowest table is {} cells wide, the terminal {}: a line for each value",
                    width, limit()));
  }

  Sink sink_;
  TableView view_;
  TerminalOptions options_;
  DisplayTable display_;
  TerminalTable table_;
  std::vector<std::string> notes_;
};

}  // namespace

std::unique_ptr<RowWriter> make_table_writer(Sink sink, TableView view, TerminalOptions options) {
  return std::make_unique<TableWriter>(std::move(sink), std::move(view), options);
}

}  // namespace offex::render
