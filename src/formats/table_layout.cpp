#include <algorithm>
#include <array>
#include <string>

#include "formats/table_layout_internal.hpp"

namespace offex::formats {
namespace {

using columns::Type;
using enum Presence;

constexpr std::string_view kDateNames = "tradedate date day";
constexpr std::string_view kMarketNames = "market marketcenter facility";
constexpr std::string_view kSymbolNames = "symbol ticker";

constexpr std::array kShortFields = {
    TableField{"trade_date", Type::Day, Value, kDateNames, true},
    TableField{"facility", Type::Int32, Optional, kMarketNames, true, FieldKind::Facility},
    TableField{"symbol", Type::Symbol, Value, kSymbolNames, true},
    TableField{"market_mask", Type::Int32, Optional, kMarketNames, false, FieldKind::MarketMask},
    TableField{"short_volume", Type::Quantity, Nullable, "shortvolume"},
    TableField{"short_exempt_volume", Type::Quantity, Optional, "shortexemptvolume"},
    TableField{"total_volume", Type::Quantity, Nullable, "totalvolume totalsharevolume"},
};

constexpr std::array kBarFields = {
    TableField{"trade_date", Type::Day, Value, kDateNames, true},
    TableField{"symbol", Type::Symbol, Value, kSymbolNames, true},
    TableField{"open", Type::Price, Nullable, "open"},
    TableField{"high", Type::Price, Nullable, "high"},
    TableField{"low", Type::Price, Nullable, "low"},
    TableField{"close", Type::Price, Nullable, "close"},
    TableField{"vwap", Type::Price, Optional, "vwap"},
    TableField{"volume", Type::Quantity, Nullable, "volume"},
    TableField{"transactions", Type::Int64, Optional, "transactions"},
};

constexpr std::array kOtcFields = {
    TableField{"week_start_date", Type::Day, Value, "weekstartdate weekstart", true},
    TableField{"symbol", Type::Symbol, Value, kSymbolNames, true},
    TableField{"tier_identifier", Type::Text, Optional, "tieridentifier tier", true},
    TableField{"off_exchange_volume", Type::Quantity, Nullable, "offexchangevolume"},
    TableField{"trade_count", Type::Int64, Optional, "tradecount"},
};

constexpr std::array kLitFields = {
    TableField{"trade_date", Type::Day, Value, kDateNames, true},
    TableField{"symbol", Type::Symbol, Value, kSymbolNames, true},
    TableField{"lit_buy_volume", Type::Quantity, Nullable, "litbuyvolume"},
    TableField{"lit_sell_volume", Type::Quantity, Nullable, "litsellvolume"},
    TableField{"classification_method", Type::Text, Optional, "classificationmethod"},
    TableField{"lit_coverage_pct", Type::Double, Optional, "litcoveragepct"},
};

constexpr std::array kConstituentFields = {
    TableField{"index_symbol", Type::Symbol, Value, "indexsymbol index", true},
    TableField{"symbol", Type::Symbol, Value, kSymbolNames, true},
    TableField{"valid_from", Type::Day, Optional, "from validfrom", true},
    TableField{"valid_to", Type::Day, Optional, "to validto"},
};

constexpr std::array kReferenceFields = {
    TableField{"known_from", Type::Day, Optional, "knownfrom", true},
    TableField{"symbol", Type::Symbol, Value, "symbol", true},
    TableField{"name", Type::Text, Optional, "name"},
    TableField{"type", Type::Text, Optional, "type"},
    TableField{"sector", Type::Text, Optional, "sector"},
    TableField{"industry", Type::Text, Optional, "industry"},
    TableField{"market_cap", Type::Double, Optional, "marketcap"},
    TableField{"shares_outstanding", Type::Quantity, Optional, "sharesoutstanding"},
};

constexpr std::array kActionFields = {
    TableField{"effective_date", Type::Day, Value, "effectivedate exdate executiondate date", true},
    TableField{"symbol", Type::Symbol, Value, kSymbolNames, true},
    TableField{"action", Type::Text, Optional, "action", false, FieldKind::Action},
    TableField{"split_from", Type::Double, Optional, "splitfrom", false, FieldKind::SplitFrom},
    TableField{"split_to", Type::Double, Optional, "splitto", false, FieldKind::SplitTo},
    TableField{"factor", Type::Double, Optional, "factor", false, FieldKind::Factor},
};

constexpr TableLayout actions(std::string_view marks, bool closed) {
  return {.dataset = market::Dataset::CorporateActions,
          .title = "table of corporate actions",
          .fields = kActionFields,
          .marks = marks,
          .ignored = "id",
          .closed = closed,
          .any_delimiter = true};
}

constexpr std::array kDayFileFields = {
    TableField{"symbol", Type::Symbol, Value, "ticker", true},
    TableField{"open", Type::Price, Value, "open"},
    TableField{"high", Type::Price, Value, "high"},
    TableField{"low", Type::Price, Value, "low"},
    TableField{"close", Type::Price, Value, "close"},
    TableField{"vwap", Type::Price, Optional, "vwap"},
    TableField{"volume", Type::Quantity, Value, "volume"},
    TableField{"transactions", Type::Int64, Optional, "transactions"},
    TableField{"window_start", Type::Day, Value, "windowstart", false, FieldKind::WindowStart},
};

// The first layout whose marks are all in the header wins.
constexpr std::array kLayouts = {
    TableLayout{market::Dataset::DailyBarFlatFile, "day flat file", kDayFileFields,
                "windowstart open", ""},
    TableLayout{market::Dataset::FinraShortTable, "short table", kShortFields, "shortvolume", ""},
    TableLayout{market::Dataset::LitDirectionTable, "lit direction table", kLitFields,
                "litbuyvolume", "litbuyratio logbuysell inferenceversion"},
    TableLayout{market::Dataset::OtcWeeklyTable, "weekly table", kOtcFields, "offexchangevolume",
                ""},
    TableLayout{market::Dataset::DailyBarTable, "bar table", kBarFields, "open close", ""},
    TableLayout{market::Dataset::IndexConstituents, "index constituents", kConstituentFields,
                "indexsymbol", ""},
    TableLayout{market::Dataset::IndexConstituents, "index constituents", kConstituentFields,
                "index", ""},
    actions("splitfrom splitto", false),
    actions("factor", true),
    actions("action", true),
    TableLayout{market::Dataset::SecurityReference, "security reference", kReferenceFields,
                "symbol", "", true},
};

std::string_view next_word(std::string_view& words) {
  const std::size_t end = std::min(words.find(' '), words.size());
  const std::string_view word = words.substr(0, end);
  words.remove_prefix(std::min(end + 1, words.size()));
  return word;
}

}  // namespace

bool is_one_of(std::string_view name, std::string_view names) {
  while (!names.empty()) {
    if (next_word(names) == name) return true;
  }
  return false;
}

const TableLayout* find_table_layout(std::span<const std::string> header) {
  const auto has_all = [header](std::string_view marks) {
    while (!marks.empty()) {
      if (std::ranges::find(header, next_word(marks)) == header.end()) return false;
    }
    return true;
  };
  const auto has_others = [header](const TableLayout& layout) {
    return !std::ranges::all_of(header, [&layout](const std::string& name) {
      return std::ranges::any_of(
          layout.fields, [&](const TableField& field) { return is_one_of(name, field.names); });
    });
  };
  for (const TableLayout& layout : kLayouts) {
    if (!has_all(layout.marks)) continue;
    if (!layout.closed || (header.size() > 1 && !has_others(layout))) return &layout;
  }
  return nullptr;
}

}  // namespace offex::formats
