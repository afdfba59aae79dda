#pragma once

#include <cstddef>
#include <memory>

#include "offex/formats/document.hpp"

namespace offex::formats {

/// What a reply may hold; the parser needs some seven bytes of memory for each byte of it.
inline constexpr std::size_t kMaxReplyBytes = std::size_t{256} << 20U;

/// Returns a reader for Polygon's JSON replies: grouped daily bars, daily bars of one ticker,
/// tickers, exchanges and conditions. The reply is kept whole until its end, because what it is may
/// stand behind its rows.
[[nodiscard]] std::unique_ptr<Reader> make_polygon_reader(ReadOptions options,
                                                          std::size_t max_bytes = kMaxReplyBytes);

}  // namespace offex::formats
