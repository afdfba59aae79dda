#include <algorithm>
#include <array>

#include "offex/base/check.hpp"

#include "store/layout_internal.hpp"

namespace offex::store {

namespace {

using columns::Column;
using columns::Type;
using market::Dataset;

constexpr KeyRule kPartDay{.part_day = true};
constexpr KeyRule kDayAndFacility{
    .day = "trade_date", .group = "facility", .group_type = Type::Int32};
constexpr KeyRule kTradeDate{.day = "trade_date"};
constexpr KeyRule kSettlementDate{.day = "settlement_date"};
constexpr KeyRule kWeekAndTier{
    .day = "week_start_date", .group = "tier_identifier", .group_may_miss = true};
constexpr KeyRule kWeekAndKind{
    .day = "week_start_date", .group = "summary_type", .group_end = "tier_identifier"};
constexpr KeyRule kDayAndVersion{.day = "trade_date", .group = "inference_version"};
constexpr KeyRule kPartDayAndDirectory{.part_day = true, .group = "directory"};
constexpr KeyRule kKnownFrom{.day = "known_from", .day_may_miss = true};
constexpr KeyRule kIndex{.group = "index_symbol", .group_type = Type::Symbol};
// A key of its own for each action: one that becomes known late is not known from when others of
// its day were.
constexpr KeyRule kEffectiveDateAndSymbol{
    .day = "effective_date", .group = "symbol", .group_type = Type::Symbol};
constexpr KeyRule kOneKey{};

constexpr std::array kShortColumns{
    FactColumn{"market_mask", "market", Type::Int32, true},
    FactColumn{"short_volume", "short_volume", Type::Quantity},
    FactColumn{"short_exempt_volume", "short_exempt_volume", Type::Quantity, true},
    FactColumn{"total_volume", "total_volume", Type::Quantity},
};
constexpr std::array kExchangeColumns{
    FactColumn{"short_volume", "short_volume", Type::Quantity},
    FactColumn{"total_volume", "total_volume", Type::Quantity},
};
constexpr std::array kBarColumns{
    FactColumn{"open", "open", Type::Price},
    FactColumn{"high", "high", Type::Price},
    FactColumn{"low", "low", Type::Price},
    FactColumn{"close", "close", Type::Price},
    FactColumn{"vwap", "vwap", Type::Price, true},
    FactColumn{"volume", "volume", Type::Quantity},
    FactColumn{"transactions", "transactions", Type::Int64, true},
};
constexpr std::array kWeeklyColumns{
    FactColumn{"off_exchange_volume", "off_exchange_volume", Type::Quantity},
    FactColumn{"trade_count", "trade_count", Type::Int64, true},
};
constexpr std::array kLitColumns{
    FactColumn{"lit_buy_volume", "lit_buy_volume", Type::Quantity},
    FactColumn{"lit_sell_volume", "lit_sell_volume", Type::Quantity},
    FactColumn{"classification_method", "classification_method", Type::Text, true},
    FactColumn{"lit_coverage_pct", "lit_coverage_pct", Type::Double, true},
    FactColumn{"lit_midpoint_volume", "lit_midpoint_volume", Type::Quantity, true},
    FactColumn{"lit_unclassified_volume", "lit_unclassified_volume", Type::Quantity, true},
    FactColumn{"off_exchange_volume", "off_exchange_volume", Type::Quantity, true},
    FactColumn{"off_exchange_midpoint_volume", "off_exchange_midpoint_volume", Type::Quantity,
               true},
    FactColumn{"tape_volume", "tape_volume", Type::Quantity, true},
    FactColumn{"trade_count", "trade_count", Type::Int64, true},
};
constexpr std::array kConstituentColumns{
    FactColumn{"valid_from", "valid_from", Type::Day, true},
    FactColumn{"valid_to", "valid_to", Type::Day, true},
};
constexpr std::array kSummaryColumns{
    FactColumn{"issue_name", "issue_name", Type::Text, true},
    FactColumn{"product_type", "product_type", Type::Text, true},
    FactColumn{"share_quantity", "share_quantity", Type::Quantity},
    FactColumn{"trade_count", "trade_count", Type::Int64, true},
    FactColumn{"notional", "notional", Type::Double, true},
    FactColumn{"initial_published_date", "initial_published_date", Type::Day, true},
    FactColumn{"last_update_date", "last_update_date", Type::Day, true},
    FactColumn{"total_share_quantity", "total_share_quantity", Type::Quantity, true},
    FactColumn{"total_trade_count", "total_trade_count", Type::Int64, true},
};
constexpr std::array kShortInterestColumns{
    FactColumn{"issue_name", "issue_name", Type::Text, true},
    FactColumn{"market_class", "market_class", Type::Text, true},
    FactColumn{"current_short", "current_short", Type::Quantity},
    FactColumn{"previous_short", "previous_short", Type::Quantity, true},
    FactColumn{"average_daily_volume", "average_daily_volume", Type::Quantity, true},
    FactColumn{"change_percent", "change_percent", Type::Double, true},
    FactColumn{"days_to_cover", "days_to_cover", Type::Double, true},
    FactColumn{"revised", "revised", Type::Bool, true},
    FactColumn{"split", "split", Type::Bool, true},
};
constexpr std::array kThresholdColumns{
    FactColumn{"threshold_flag", "threshold_flag", Type::Text, true},
    FactColumn{"market_category", "market_category", Type::Text, true},
};
constexpr std::array kDirectoryColumns{
    FactColumn{"act_symbol", "act_symbol", Type::Text, true},
    FactColumn{"nasdaq_symbol", "nasdaq_symbol", Type::Text, true},
    FactColumn{"security_name", "security_name", Type::Text},
    FactColumn{"listing_exchange", "listing_exchange", Type::Text, true},
    FactColumn{"etf", "etf", Type::Bool, true},
    FactColumn{"test_issue", "test_issue", Type::Bool, true},
    FactColumn{"round_lot", "round_lot", Type::Int32, true},
};
constexpr std::array kSecurityColumns{
    FactColumn{"name", "name", Type::Text, true},
    FactColumn{"type", "type", Type::Text, true},
    FactColumn{"sector", "sector", Type::Text, true},
    FactColumn{"industry", "industry", Type::Text, true},
    FactColumn{"market_cap", "market_cap", Type::Double, true},
    FactColumn{"shares_outstanding", "shares_outstanding", Type::Quantity, true},
};
constexpr std::array kConditionColumns{
    FactColumn{"condition", "condition", Type::Int32},
    FactColumn{"name", "name", Type::Text, true},
    FactColumn{"type", "type", Type::Text, true},
    FactColumn{"sip_letters", "sip_letters", Type::Text, true},
    FactColumn{"updates_high_low", "updates_high_low", Type::Bool, true},
    FactColumn{"updates_open_close", "updates_open_close", Type::Bool, true},
    FactColumn{"updates_volume", "updates_volume", Type::Bool, true},
};
constexpr std::array kExchangeListColumns{
    FactColumn{"exchange", "exchange", Type::Int32},
    FactColumn{"name", "name", Type::Text, true},
    FactColumn{"acronym", "acronym", Type::Text, true},
    FactColumn{"mic", "mic", Type::Text, true},
    FactColumn{"participant_id", "participant_id", Type::Text, true},
    FactColumn{"type", "type", Type::Text, true},
};
constexpr std::array kActionColumns{
    FactColumn{"action", "action", Type::Text},
    FactColumn{"factor", "factor", Type::Double},
};

constexpr std::array<std::string_view, 1> kConstituentIdentity{"valid_from"};
constexpr std::array<std::string_view, 5> kSummaryIdentity{"mpid", "firm_crd", "participant_name",
                                                           "product_type", "issue_name"};
constexpr std::array<std::string_view, 3> kConditionIdentity{"condition", "type", "name"};
// One id stands for several: Polygon numbers all off-exchange venues 4.
constexpr std::array<std::string_view, 4> kExchangeIdentity{"exchange", "mic", "participant_id",
                                                            "name"};

constexpr FactLayout summary_layout(Dataset dataset) {
  return {.dataset = dataset,
          .table = "fact_weekly_summary",
          .key = &kWeekAndKind,
          .columns = kSummaryColumns,
          .venues = true,
          .published = "initial_published_date",
          .identity = kSummaryIdentity};
}

constexpr std::array kLayouts{
    FactLayout{Dataset::FinraShortDaily, "fact_short", &kPartDay, kShortColumns},
    FactLayout{Dataset::FinraShortTable, "fact_short", &kDayAndFacility, kShortColumns},
    FactLayout{Dataset::ExchangeShortDaily, "fact_exchange_short", &kPartDay, kExchangeColumns},
    FactLayout{Dataset::DailyBarFlatFile, "fact_bar", &kPartDay, kBarColumns},
    FactLayout{Dataset::DailyBarGrouped, "fact_bar", &kPartDay, kBarColumns},
    FactLayout{Dataset::DailyBarTable, "fact_bar", &kTradeDate, kBarColumns},
    FactLayout{Dataset::OtcWeeklyTable, "fact_weekly", &kWeekAndTier, kWeeklyColumns},
    FactLayout{Dataset::LitDirectionTable, "fact_lit", &kTradeDate, kLitColumns},
    FactLayout{.dataset = Dataset::IndexConstituents,
               .table = "fact_constituent",
               .key = &kIndex,
               .columns = kConstituentColumns,
               .symbols = SymbolUse::Text,
               .day_column = false,
               .identity = kConstituentIdentity},
    summary_layout(Dataset::WeeklySummary),
    summary_layout(Dataset::WeeklyDownload),
    summary_layout(Dataset::AtsSummary),
    FactLayout{Dataset::RegShoApi, "fact_short", &kDayAndFacility, kShortColumns},
    FactLayout{Dataset::ShortInterest, "fact_short_interest", &kSettlementDate,
               kShortInterestColumns},
    FactLayout{Dataset::ThresholdList, "fact_threshold", &kTradeDate, kThresholdColumns},
    FactLayout{Dataset::DailyBarAggregates, "fact_bar", &kTradeDate, kBarColumns},
    FactLayout{Dataset::SymbolDirectory, "fact_symbol_directory", &kPartDayAndDirectory,
               kDirectoryColumns},
    FactLayout{.dataset = Dataset::SecurityReference,
               .table = "fact_security",
               .key = &kKnownFrom,
               .columns = kSecurityColumns,
               .day_column = false},
    FactLayout{.dataset = Dataset::TradeConditions,
               .table = "fact_trade_condition",
               .key = &kOneKey,
               .columns = kConditionColumns,
               .symbols = SymbolUse::None,
               .day_column = false,
               .identity = kConditionIdentity},
    FactLayout{.dataset = Dataset::ExchangeList,
               .table = "fact_exchange",
               .key = &kOneKey,
               .columns = kExchangeListColumns,
               .symbols = SymbolUse::None,
               .day_column = false,
               .identity = kExchangeIdentity},
    FactLayout{Dataset::LitDirectionTape, "fact_lit", &kDayAndVersion, kLitColumns},
    FactLayout{Dataset::CorporateActions, "fact_corporate_action", &kEffectiveDateAndSymbol,
               kActionColumns},
};

}  // namespace

const FactLayout& layout_of(Dataset dataset) {
  const auto* const found = std::ranges::find(kLayouts, dataset, &FactLayout::dataset);
  OFFEX_CHECK(found != kLayouts.end());
  return *found;
}

std::span<const FactLayout> all_layouts() { return kLayouts; }

std::vector<FactColumn> batch_columns(const FactLayout& layout) {
  std::vector<FactColumn> out;
  if (layout.venues) {
    out = {kVenueMpid, kVenueCrd, kVenueName};
  }
  out.insert(out.end(), layout.columns.begin(), layout.columns.end());
  return out;
}

columns::Batch empty_batch(const FactLayout& layout) {
  columns::Batch out;
  if (layout.symbols != SymbolUse::None) {
    out.add(Column{"symbol", Type::Symbol});
  }
  for (const FactColumn& column : batch_columns(layout)) {
    out.add(Column{std::string{column.name}, column.type});
  }
  return out;
}

std::string FactKey::text() const {
  std::string out{market::to_string(dataset)};
  if (day) {
    out += ' ' + day->iso();
  }
  if (!facility.empty()) {
    out += ' ' + facility;
  }
  return out;
}

}  // namespace offex::store
