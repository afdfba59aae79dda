#pragma once

#include <cmath>
#include <string>

#include <fmt/format.h>

// How the texts of figures and panels write numbers. A missing one is a dash.
namespace offex::views {

/// Returns 0.452 as "45.2%".
[[nodiscard]] inline std::string percent_text(double value, int decimals = 1) {
  return std::isnan(value) ? "–" : fmt::format("{:.{}f}%", 100.0 * value, decimals);
}

/// Returns "+1.5"; what is rounded to zero has no sign.
[[nodiscard]] inline std::string signed_text(double value, int decimals = 1) {
  if (std::isnan(value)) return "–";
  std::string out = fmt::format("{:+.{}f}", value, decimals);
  if (out.find_first_of("123456789") == std::string::npos) out.erase(0, 1);
  return out;
}

}  // namespace offex::views
