#pragma once

#include <string>
#include <string_view>

#include "offex/base/result.hpp"

namespace offex::formats {

/// Returns `bytes` as one gzip member. The same bytes always give the same member: the header
/// holds no time and no name.
[[nodiscard]] Result<std::string> gzip(std::string_view bytes);

}  // namespace offex::formats
