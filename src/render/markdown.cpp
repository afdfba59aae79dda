#include <utility>
#include <vector>

#include "offex/base/check.hpp"
#include "offex/render/writers.hpp"

#include "render/display_internal.hpp"
#include "render/output_internal.hpp"

namespace offex::render {
namespace {

using columns::Batch;
using columns::Column;

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
  MarkdownWriter(Sink sink, TableView view) : output_{std::move(sink)}, view_{std::move(view)} {}

  Result<void> begin(const Batch& header) override {
    std::string& out = output_.text();
    if (!view_.title.empty()) out += "**" + escape(view_.title) + "**\n\n";
    std::string rule = "|";
    out.push_back('|');
    for (const Column& column : header.columns()) {
      formats_.push_back(format_of(view_, column.name()));
      const ColumnFormat& format = formats_.back();
      out += " " + escape(heading_of(format)) + " |";
      rule += is_right_aligned(column, format) ? " ---: |" : " --- |";
    }
    out += "\n" + rule + "\n";
    return output_.row_done();
  }

  Result<void> rows(const Batch& batch) override {
    OFFEX_CHECK(batch.num_columns() == formats_.size());
    std::string& out = output_.text();
    for (std::size_t row = 0; row < batch.num_rows(); ++row) {
      out.push_back('|');
      for (std::size_t index = 0; index < formats_.size(); ++index) {
        const DisplayCell cell = display_cell(batch.column(index), row, formats_[index]);
        out.push_back(' ');
        append_escaped(out, cell.missing ? "·" : std::string_view{cell.text});
        out += " |";
      }
      out.push_back('\n');
      OFFEX_TRY(output_.row_done());
    }
    return {};
  }

  Result<void> end() override {
    for (const std::string& line : footer_lines(view_.footer)) {
      output_.text() += "\n" + escape(line) + "\n";
    }
    return output_.flush();
  }

 private:
  Output output_;
  TableView view_;
  std::vector<ColumnFormat> formats_;
};

}  // namespace

std::unique_ptr<RowWriter> make_markdown_writer(Sink sink, TableView view) {
  return std::make_unique<MarkdownWriter>(std::move(sink), std::move(view));
}

}  // namespace offex::render
