#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace offex::render {

/// Returns how many terminal cells UTF-8 `text` takes: 0 for combining marks, 2 for wide East
/// Asian characters and emoji, 1 for the rest and for each byte that is not UTF-8.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// Returns `text` with everything that could move a terminal's cursor made visible: control
/// characters as \xNN, bidirectional overrides and invalid UTF-8 as U+FFFD.
[[nodiscard]] std::string printable(std::string_view text);

/// Breaks `text` at spaces into lines of at most `width` cells; a longer word keeps its own line.
/// A width of 0 means one line.
[[nodiscard]] std::vector<std::string> wrap_text(std::string_view text, std::size_t width);

}  // namespace offex::render
