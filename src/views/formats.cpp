#include "offex/views/formats.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "offex/market/day.hpp"
#include "offex/market/symbol.hpp"

namespace offex::views {
namespace {

constexpr std::string_view kShort = "Short sale";
constexpr std::string_view kOtc = "OTC / ATS";
constexpr std::string_view kLit = "Lit";
constexpr std::string_view kPrice = "Price";
constexpr std::string_view kScore = "Score";
constexpr std::string_view kProvenance = "Provenance";
constexpr std::array<std::string_view, 7> kSections{"",     kShort, kOtc,       kLit,
                                                    kPrice, kScore, kProvenance};

// Columns by the section of a reader's eye, with those of PhaseA_v1.
constexpr auto kPlaces = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"short_volume", kShort},
    {"total_volume", kShort},
    {"short_total_volume", kShort},
    {"short_sell_volume", kShort},
    {"short_exempt_volume", kShort},
    {"finra_buy_volume", kShort},
    {"short_ratio", kShort},
    {"short_ratio_z", kShort},
    {"short_exempt_ratio", kShort},
    {"short_vol_share", kShort},
    {"short_exempt_share", kShort},
    {"short_of_consolidated", kShort},
    {"net_short_volume", kShort},
    {"total_volume_z", kShort},
    {"short_buy_sell_ratio", kShort},
    {"short_buy_sell_ratio_z", kShort},
    {"short_buy_sell_log_ratio", kShort},
    {"offex_share", kOtc},
    {"offex_share_z", kOtc},
    {"otc_volume", kOtc},
    {"otc_volume_z", kOtc},
    {"otc_share", kOtc},
    {"otc_share_z", kOtc},
    {"ats_share", kOtc},
    {"ats_share_z", kOtc},
    {"ats_volume", kOtc},
    {"non_ats_volume", kOtc},
    {"ats_mean_trade_size", kOtc},
    {"non_ats_mean_trade_size", kOtc},
    {"ats_share_of_total", kOtc},
    {"otc_participation_rate", kOtc},
    {"otc_off_exchange_volume", kOtc},
    {"otc_week_used", kOtc},
    {"otc_status", kOtc},
    {"nowcast_share", kOtc},
    {"nowcast_share_low", kOtc},
    {"nowcast_share_high", kOtc},
    {"off_exchange_share", kOtc},
    {"off_exchange_volume", kOtc},
    {"off_exchange_midpoint_share", kOtc},
    {"ats_top_venues", kOtc},
    {"non_ats_top_firms", kOtc},
    {"lit_flow_imbalance", kLit},
    {"lit_flow_imbalance_z", kLit},
    {"lit_buy_ratio", kLit},
    {"lit_buy_ratio_z", kLit},
    {"lit_buy_volume", kLit},
    {"lit_sell_volume", kLit},
    {"lit_total_volume", kLit},
    {"open", kPrice},
    {"high", kPrice},
    {"low", kPrice},
    {"close", kPrice},
    {"vwap", kPrice},
    {"volume", kPrice},
    {"return_1d", kPrice},
    {"return_z", kPrice},
    {"range_pct", kPrice},
    {"accumulation_score", kScore},
    {"accumulation_score_display", kScore},
    {"confidence", kScore},
    {"pressure_context_label", kScore},
    {"data_quality", kProvenance},
    {"has_short", kProvenance},
    {"has_lit", kProvenance},
    {"has_price", kProvenance},
    {"has_otc", kProvenance},
    {"short_source", kProvenance},
    {"short_ratio_denominator_type", kProvenance},
    {"short_ratio_denominator_value", kProvenance},
    {"denominator_type", kProvenance},
    {"denominator_value", kProvenance},
    {"baseline_break", kProvenance},
    {"inference_version", kProvenance},
    {"feature_version", kProvenance},
    {"source_file", kProvenance},
    {"source_sha256", kProvenance},
    {"ats_total_source", kProvenance},
    {"ats_week_used", kProvenance},
    {"ats_published_date", kProvenance},
    {"ats_source_file", kProvenance},
    {"ats_source_sha256", kProvenance},
    {"known_from", kProvenance},
});

std::vector<render::ColumnFormat> weekly_formats() {
  return {
      {.column = "week_start_date", .heading = "week", .drop_priority = 0},
      {.column = "tier_identifier", .heading = "tier", .drop_priority = 3},
      number("otc_volume", 0, 2),
      percent("otc_share", 0),
      signed_number("otc_share_z", 2, 1),
      percent("ats_share", 1),
      signed_number("otc_volume_z", 2, 3),
      number("ats_volume", 0, 4),
      number("non_ats_volume", 0, 4),
      number("ats_mean_trade_size", 0, 5),
      number("non_ats_mean_trade_size", 0, 5),
      percent("ats_share_of_total", 1),
      percent("off_exchange_share", 2),
      percent("off_exchange_midpoint_share", 3),
      number("off_exchange_volume", 0, 3),
      {.column = "initial_published_date", .heading = "published", .drop_priority = 2},
      {.column = "ats_top_venues", .drop_priority = 6},
      {.column = "ats_total_source", .drop_priority = 6},
      {.column = "ats_week_used", .drop_priority = 3},
      {.column = "ats_published_date", .drop_priority = 5},
      {.column = "ats_source_file", .drop_priority = 8},
      {.column = "ats_source_sha256", .drop_priority = 9},
  };
}

// Which of the sections a column stands in; one that is not known has none.
void set_sections(std::vector<render::ColumnFormat>& formats) {
  for (render::ColumnFormat& format : formats) format.section = section_of(format.column);
  for (const auto& [column, section] : kPlaces) {
    if (std::ranges::find(formats, column, &render::ColumnFormat::column) == formats.end()) {
      formats.push_back({.column = std::string{column},
                         .drop_priority = section == kProvenance ? 7 : 5,
                         .section = std::string{section}});
    }
  }
}

}  // namespace

