#pragma once

#include <memory>

#include "offex/formats/document.hpp"

namespace offex::formats {

/// Returns a reader for Polygon's JSON replies: grouped daily bars, daily bars of one ticker,
/// tickers, exchanges and conditions. The reply is kept whole until its end, because what it is may
/// stand behind its rows.
[[nodiscard]] std::unique_ptr<Reader> make_polygon_reader(ReadOptions options);

}  // namespace offex::formats
