#include <utility>
#include <vector>

#include "offex/render/writers.hpp"

#include "render/display_table_internal.hpp"
#include "render/output_internal.hpp"

namespace offex::render {
namespace {

using columns::Batch;

// A ticker must stay a ticker: neither a cell border, nor emphasis, nor a tag.
void append_escaped(std::string& out, std::string_view text) {
  for (const char byte : text) {
    switch (byte) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\n':
        out += "<br>";
        break;
      case '\r':
        break;
      case '|':
      case '\\':
      case '`':
      case '*':
      case '_':
      case '[':
      case ']':
        out.push_back('\\');
        out.push_back(byte);
        break;
      default:
        out.push_back(byte);
    }
  }
}

std::string escape(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

class MarkdownWriter final : public RowWriter {
 public:
  MarkdownWriter(Sink sink, TableView view)
      : output_{std::move(sink)}, view_{std::move(view)}, table_{view_} {}

  Result<void> begin(const Batch& header) override {
    table_.begin(header);
    std::string& out = output_.text();
    if (!view_.title.empty()) out += "**" + escape(view_.title) + "**\n\n";
    append_facts(out);
    std::string rule = "|";
    out.push_back('|');
    for (const DisplayColumn& column : table_.columns()) {
      out += " " + escape(column.heading) + " |";
      rule += column.right ? " ---: |" : " --- |";
    }
    out += "\n" + rule + "\n";
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
    if (!view_.definitions.empty()) out.push_back('\n');
    for (const Definition& definition : view_.definitions) {
      out += "- **" + escape(definition.name) + "**: " + escape(definition.text) + "\n";
    }
    for (const std::string& line : footer_lines(view_.footer)) {
      out += "\n" + escape(line) + "\n";
    }
    return output_.flush();
  }

 private:
  void append_facts(std::string& out) const {
    for (const Fact& fact : view_.facts) {
      out += "- " + escape(fact.name) + ": **" + escape(fact.value) + "**";
      if (!fact.detail.empty()) out += " (" + escape(fact.detail) + ")";
      out.push_back('\n');
    }
    if (!view_.facts.empty()) out.push_back('\n');
  }

  // A table in Markdown has no sections: what stands above its headings would be headings.
  Result<void> append_rows(const std::vector<DisplayRow>& rows) {
    std::string& out = output_.text();
    for (const DisplayRow& row : rows) {
      const std::string_view mark = row.kind == RowKind::Average ? "*" : "";
      out.push_back('|');
      for (const DisplayCell& cell : row.cells) {
        out.push_back(' ');
        const std::string_view emphasis = cell.missing ? "" : mark;
        out += emphasis;
        append_escaped(out, cell.missing ? "·" : std::string_view{cell.text});
        out += emphasis;
        out += " |";
      }
      out.push_back('\n');
      OFFEX_TRY(output_.row_done());
    }
    return {};
  }

  Output output_;
  TableView view_;
  DisplayTable table_;
};

}  // namespace

std::unique_ptr<RowWriter> make_markdown_writer(Sink sink, TableView view) {
  return std::make_unique<MarkdownWriter>(std::move(sink), std::move(view));
}

}  // namespace offex::render
