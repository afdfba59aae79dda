#include <algorithm>

#include "offex/render/text_width.hpp"

#include "render/terminal_internal.hpp"
#include "render/utf8_internal.hpp"

namespace offex::render {
namespace {

constexpr std::size_t kBetween = 3;      // cells between two facts
constexpr std::size_t kMostColumns = 3;  // more is no list any more
constexpr std::size_t kIndent = 2;

/// Breaks a word that no line can hold.
void append_broken(std::vector<std::string>& lines, std::string_view word, std::size_t room) {
  std::string line;
  std::size_t used = 0;
  for (std::size_t at = 0; at < word.size();) {
    const Utf8Char next = decode_utf8(word, at);
    const std::string_view piece = word.substr(at, next.bytes);
    const std::size_t width = display_width(piece);
    if (used + width > room && !line.empty()) {
      lines.push_back(std::move(line));
      line.clear();
      used = 0;
    }
    line += piece;
    used += width;
    at += next.bytes;
  }
  lines.push_back(std::move(line));
}

std::vector<std::string> fitted_lines(std::string_view text, std::size_t room) {
  std::vector<std::string> out;
  for (const std::string& line : wrap_text(text, room)) {
    if (room == 0 || display_width(line) <= room) {
      out.push_back(line);
    } else {
      append_broken(out, line, room);
    }
  }
  return out;
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, display_width(text)), ' ');
}

void drop_trailing_spaces(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

struct FactText {
  std::string name, value, detail;
};

struct FactWidths {
  std::size_t name{0}, value{0}, detail{0};

  [[nodiscard]] std::size_t total() const {
    return name + 2 + value + (detail > 0 ? 2 + detail : 0);
  }
};

// The facts stand in reading order: the second one is right of the first.
std::vector<FactWidths> widths_of(const std::vector<FactText>& facts, std::size_t columns) {
  std::vector<FactWidths> out(columns);
  for (std::size_t i = 0; i < facts.size(); ++i) {
    FactWidths& widths = out[i % columns];
    widths.name = std::max(widths.name, display_width(facts[i].name));
    widths.value = std::max(widths.value, display_width(facts[i].value));
    widths.detail = std::max(widths.detail, display_width(facts[i].detail));
  }
  return out;
}

std::size_t total_of(const std::vector<FactWidths>& columns) {
  std::size_t out = kBetween * (columns.size() - 1);
  for (const FactWidths& column : columns) out += column.total();
  return out;
}

// One below the other, where no line holds a fact.
std::string stacked_facts(const std::vector<FactText>& facts, std::size_t room) {
  std::string out;
  for (const FactText& fact : facts) {
    std::string line = fact.name + ": " + fact.value;
    if (!fact.detail.empty()) line += ", " + fact.detail;
    for (const std::string& part : fitted_lines(line, room)) out += part + "\n";
  }
  return out;
}

}  // namespace

std::string fitted_text(std::string_view text, std::size_t room, const TerminalOptions& options) {
  std::string out;
  for (const std::string& line : fitted_lines(terminal_text(text, options), room)) {
    out += line + "\n";
  }
  return out;
}

std::string facts_text(const std::vector<Fact>& facts, std::size_t room,
                       const TerminalOptions& options) {
  if (facts.empty()) return {};
  std::vector<FactText> texts;
  for (const Fact& fact : facts) {
    texts.push_back({terminal_text(fact.name, options), terminal_text(fact.value, options),
                     terminal_text(fact.detail, options)});
  }
  std::size_t columns = std::min(kMostColumns, texts.size());
  while (columns > 1 && room > 0 && total_of(widths_of(texts, columns)) > room) --columns;
  const std::vector<FactWidths> widths = widths_of(texts, columns);
  if (room > 0 && total_of(widths) > room) return stacked_facts(texts, room);
  std::string out;
  std::string line;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const FactWidths& width = widths[i % columns];
    line += padded(texts[i].name, width.name) + "  " + padded(texts[i].value, width.value);
    if (width.detail > 0) line += "  " + padded(texts[i].detail, width.detail);
    line.append(kBetween, ' ');
    if ((i + 1) % columns == 0 || i + 1 == texts.size()) {
      drop_trailing_spaces(line);
      out += line + "\n";
      line.clear();
    }
  }
  return out;
}

std::string definitions_text(const std::vector<Definition>& definitions, std::size_t room,
                             const TerminalOptions& options) {
  std::string out;
  const std::string indent(kIndent, ' ');
  for (const Definition& definition : definitions) {
    out += fitted_text(definition.name, room, options);
    const std::string text = terminal_text(definition.text, options);
    for (const std::string& line : fitted_lines(text, room > kIndent ? room - kIndent : 0)) {
      out += indent + line + "\n";
    }
  }
  return out;
}

std::string cards_text(const TerminalTable& table, std::size_t room,
                       const TerminalOptions& options) {
  std::string rule;
  for (std::size_t i = 0; i < room; ++i) rule += options.unicode ? "─" : "-";
  std::string out;
  for (const TerminalRow& row : table.rows) {
    out += rule + "\n";
    for (const std::size_t index : table.shown) {
      const std::string& heading = table.columns[index].heading;
      const TerminalCell& cell = row.cells[index];
      const std::size_t used = display_width(heading);
      if (used + 1 + cell.width <= room) {
        out += heading + std::string(room - used - cell.width, ' ') + cell.text + "\n";
        continue;
      }
      for (const std::string& line : fitted_lines(heading, room)) out += line + "\n";
      for (const std::string& line : fitted_lines(cell.text, room)) {
        out += std::string(room - std::min(room, display_width(line)), ' ') + line + "\n";
      }
    }
  }
  return out + rule + "\n";
}

}  // namespace offex::render
