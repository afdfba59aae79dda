#pragma once

#include <string>
#include <string_view>

namespace offex::render {

/// Appends `text` as a quoted JSON string; invalid UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace offex::render
