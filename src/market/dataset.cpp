#include "offex/market/dataset.hpp"

#include <array>
#include <cstddef>

namespace offex::market {
namespace {

struct DatasetRow {
  Dataset dataset;
  std::string_view name;
  bool patch;
  SymbolStyle style;
  bool tape{false};
};

// One row a data set, in the order of the enumeration. FinraDaily also reads the dotted spelling,
// so it suits lists that people keep by hand.
constexpr std::array kDatasets{
    DatasetRow{Dataset::FinraShortDaily, "finra_short_daily", false, SymbolStyle::FinraDaily},
    DatasetRow{Dataset::FinraShortTable, "finra_short_table", true, SymbolStyle::FinraDaily},
    DatasetRow{Dataset::ExchangeShortDaily, "exchange_short_daily", false, SymbolStyle::Nasdaq},
    DatasetRow{Dataset::DailyBarFlatFile, "daily_bar_flat_file", false, SymbolStyle::Cqs},
    DatasetRow{Dataset::DailyBarGrouped, "daily_bar_grouped", false, SymbolStyle::Cqs},
    DatasetRow{Dataset::DailyBarTable, "daily_bar_table", true, SymbolStyle::Cqs},
    DatasetRow{Dataset::OtcWeeklyTable, "otc_weekly_table", true, SymbolStyle::FinraWeekly},
    DatasetRow{Dataset::LitDirectionTable, "lit_direction_table", true, SymbolStyle::Cqs},
    DatasetRow{Dataset::IndexConstituents, "index_constituents", false, SymbolStyle::FinraDaily},
    DatasetRow{Dataset::WeeklySummary, "weekly_summary", true, SymbolStyle::FinraWeekly},
    DatasetRow{Dataset::WeeklyDownload, "weekly_download", false, SymbolStyle::FinraWeekly},
    DatasetRow{Dataset::AtsSummary, "ats_summary", false, SymbolStyle::FinraWeekly},
    DatasetRow{Dataset::RegShoApi, "reg_sho_api", true, SymbolStyle::FinraDaily},
    DatasetRow{Dataset::ShortInterest, "short_interest", true, SymbolStyle::Cqs},
    DatasetRow{Dataset::ThresholdList, "threshold_list", true, SymbolStyle::FinraWeekly},
    DatasetRow{Dataset::DailyBarAggregates, "daily_bar_aggregates", true, SymbolStyle::Cqs},
    DatasetRow{Dataset::SymbolDirectory, "symbol_directory", false, SymbolStyle::Cqs},
    DatasetRow{Dataset::SecurityReference, "security_reference", true, SymbolStyle::Cqs},
    DatasetRow{Dataset::TradeConditions, "trade_conditions", false, SymbolStyle::Cqs},
    DatasetRow{Dataset::ExchangeList, "exchange_list", false, SymbolStyle::Cqs},
    DatasetRow{Dataset::TradeTape, "trade_tape", false, SymbolStyle::Cqs, true},
    DatasetRow{Dataset::QuoteTape, "quote_tape", false, SymbolStyle::Cqs, true},
    DatasetRow{Dataset::MinuteTape, "minute_tape", false, SymbolStyle::Cqs, true},
    DatasetRow{Dataset::TradeTable, "trade_table", false, SymbolStyle::Cqs, true},
    DatasetRow{Dataset::LitDirectionTape, "lit_direction_tape", true, SymbolStyle::Cqs},
    DatasetRow{Dataset::CorporateActions, "corporate_actions", false, SymbolStyle::FinraDaily},
};

constexpr bool in_enumeration_order() {
  for (std::size_t index = 0; index < kDatasets.size(); ++index) {
    if (static_cast<std::size_t>(kDatasets[index].dataset) != index) return false;
  }
  return true;
}
static_assert(in_enumeration_order());

constexpr const DatasetRow& row_of(Dataset dataset) {
  return kDatasets[static_cast<std::size_t>(dataset)];
}

}  // namespace

std::string_view to_string(Dataset dataset) { return row_of(dataset).name; }

std::optional<Dataset> parse_dataset(std::string_view text) {
  for (const DatasetRow& row : kDatasets) {
    if (row.name == text) return row.dataset;
  }
  return std::nullopt;
}

bool is_patch(Dataset dataset) { return row_of(dataset).patch; }

bool is_tape(Dataset dataset) { return row_of(dataset).tape; }

SymbolStyle symbol_style(Dataset dataset) { return row_of(dataset).style; }

}  // namespace offex::market
