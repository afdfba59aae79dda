#pragma once

#include <memory>

#include "offex/formats/document.hpp"

namespace offex::formats {

/// How rows are read. `Careful` uses the row rules alone: the reference for the fast reader.
enum class ShortReading : std::uint8_t { Fast, Careful };

/// Returns a reader for FINRA's daily short-sale files and for Nasdaq's exchange files.
/// \pre options.facility is known
[[nodiscard]] std::unique_ptr<Reader> make_short_reader(ReadOptions options,
                                                        ShortReading reading = ShortReading::Fast);

}  // namespace offex::formats
