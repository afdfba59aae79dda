#include "offex/kernels/fingerprint.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include <fmt/format.h>

namespace offex::kernels {

std::string canonical_text(std::span<const Parameter> parameters) {
  std::vector<const Parameter*> sorted;
  for (const Parameter& parameter : parameters) {
    sorted.push_back(&parameter);
  }
  std::ranges::sort(sorted, {}, [](const Parameter* entry) { return entry->name; });
  std::string out;
  for (const Parameter* const parameter : sorted) {
    fmt::format_to(std::back_inserter(out), "{}{}=", out.empty() ? "" : ";", parameter->name);
    const char* between = "";
    for (const double value : parameter->values) {
      fmt::format_to(std::back_inserter(out), "{}{:.17g}", between, value);
      between = ",";
    }
  }
  return out;
}

std::string fingerprint(std::span<const Parameter> parameters) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char letter : canonical_text(parameters)) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3U;
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace offex::kernels
