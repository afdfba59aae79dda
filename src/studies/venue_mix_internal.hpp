#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "offex/columns/batch.hpp"
#include "offex/market/day.hpp"
#include "offex/market/symbol.hpp"

namespace offex::studies {

enum class VenueKind : std::uint8_t { Ats, Wholesaler, Other, DeMinimis };
inline constexpr std::array<std::string_view, 4> kVenueKindWords{"ATS", "WHOLESALER", "OTHER",
                                                                 "DE_MINIMIS"};

/// A row of one venue in a symbol's week.
struct VenueRow {
  bool ats{false};
  bool tiered{false};  ///< its source tells the tier
  std::string mpid{};
  std::optional<std::int64_t> crd{};
  std::string name{};                    ///< as the week's own rows have it
  std::optional<std::int64_t> volume{};  ///< millionths of a share
  std::optional<std::int64_t> trades{};
};

/// What the rows of one venue add up to.
struct VenueTotal {
  std::string name{};
  std::string mpid{};
  VenueKind kind{};
  std::optional<std::int64_t> volume{};
  std::optional<std::int64_t> trades{};
};

[[nodiscard]] VenueKind venue_kind(const VenueRow& row);

/// Returns an empty batch with the columns of `venue_mix`.
[[nodiscard]] columns::Batch venue_mix_header();

/// Appends the venues of one symbol and week. \param whole all off-exchange volume of the week
void append_venues(const market::Symbol& symbol, market::Day week, std::span<const VenueRow> rows,
                   std::optional<std::int64_t> whole, columns::Batch& out);

}  // namespace offex::studies
