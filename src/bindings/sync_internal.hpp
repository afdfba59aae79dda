#pragma once

#include <string>
#include <vector>

#include "bindings/typing_internal.hpp"

namespace offex::bindings {

/// Fetches what is missing or due, as the variables of the upstreams say, and returns the report as
/// a dict. `failures` in it are pairs of source and code: what failed raises nothing here.
[[nodiscard]] Dict sync(const std::string& home, const std::vector<std::string>& sources,
                        const std::string& start, const std::string& end,
                        const std::vector<std::string>& symbols, const nanobind::object& progress);

}  // namespace offex::bindings
