#pragma once

#include <string>

namespace offex::store {

/// Returns the version of the embedded engine, for example "v1.4.4".
[[nodiscard]] std::string engine_version();

}  // namespace offex::store
