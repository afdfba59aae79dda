#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace offex::formats {

/// Text that `make_reader` and `tape_layout` want to see to tell a layout.
inline constexpr std::size_t kHeadBytes = std::size_t{64} << 10U;

/// Returns up to `max_text` bytes of decoded text from the first bytes of a file as received:
/// plain text, or gzip. `bytes` may be the whole file in memory: no more is inflated than is
/// returned. Too few bytes give what they decode to, damage no more than what stands before it, a
/// zip archive nothing.
[[nodiscard]] std::string decoded_head(std::string_view bytes, std::size_t max_text = kHeadBytes);

}  // namespace offex::formats
