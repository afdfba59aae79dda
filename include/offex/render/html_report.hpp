#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "offex/columns/batch.hpp"
#include "offex/render/table_view.hpp"

namespace offex::render {

/// Builds one self-contained HTML page: no scripts, no fonts, nothing fetched, light and dark by
/// the reader's preference. Every text that goes in is escaped.
class HtmlReport {
 public:
  HtmlReport(std::string title, std::string subtitle, Footer footer);

  /// Starts a section; it gets an entry in the page's contents.
  void section(std::string_view heading);
  void paragraph(std::string_view text);
  void facts(const std::vector<Fact>& facts);
  /// Shows commands or other verbatim text.
  void code(std::string_view text);
  /// Shows a table with its title above and the lines of its footer below.
  void table(const TableView& view, const columns::Batch& batch);
  /// Shows a drawing. \param alternative what it shows, for readers who do not see it
  void figure(std::string_view svg, std::string_view alternative);

  /// Returns the whole page.
  [[nodiscard]] std::string page() const;

 private:
  std::string title_;
  std::string subtitle_;
  Footer footer_;
  std::vector<std::string> headings_;
  std::string body_;
};

/// Returns `text` safe inside HTML text and quoted attributes; invalid UTF-8 becomes U+FFFD.
[[nodiscard]] std::string escape_html(std::string_view text);

}  // namespace offex::render
