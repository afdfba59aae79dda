#include "offex/render/html_report.hpp"

#include <utility>

#include <fmt/format.h>

#include "render/html_parts_internal.hpp"
#include "render/html_style_internal.hpp"

namespace offex::render {
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

void HtmlReport::facts(const std::vector<Fact>& facts) { append_facts(body_, facts); }

void HtmlReport::code(std::string_view text) {
  body_ += fmt::format("<pre>{}</pre>\n", escape_html(text));
}

void HtmlReport::table(const TableView& view, const columns::Batch& batch) {
  const WholeTable table = whole_table(view, batch);
  if (!view.title.empty()) body_ += fmt::format("<h3>{}</h3>\n", escape_html(view.title));
  append_facts(body_, view.facts);
  append_table_head(body_, table.columns);
  for (const DisplayRow& row : table.rows) append_table_row(body_, table.columns, row);
  append_table_end(body_, batch.num_rows() == 0);
  append_definitions(body_, view.definitions);
  append_lines(body_, footer_lines(view.footer), "note");
}

std::string HtmlReport::page() const {
  std::string out;
  append_page_head(out, title_, report_style());
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
  append_lines(out, footer_lines(footer_), "");
  out += "</div></footer>\n</body>\n</html>\n";
  return out;
}

}  // namespace offex::render
