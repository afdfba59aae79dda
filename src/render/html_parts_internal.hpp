#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "render/display_table_internal.hpp"

// The pieces of a page. Every text is escaped here.
namespace offex::render {

/// Appends everything up to the opening of the body. \param style the page's style sheet
void append_page_head(std::string& out, std::string_view title, std::string_view style);

void append_facts(std::string& out, const std::vector<Fact>& facts);
void append_table_head(std::string& out, const std::vector<DisplayColumn>& columns);
void append_table_row(std::string& out, const std::vector<DisplayColumn>& columns,
                      const DisplayRow& row);
void append_table_end(std::string& out, bool empty);
void append_definitions(std::string& out, const std::vector<Definition>& definitions);
/// Appends a paragraph a line. \param type the class of the paragraphs; may be empty
void append_lines(std::string& out, const std::vector<std::string>& lines, std::string_view type);

}  // namespace offex::render
