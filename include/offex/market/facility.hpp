#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace offex::market {

/// The reporting facility of a daily short-sale file, by its published prefix.
///
/// CNMS is the sum of FNSQ, FNYX, FNQC and FNRA and is never added to them. FORF is the separate
/// universe of OTC equities. NQBX and NPSX are exchange files that only look like FINRA's.
enum class Facility : std::uint8_t { Cnms, Fnsq, Fnyx, Fnqc, Fnra, Forf, Nqbx, Npsx };

/// Returns the published prefix, for example "CNMS".
[[nodiscard]] std::string_view to_string(Facility facility);
[[nodiscard]] std::optional<Facility> parse_facility(std::string_view text);
/// Returns a name for people, for example "FINRA/Nasdaq TRF Carteret".
[[nodiscard]] std::string_view describe(Facility facility);
/// Returns whether the file comes from an exchange rather than from FINRA.
[[nodiscard]] bool is_exchange(Facility facility);

/// The facility that a single market letter stands for in a seed's normalised table
/// (Q, N, B, D, O; a list means CNMS). Published files name theirs in the file name instead.
[[nodiscard]] std::optional<Facility> facility_of_market(std::string_view market);

/// Letters of the Market column as bits: B 1, Q 2, N 4, D 8, O 16, X 32.
[[nodiscard]] std::optional<std::uint8_t> parse_market_mask(std::string_view text);
/// Returns the letters in FINRA's order, for example "B,Q,N".
[[nodiscard]] std::string market_text(std::uint8_t mask);

}  // namespace offex::market
