#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace offex::formats {

/// Text that `make_reader` and `tape_layout` want to see to tell a layout.
inline constexpr std::size_t kHeadBytes = std::size_t{64} << 10U;

/// Returns up to `max_text` bytes of decoded text from the first bytes of a file as received:
/// plain text, or gzip. A zip archive, damage and too few bytes give what could be decoded before.
[[nodiscard]] std::string decoded_head(std::string_view bytes, std::size_t max_text = kHeadBytes);

}  // namespace offex::formats
