#pragma once

#include <string_view>

#include "offex/formats/page_facts.hpp"

namespace offex::formats {

/// Reads a page as upstreams mostly write it: plain ASCII, an object or a list. Checks the grammar
/// of all of it without a buffer of its own. Returns false as soon as it meets anything else; the
/// careful walk decides then, and `facts` means nothing.
[[nodiscard]] bool skim_page(std::string_view json, PageFacts& facts);

}  // namespace offex::formats
