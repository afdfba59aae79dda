#include "offex/render/html_report.hpp"

#include <utility>

#include <fmt/format.h>

#include "render/display_internal.hpp"
#include "render/html_style_internal.hpp"
#include "render/utf8_internal.hpp"

namespace offex::render {
namespace {

using columns::Batch;
using columns::Column;

struct PageColumn {
  const Column* column;
  ColumnFormat format;
  bool right;
  bool is_group;
};

std::vector<PageColumn> page_columns(const TableView& view, const Batch& batch) {
  std::vector<PageColumn> out;
  for (const Column& column : batch.columns()) {
    ColumnFormat format = format_of(view, column.name());
    const bool right = is_right_aligned(column, format);
    const bool is_group = !view.group_by.empty() && column.name() == view.group_by;
    out.push_back({&column, std::move(format), right, is_group});
  }
  return out;
}

std::string class_of(const PageColumn& column, const DisplayCell& cell) {
  std::string classes;
  auto add = [&](std::string_view name) {
    if (!classes.empty()) classes.push_back(' ');
    classes += name;
  };
  if (column.right) add("num");
  if (column.is_group) add("key");
  if (cell.missing) add("missing");
  if (cell.tone == Tone::Positive) add("positive");
  if (cell.tone == Tone::Negative) add("negative");
  return classes.empty() ? "" : fmt::format(" class=\"{}\"", classes);
}

void append_head(std::string& out, const std::vector<PageColumn>& columns) {
  out += "<thead><tr>";
  for (const PageColumn& column : columns) {
    out += fmt::format("<th scope=\"col\"{}>{}</th>", column.right ? " class=\"num\"" : "",
                       escape_html(heading_of(column.format)));
  }
  out += "</tr></thead>\n";
}

void append_row(std::string& out, const std::vector<PageColumn>& columns, std::size_t row,
                std::string& group) {
  std::string cells;
  bool new_group = false;
  for (const PageColumn& column : columns) {
    DisplayCell cell = display_cell(*column.column, row, column.format);
    if (column.is_group) {
      const bool repeated = row > 0 && cell.text == group;
      new_group = row > 0 && !repeated;
      group = cell.text;
      if (repeated) cell = {};
    }
    cells += fmt::format("<td{}>{}</td>", class_of(column, cell),
                         cell.missing ? "·" : escape_html(cell.text));
  }
  out += new_group ? "<tr class=\"group\">" : "<tr>";
  out += cells;
  out += "</tr>\n";
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
        out += next.valid && !control ? text.substr(at, next.bytes) : kReplacement;
    }
    at += next.bytes;
  }
  return out;
}

HtmlReport::HtmlReport(std::string title, std::string subtitle, Footer footer)
    : title_{std::move(title)}, subtitle_{std::move(subtitle)}, footer_{std::move(footer)} {}

void HtmlReport::section(std::string_view heading) {
  if (!headings_.empty()) body_ += "</section>\n";
  headings_.emplace_back(heading);
  body_ += fmt::format("<section id=\"s{}\"><h2>{}</h2>\n", headings_.size(), escape_html(heading));
}

void HtmlReport::paragraph(std::string_view text) {
  body_ += fmt::format("<p>{}</p>\n", escape_html(text));
}

void HtmlReport::facts(const std::vector<Fact>& facts) {
  body_ += "<dl class=\"facts\">\n";
  for (const Fact& fact : facts) {
    body_ += fmt::format("<div class=\"fact\"><dt>{}</dt><dd>{}", escape_html(fact.name),
                         escape_html(fact.value));
    if (!fact.detail.empty()) body_ += fmt::format("<small>{}</small>", escape_html(fact.detail));
    body_ += "</dd></div>\n";
  }
  body_ += "</dl>\n";
}

void HtmlReport::code(std::string_view text) {
  body_ += fmt::format("<pre>{}</pre>\n", escape_html(text));
}

void HtmlReport::table(const TableView& view, const Batch& batch) {
  const std::vector<PageColumn> columns = page_columns(view, batch);
  if (!view.title.empty()) body_ += fmt::format("<h3>{}</h3>\n", escape_html(view.title));
  body_ += "<div class=\"scroll\" tabindex=\"0\"><table>\n";
  append_head(body_, columns);
  body_ += "<tbody>\n";
  std::string group;
  for (std::size_t row = 0; row < batch.num_rows(); ++row) {
    append_row(body_, columns, row, group);
  }
  body_ += "</tbody></table></div>\n";
  if (batch.num_rows() == 0) body_ += "<p class=\"note\">no rows</p>\n";
  for (const std::string& line : footer_lines(view.footer)) {
    body_ += fmt::format("<p class=\"note\">{}</p>\n", escape_html(line));
  }
}

std::string HtmlReport::page() const {
  std::string out = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  // Whatever slips through the escaping still may not fetch or run anything.
  out +=
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'; img-src data:\">\n";
  out += fmt::format("<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n", escape_html(title_),
                     report_style());
  out += fmt::format("<header><div class=\"wrap\"><h1>{}</h1>\n", escape_html(title_));
  if (!subtitle_.empty()) out += fmt::format("<p>{}</p>\n", escape_html(subtitle_));
  if (headings_.size() > 1) {
    out += "<nav aria-label=\"Contents\">";
    for (std::size_t i = 0; i < headings_.size(); ++i) {
      out += fmt::format("<a href=\"#s{}\">{}</a>", i + 1, escape_html(headings_[i]));
    }
    out += "</nav>\n";
  }
  out += "</div></header>\n<main class=\"wrap\">\n";
  out += body_;
  if (!headings_.empty()) out += "</section>\n";
  out += "</main>\n<footer><div class=\"wrap\">\n";
  for (const std::string& line : footer_lines(footer_)) {
    out += fmt::format("<p>{}</p>\n", escape_html(line));
  }
  out += "</div></footer>\n</body>\n</html>\n";
  return out;
}

}  // namespace offex::render
