#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "offex/market/symbol.hpp"

namespace offex::market {

/// A kind of input. Each has one layout in formats, one fact table in the store and one row here.
enum class Dataset : std::uint8_t {
  FinraShortDaily,     ///< published daily short-sale file: complete for its day and facility
  FinraShortTable,     ///< the seed's normalised short table: a patch over days and facilities
  ExchangeShortDaily,  ///< Nasdaq BX and PSX short-sale files, kept apart from FINRA's
  DailyBarFlatFile,    ///< Polygon day flat file: the whole market on one day
  DailyBarGrouped,     ///< Polygon grouped daily reply: the whole market on one day
  DailyBarTable,       ///< the seed's normalised bar table: a patch over days
  OtcWeeklyTable,      ///< the seed's normalised weekly table: a patch over weeks and tiers
  LitDirectionTable,   ///< the seed's normalised lit direction table: a patch over days
  IndexConstituents,   ///< index membership, with optional dates
};

/// Returns the stable name, for example "finra_short_daily".
[[nodiscard]] std::string_view to_string(Dataset dataset);
[[nodiscard]] std::optional<Dataset> parse_dataset(std::string_view text);

/// Returns whether a new input replaces only the rows it names (a patch) or its whole key.
[[nodiscard]] bool is_patch(Dataset dataset);

/// Returns how inputs of this kind spell share classes and preferreds.
[[nodiscard]] SymbolStyle symbol_style(Dataset dataset);

}  // namespace offex::market
