#include <utility>
#include <vector>

#include <fmt/format.h>

#include "offex/render/html_report.hpp"
#include "offex/render/writers.hpp"

#include "render/html_parts_internal.hpp"
#include "render/html_style_internal.hpp"
#include "render/output_internal.hpp"

namespace offex::render {
namespace {

using columns::Batch;

class HtmlWriter final : public RowWriter {
 public:
  HtmlWriter(Sink sink, TableView view, Theme theme)
      : output_{std::move(sink)}, view_{std::move(view)}, table_{view_}, theme_{theme} {}

  Result<void> begin(const Batch& header) override {
    table_.begin(header);
    std::string& out = output_.text();
    append_page_head(out, view_.title.empty() ? "offex" : view_.title, table_style(theme_));
    out += "<main class=\"sheet\">\n";
    if (!view_.title.empty()) out += fmt::format("<h1>{}</h1>\n", escape_html(view_.title));
    append_facts(out, view_.facts);
    append_table_head(out, table_.columns());
    return output_.row_done();
  }

  Result<void> rows(const Batch& batch) override {
    std::vector<DisplayRow> rows;
    table_.add(batch, rows);
    return append_rows(rows);
  }

  Result<void> end() override {
    std::vector<DisplayRow> rows;
    table_.finish(rows);
    OFFEX_TRY(append_rows(rows));
    std::string& out = output_.text();
    append_table_end(out, table_.num_rows() == 0);
    append_definitions(out, view_.definitions);
    append_lines(out, footer_lines(view_.footer), "note");
    out += "</main>\n</body>\n</html>\n";
    return output_.flush();
  }

 private:
  Result<void> append_rows(const std::vector<DisplayRow>& rows) {
    for (const DisplayRow& row : rows) {
      append_table_row(output_.text(), table_.columns(), row);
      OFFEX_TRY(output_.row_done());
    }
    return {};
  }

  Output output_;
  TableView view_;
  DisplayTable table_;
  Theme theme_;
};

}  // namespace

std::unique_ptr<RowWriter> make_html_writer(Sink sink, TableView view, Theme theme) {
  return std::make_unique<HtmlWriter>(std::move(sink), std::move(view), theme);
}

}  // namespace offex::render
