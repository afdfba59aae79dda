#pragma once

#include <cstddef>
#include <cstdint>

namespace offex::formats {

/// Writes the offsets of all `|` and line feeds of `text` to `out` and returns how many there are.
/// \pre `out` has room for `size` + 64 entries
[[nodiscard]] std::size_t find_delimiters(const char* text, std::size_t size, std::uint32_t* out);

}  // namespace offex::formats
