#pragma once

#include <optional>
#include <string_view>

#include "offex/formats/tape.hpp"

namespace offex::formats {

/// Returns whether text starts as JSON does.
[[nodiscard]] bool looks_like_json(std::string_view head);

/// Returns the layout of a page by the keys of its first results. \param numbered whether the name
/// has the number of a page
[[nodiscard]] std::optional<market::Dataset> page_dataset(std::string_view head, bool numbered);

/// Returns whether a time is midnight in New York.
[[nodiscard]] bool is_new_york_midnight(std::int64_t nanos);

/// Returns what is understood, for messages.
[[nodiscard]] std::string_view tape_understood();

}  // namespace offex::formats
