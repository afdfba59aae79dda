#include <fmt/format.h>

#include "offex/render/html_report.hpp"

#include "render/html_parts_internal.hpp"
#include "render/utf8_internal.hpp"

namespace offex::render {
namespace {

void add_class(std::string& classes, std::string_view name) {
  if (!classes.empty()) classes.push_back(' ');
  classes += name;
}

std::string class_attribute(const std::string& classes) {
  return classes.empty() ? "" : fmt::format(" class=\"{}\"", classes);
}

std::string class_of(const DisplayColumn& column, const DisplayCell& cell) {
  std::string classes;
  if (column.right) add_class(classes, "num");
  if (column.is_group) add_class(classes, "key");
  if (cell.missing) add_class(classes, "missing");
  if (cell.tone == Tone::Positive) add_class(classes, "positive");
  if (cell.tone == Tone::Negative) add_class(classes, "negative");
  return class_attribute(classes);
}

// The first column of a section has a line at its left.
std::vector<bool> section_starts(const std::vector<DisplayColumn>& columns) {
  std::vector<bool> out(columns.size(), false);
  for (std::size_t i = 1; i < columns.size(); ++i) {
    out[i] = columns[i].format.section != columns[i - 1].format.section;
  }
  return out;
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Char next = decode_utf8(text, at);
    const bool control = next.code < 0x20 && next.code != U'\n' && next.code != U'\t';
    switch (next.code) {
      case U'&':
        out += "&amp;";
        break;
      case U'<':
        out += "&lt;";
        break;
      case U'>':
        out += "&gt;";
        break;
      case U'"':
        out += "&quot;";
        break;
      case U'\'':
        out += "&#39;";
        break;
      default:
        out += is_character(next) && !control ? text.substr(at, next.bytes) : kReplacement;
    }
    at += next.bytes;
  }
  return out;
}

void append_page_head(std::string& out, std::string_view title, std::string_view style) {
  out += "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  // Whatever slips through the escaping still may not fetch or run anything.
  out +=
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'; img-src data:\">\n";
  out += fmt::format("<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n", escape_html(title),
                     style);
}

void append_facts(std::string& out, const std::vector<Fact>& facts) {
  if (facts.empty()) return;
  out += "<dl class=\"facts\">\n";
  for (const Fact& fact : facts) {
    out += fmt::format("<div class=\"fact\"><dt>{}</dt><dd>{}", escape_html(fact.name),
                       escape_html(fact.value));
    if (!fact.detail.empty()) out += fmt::format("<small>{}</small>", escape_html(fact.detail));
    out += "</dd></div>\n";
  }
  out += "</dl>\n";
}

void append_table_head(std::string& out, const std::vector<DisplayColumn>& columns) {
  out += "<div class=\"scroll\" tabindex=\"0\"><table>\n<thead>";
  const std::vector<DisplaySpan> spans = spans_of(columns);
  if (!spans.empty()) {
    out += "<tr class=\"sections\">";
    for (const DisplaySpan& span : spans) {
      const std::string wide = span.count > 1 ? fmt::format(" colspan=\"{}\"", span.count) : "";
      out += span.section.empty()
                 ? fmt::format("<td{}></td>", wide)
                 : fmt::format("<th scope=\"colgroup\" class=\"section\"{}>{}</th>", wide,
                               escape_html(span.section));
    }
    out += "</tr>\n";
  }
  out += "<tr>";
  const std::vector<bool> starts = section_starts(columns);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::string classes;
    if (columns[i].right) add_class(classes, "num");
    if (starts[i]) add_class(classes, "first");
    out += fmt::format("<th scope=\"col\"{}>{}</th>", class_attribute(classes),
                       escape_html(columns[i].heading));
  }
  out += "</tr></thead>\n<tbody>\n";
}

void append_table_row(std::string& out, const std::vector<DisplayColumn>& columns,
                      const DisplayRow& row) {
  std::string classes;
  if (row.starts_group) add_class(classes, "group");
  if (row.kind == RowKind::Average) add_class(classes, "mean");
  out += fmt::format("<tr{}>", class_attribute(classes));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const DisplayCell& cell = row.cells[i];
    const bool repeated = columns[i].is_group && row.repeats_group;
    out += fmt::format("<td{}>", class_of(columns[i], cell));
    if (!repeated) out += cell.missing ? "·" : escape_html(cell.text);
    out += "</td>";
  }
  out += "</tr>\n";
}

void append_table_end(std::string& out, bool empty) {
  out += "</tbody></table></div>\n";
  if (empty) out += "<p class=\"note\">no rows</p>\n";
}

void append_definitions(std::string& out, const std::vector<Definition>& definitions) {
  if (definitions.empty()) return;
  out += "<dl class=\"definitions\">\n";
  for (const Definition& definition : definitions) {
    out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escape_html(definition.name),
                       escape_html(definition.text));
  }
  out += "</dl>\n";
}

void append_lines(std::string& out, const std::vector<std::string>& lines, std::string_view type) {
  const std::string classes = class_attribute(std::string{type});
  for (const std::string& line : lines) {
    out += fmt::format("<p{}>{}</p>\n", classes, escape_html(line));
  }
}

}  // namespace offex::render
