#pragma once

#include <string>

#include <fmt/format.h>

namespace offex::views {

/// Returns a number with its sign; zero, also after rounding, has none.
[[nodiscard]] inline std::string signed_text(double value, int decimals) {
  std::string out = fmt::format("{:+.{}f}", value, decimals);
  if (out.find_first_of("123456789") == std::string::npos) out.erase(0, 1);
  return out;
}

}  // namespace offex::views
