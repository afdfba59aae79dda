#pragma once

#include <memory>
#include <optional>
#include <string>

#include "offex/base/clock.hpp"
#include "offex/base/result.hpp"

namespace offex::bindings {

/// Looks a variable up. Python changes the environment by its lock: read it only while that is
/// held.
[[nodiscard]] std::optional<std::string> variable(const std::string& name);

/// Returns the machine's clock, or one that stands at OFFEX_NOW.
[[nodiscard]] Result<std::unique_ptr<base::Clock>> make_clock();

}  // namespace offex::bindings