std::string_view section_of(std::string_view column) {
  const auto* const found =
      std::ranges::find(kPlaces, column, &std::pair<std::string_view, std::string_view>::first);
  return found == kPlaces.end() ? std::string_view{} : found->second;
}

columns::Batch by_section(columns::Batch batch) {
  const auto rank = [](const columns::Column& column) {
    return std::ranges::find(kSections, section_of(column.name())) - kSections.begin();
  };
  std::ranges::stable_sort(batch.columns(), {}, rank);
  return batch;
}

render::ColumnFormat percent(std::string_view column, int drop_priority) {
  return {.column = std::string{column}, .percent = true, .drop_priority = drop_priority};
}

render::ColumnFormat number(std::string_view column, int decimals, int drop_priority) {
  return {.column = std::string{column},
          .decimals = decimals,
          .thousands = decimals == 0,
          .drop_priority = drop_priority};
}

render::ColumnFormat signed_number(std::string_view column, int decimals, int drop_priority) {
  render::ColumnFormat out = number(column, decimals, drop_priority);
  out.signed_colour = true;
  return out;
}

std::vector<render::ColumnFormat> metric_formats() {
  std::vector<render::ColumnFormat> out{
      {.column = "trade_date", .drop_priority = 0},
      {.column = "symbol", .drop_priority = 0},
      percent("short_ratio", 1),
      percent("short_vol_share", 1),
      percent("offex_share", 1),
      signed_number("short_ratio_z", 2, 1),
      signed_number("offex_share_z", 2, 2),
      percent("short_of_consolidated", 4),
      percent("otc_participation_rate", 2),
      percent("nowcast_share", 2),
      percent("nowcast_share_low", 5),
      percent("nowcast_share_high", 5),
      {.column = "otc_week_used", .drop_priority = 4},
      {.column = "otc_status", .drop_priority = 3},
      percent("short_exempt_ratio", 6),
      percent("short_exempt_share", 2),
      signed_number("total_volume_z", 2, 4),
      signed_number("return_z", 2, 6),
      signed_number("lit_flow_imbalance", 3, 5),
      signed_number("lit_flow_imbalance_z", 2, 5),
      percent("lit_buy_ratio", 5),
      percent("range_pct", 6),
      percent("agg_short_ratio", 0),
      signed_number("agg_short_ratio_z", 2, 1),
      percent("coverage_pct", 2),
      signed_number("index_return_z", 2, 4),
      number("total_short_volume", 0, 3),
      number("total_denominator_volume", 0, 3),
      {.column = "data_quality", .drop_priority = 7},
      {.column = "feature_version", .drop_priority = 8},
      {.column = "short_source", .drop_priority = 7},
      {.column = "source_file", .drop_priority = 8},
      {.column = "source_sha256", .drop_priority = 9},
  };
  render::ColumnFormat one_day = percent("return_1d", 3);
  one_day.signed_colour = true;
  out.push_back(one_day);
  const std::vector<render::ColumnFormat> weekly = weekly_formats();
  out.insert(out.end(), weekly.begin(), weekly.end());
  for (const std::string_view shares : {"short_volume", "total_volume", "volume"}) {
    out.push_back(number(shares, 0, 3));
  }
  for (const std::string_view shares :
       {"short_exempt_volume", "lit_buy_volume", "lit_sell_volume", "lit_total_volume",
        "short_total_volume", "short_sell_volume", "finra_buy_volume"}) {
    out.push_back(number(shares, 0, 6));
  }
  out.push_back(signed_number("net_short_volume", 0, 5));
  out.back().thousands = true;
  for (const std::string_view price : {"open", "high", "low", "close", "vwap"}) {
    out.push_back(number(price, 2, price == "close" ? 2 : 6));
  }
  set_sections(out);
  return out;
}

std::string coverage_of(const columns::Batch& shown) {
  const std::size_t rows = shown.num_rows();
  std::string out = fmt::format("{} row{}", rows, rows == 1 ? "" : "s");
  const columns::Column* symbol = shown.find("symbol");
  if (symbol != nullptr && symbol->type() == columns::Type::Symbol && rows > 0) {
    const auto& names = symbol->values<market::Symbol>();
    const std::size_t count = std::set<market::Symbol>{names.begin(), names.end()}.size();
    out += fmt::format(" of {} symbol{}", count, count == 1 ? "" : "s");
  }
  for (const std::string_view name : {"trade_date", "week_start_date", "hit_date"}) {
    const columns::Column* day = shown.find(name);
    if (day == nullptr || day->type() != columns::Type::Day || rows == 0) continue;
    const auto [first, last] = std::ranges::minmax(day->values<std::int32_t>());
    out += fmt::format(", {} to {}", market::Day::from_days(first).iso(),
                       market::Day::from_days(last).iso());
    break;
  }
  return out;
}

std::vector<render::Definition> definitions_of(const columns::Batch& shown,
                                               std::span<const studies::TableSpec* const> tables) {
  std::vector<render::Definition> out;
  for (const columns::Column& column : shown.columns()) {
    for (const studies::TableSpec* table : tables) {
      const auto found = std::ranges::find(table->metrics, column.name(), &studies::Metric::name);
      if (found == table->metrics.end()) continue;
      if (found->key) break;
      std::string text{found->formula};
      if (!found->denominator.empty()) text += "; divides by " + std::string{found->denominator};
      out.push_back({.name = column.name(), .text = std::move(text)});
      break;
    }
  }
  return out;
}

}  // namespace offex::views
