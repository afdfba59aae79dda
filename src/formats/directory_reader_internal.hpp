#pragma once

#include <memory>
#include <string_view>

#include "offex/formats/document.hpp"

namespace offex::formats {

/// Returns whether a file with this first line is one of Nasdaq's symbol directories,
/// `nasdaqlisted.txt` or `otherlisted.txt`.
[[nodiscard]] bool is_directory_header(std::string_view header);

/// Returns a reader for a symbol directory.
/// \pre is_directory_header of the first line
[[nodiscard]] std::unique_ptr<Reader> make_directory_reader(ReadOptions options);

}  // namespace offex::formats
