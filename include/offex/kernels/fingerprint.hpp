#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace offex::kernels {

/// One parameter of a formula: a number or a list of numbers.
struct Parameter {
  std::string_view name;
  std::vector<double> values;
};

/// Returns `name=value` joined by `;`, sorted by name (bytes), numbers as %.17g, lists joined by
/// commas.
[[nodiscard]] std::string canonical_text(std::span<const Parameter> parameters);

/// Returns FNV-1a 64 of the canonical text as 16 hexadecimal digits: equal parameters, equal
/// fingerprint.
[[nodiscard]] std::string fingerprint(std::span<const Parameter> parameters);

}  // namespace offex::kernels
