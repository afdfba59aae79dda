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
  WeeklySummary,       ///< Query API weeklySummary and weeklySummaryHistoric: a patch over rows
  WeeklyDownload,      ///< downloaded weekly file by venue: complete for its week, kind and tiers
  AtsSummary,          ///< ATS weekly summary file of the second seed
  RegShoApi,           ///< Query API regShoDaily: a patch over days and facilities
  ShortInterest,       ///< Query API consolidatedShortInterest: a patch over settlement dates
  ThresholdList,       ///< Query API thresholdList: a patch over days
  DailyBarAggregates,  ///< Polygon daily aggregates of one ticker: a patch over days
  SymbolDirectory,     ///< Nasdaq symbol directory: a snapshot of one day
  SecurityReference,   ///< type, sector, market value of securities
  TradeConditions,     ///< Polygon's trade conditions and what each one updates
  ExchangeList,        ///< Polygon's exchange and TRF ids
  TradeTape,           ///< Polygon trades of a day: flat file, or REST pages of one ticker
  QuoteTape,           ///< Polygon quotes of a day: flat file, or REST pages of one ticker
  MinuteTape,          ///< Polygon minute bars of a day: flat file, or REST pages of one ticker
  TradeTable,          ///< the seed's normalised trades, with bid and ask where known
  LitDirectionTape,    ///< lit direction that offex computed from a tape: a patch over days
  CorporateActions,    ///< share splits and resets of tickers: complete for a symbol's day
};

/// Returns the stable name, for example "finra_short_daily".
[[nodiscard]] std::string_view to_string(Dataset dataset);
[[nodiscard]] std::optional<Dataset> parse_dataset(std::string_view text);

/// Returns whether a new input replaces only the rows it names (a patch) or its whole key.
[[nodiscard]] bool is_patch(Dataset dataset);

/// Returns whether inputs of this kind are kept as files and streamed, never as rows of the store.
[[nodiscard]] bool is_tape(Dataset dataset);

/// Returns how inputs of this kind spell share classes and preferreds.
[[nodiscard]] SymbolStyle symbol_style(Dataset dataset);

}  // namespace offex::market
