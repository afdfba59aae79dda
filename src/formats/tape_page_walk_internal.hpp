#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "formats/tape_page_internal.hpp"

namespace offex::formats {

/// What a page holds beside its results.
struct PageRoot {
  /// Keys and values as they stand there, strings with their quotes.
  std::vector<std::pair<std::string_view, std::string_view>> members;
  bool results{false};
};

/// Reads a page as the vendor writes it: keys in one order, plain ASCII, no escapes. Returns false
/// as soon as it meets anything else or a row that `Page` refuses; the careful reader decides then
/// and what was stored means nothing.
/// \pre 64 bytes of white space stand before and behind the text, and a line feed right behind it
template <class Page>
[[nodiscard]] bool walk_page(std::string_view text, typename Page::Block& page, PageRoot& root);

}  // namespace offex::formats
