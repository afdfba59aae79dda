#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/universe_internal.hpp"

namespace offex::sim {

/// Where a security is listed.
struct Listing {
  char code{'N'};             ///< in the symbol directory: N NYSE, P Arca, Q Nasdaq
  std::uint8_t exchange{10};  ///< the vendor's id
  std::uint8_t tape{1};       ///< 1 = A, 2 = B, 3 = C
};

/// Returns the listing that the spelling suggests: short names and suffixed ones are NYSE's, funds
/// Arca's, names of four letters and fifth-letter units, warrants and rights Nasdaq's.
[[nodiscard]] Listing listing_of(const Security& security);

/// Returns a name such as "Simulated ABC, Inc. Common Stock".
[[nodiscard]] std::string name_of(const Security& security);

/// Returns the spelling of the weekly files; the symbol itself where there is none.
[[nodiscard]] std::string weekly_symbol(const Security& security);

}  // namespace offex::sim
