#include <array>
#include <cstddef>

#include "offex/base/check.hpp"

#include "formats/polygon_rows_internal.hpp"

namespace offex::formats {
namespace {

using columns::Type;
using market::Dataset;
using Source = PolygonSource;

constexpr std::array kBar = {
    PolygonField{"o", "open", Type::Price, true},
    PolygonField{"h", "high", Type::Price, true},
    PolygonField{"l", "low", Type::Price, true},
    PolygonField{"c", "close", Type::Price, true},
    PolygonField{"vw", "vwap", Type::Price},
    PolygonField{"v", "volume", Type::Quantity, true},
    PolygonField{"n", "transactions", Type::Int64},
};

// Joins lists of fields.
template <std::size_t... kSizes>
constexpr auto joined(const std::array<PolygonField, kSizes>&... lists) {
  std::array<PolygonField, (kSizes + ...)> out{};
  std::size_t at = 0;
  const auto append = [&](const auto& list) {
    for (const PolygonField& field : list) out.at(at++) = field;
  };
  (append(lists), ...);
  return out;
}

constexpr auto kGroupedFields =
    joined(std::array{PolygonField{"T", "symbol", Type::Symbol, true, true}}, kBar,
           std::array{PolygonField{"t", "", Type::Day, true, false, Source::Close}});

constexpr auto kAggregateFields =
    joined(std::array{PolygonField{"t", "trade_date", Type::Day, true, true, Source::Window},
                      PolygonField{"", "symbol", Type::Symbol, true, false, Source::Ticker}},
           kBar);

// One id may stand for several facilities: 4 is all TRFs and the ADF.
constexpr std::array kExchangeFields = {
    PolygonField{"id", "exchange", Type::Int32, true, true},
    PolygonField{"name", "name", Type::Text, false, true},
    PolygonField{"acronym", "acronym", Type::Text},
    PolygonField{"mic", "mic", Type::Text, false, true},
    PolygonField{"participant_id", "participant_id", Type::Text},
    PolygonField{"type", "type", Type::Text},
    PolygonField{"asset_class", "", Type::Text, false, false, Source::Wanted, "stocks"},
};

constexpr std::array kConditionFields = {
    PolygonField{"id", "condition", Type::Int32, true, true},
    PolygonField{"name", "name", Type::Text},
    PolygonField{"type", "type", Type::Text, false, true},
    PolygonField{"sip_mapping", "sip_letters", Type::Text, false, false, Source::Row, {}, true},
    PolygonField{"update_rules.consolidated.updates_high_low", "updates_high_low", Type::Bool},
    PolygonField{"update_rules.consolidated.updates_open_close", "updates_open_close", Type::Bool},
    PolygonField{"update_rules.consolidated.updates_volume", "updates_volume", Type::Bool},
    PolygonField{"asset_class", "", Type::Text, false, false, Source::Wanted, "stocks"},
    PolygonField{"data_types", "", Type::Text, true, false, Source::Wanted, "trade", true},
};

constexpr std::array kTickerFields = {
    PolygonField{"", "known_from", Type::Day, false, false, Source::Never},
    PolygonField{"ticker", "symbol", Type::Symbol, true, true},
    PolygonField{"name", "name", Type::Text},
    PolygonField{"type", "type", Type::Text},
    PolygonField{"", "sector", Type::Text, false, false, Source::Never},
    PolygonField{"sic_description", "industry", Type::Text},
    PolygonField{"market_cap", "market_cap", Type::Double},
    PolygonField{"share_class_shares_outstanding", "shares_outstanding", Type::Quantity},
    PolygonField{"market", "", Type::Text, false, false, Source::Wanted, "stocks otc"},
};

constexpr std::array kSplitFields = {
    PolygonField{"execution_date", "effective_date", Type::Day, true, true},
    PolygonField{"ticker", "symbol", Type::Symbol, true, true},
    PolygonField{"", "action", Type::Text, false, false, Source::Split},
    PolygonField{"split_from", "", Type::Double, true, false, Source::SplitFrom},
    PolygonField{"split_to", "factor", Type::Double, true, false, Source::SplitTo},
};

// In the order of PolygonKind.
constexpr std::array kLayouts = {
    PolygonLayout{PolygonKind::Grouped, Dataset::DailyBarGrouped, "grouped daily reply", "",
                  kGroupedFields},
    PolygonLayout{PolygonKind::Aggregates, Dataset::DailyBarAggregates, "daily aggregates", "",
                  kAggregateFields},
    PolygonLayout{PolygonKind::Exchanges, Dataset::ExchangeList, "list of exchanges",
                  "exchanges of other asset classes", kExchangeFields},
    PolygonLayout{PolygonKind::Conditions, Dataset::TradeConditions, "list of conditions",
                  "conditions that are not for trades of stocks", kConditionFields, true},
    PolygonLayout{PolygonKind::Tickers, Dataset::SecurityReference, "page of tickers",
                  "tickers of other markets", kTickerFields},
    PolygonLayout{PolygonKind::Splits, Dataset::CorporateActions, "page of splits", "",
                  kSplitFields},
};

}  // namespace

const PolygonLayout& layout_of(PolygonKind kind) {
  const PolygonLayout& layout = kLayouts.at(static_cast<std::size_t>(kind));
  OFFEX_CHECK(layout.kind == kind);
  return layout;
}

}  // namespace offex::formats
