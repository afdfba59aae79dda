#include <array>

#include <fmt/format.h>

#include "offex/columns/batch.hpp"

#include "cli/provenance_internal.hpp"

namespace offex::cli {
namespace {

std::string as_of_text(const Invocation& invocation) {
  const market::Instant instant = invocation.settings.as_of.value_or(
      market::Instant::from_nanos(invocation.clock->now_nanos()));
  // People need no fraction of a second here.
  constexpr std::int64_t kSecond = 1'000'000'000;
  return market::Instant::from_nanos(instant.nanos() - instant.nanos() % kSecond).iso();
}

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

// "9 weeks"
std::string count_text(const std::string& dataset, const std::string& count) {
  const bool weekly =
      dataset.starts_with("weekly_") || dataset == "otc_weekly_table" || dataset == "ats_summary";
  return fmt::format("{} {}{}", count, weekly ? "week" : "day", count == "1" ? "" : "s");
}

}  // namespace

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

Result<render::Footer> store_footer(const Invocation& invocation, const store::Reader& reader) {
  const std::array<store::Parameter, 1> as_of{invocation.settings.as_of.value_or(
      market::Instant::from_nanos(invocation.clock->now_nanos()))};
  OFFEX_ASSIGN(
      store::QueryRows rows,
      reader.query("SELECT dataset, max(key_date) AS newest, count(DISTINCT key_date) AS days "
                   "FROM revision_used($1) WHERE key_date IS NOT NULL AND family IN ('short', "
                   "'exchange_short', 'bar', 'weekly', 'weekly_summary', 'lit') GROUP BY dataset "
                   "ORDER BY dataset",
                   as_of));
  OFFEX_ASSIGN(const columns::Batch batch, rows.all());
  render::Footer footer;
  footer.as_of = as_of_text(invocation);
  for (std::size_t row = 0; row < batch.num_rows(); ++row) {
    footer.sources.push_back(fmt::format("{} to {} ({})", columns::cell_text(batch.column(0), row),
                                         columns::cell_text(batch.column(1), row),
                                         count_text(columns::cell_text(batch.column(0), row),
                                                    columns::cell_text(batch.column(2), row))));
  }
  return footer;
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
  return out;
}

}  // namespace offex::cli
