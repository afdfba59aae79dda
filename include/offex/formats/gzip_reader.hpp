#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "offex/base/result.hpp"

namespace offex::formats {

/// Returns the decoded bytes of one or more gzip members. More than `max_bytes`, a broken member
/// or bytes behind the last one are an Integrity error.
[[nodiscard]] Result<std::string> gunzip(std::string_view bytes,
                                         std::uint64_t max_bytes = std::uint64_t{8} << 30U);

}  // namespace offex::formats
