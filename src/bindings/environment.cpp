#include <cstdlib>

#include "offex/market/instant.hpp"

#include "bindings/environment_internal.hpp"

namespace offex::bindings {

std::optional<std::string> variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): see the header
  if (value == nullptr) return std::nullopt;
  return std::string{value};
}

Result<std::unique_ptr<base::Clock>> make_clock() {
  const auto now = variable("OFFEX_NOW");
  if (!now) return std::make_unique<base::SystemClock>();
  const auto instant = market::parse_as_of(*now);
  if (!instant) {
    return fail(base::ErrorCode::InvalidArgument, "OFFEX_NOW: " + instant.error().message);
  }
  return std::make_unique<base::FixedClock>(instant->nanos());
}

}  // namespace offex::bindings
