#pragma once

#include <memory>

#include "offex/formats/document.hpp"

namespace offex::formats {

/// Returns a reader for Polygon's grouped daily reply. The reply is kept whole until its end.
[[nodiscard]] std::unique_ptr<Reader> make_grouped_reader(ReadOptions options);

}  // namespace offex::formats
