#include "offex/views/daily_table.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "offex/studies/catalogue.hpp"
#include "offex/studies/nowcast.hpp"
#include "offex/studies/weekly.hpp"
#include "offex/views/formats.hpp"

#include "views/daily_facts_internal.hpp"

namespace offex::views {
namespace {

using columns::Batch;

constexpr std::string_view kDefaultV2 =
    "symbol,trade_date,short_volume,total_volume,volume,short_ratio,short_ratio_z,offex_share,"
    "offex_share_z,short_exempt_ratio,lit_flow_imbalance,close,return_1d,data_quality,otc_share,"
    "otc_share_z,ats_share,otc_week_used,otc_status,nowcast_share";
constexpr std::string_view kDefaultPhaseA =
    "symbol,trade_date,short_volume,short_total_volume,volume,short_ratio,short_ratio_z,"
    "lit_flow_imbalance,otc_participation_rate,otc_status,close,return_1d,"
    "accumulation_score_display,confidence,pressure_context_label";

constexpr std::string_view kDenominators =
    "short_ratio: FINRA facility total; offex_share, short_of_consolidated: consolidated volume of "
    "all hours; otc_share, ats_share: the same of the week's sessions";

// Weeks repeat on their days: a mean of them over days would weigh weeks by sessions shown.
constexpr auto kAveraged = std::to_array<std::string_view>(
    {"short_volume", "total_volume", "short_total_volume", "volume", "short_ratio", "short_ratio_z",
     "short_exempt_ratio", "short_of_consolidated", "offex_share", "offex_share_z",
     "net_short_volume", "lit_flow_imbalance", "lit_flow_imbalance_z", "lit_buy_ratio", "close",
     "return_1d", "range_pct"});

// Publication lags by 3 to 5 weeks: the newest published week lies before a short window.
constexpr std::int32_t kDaysBack = 9 * 7;

constexpr auto kOwnWords = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"otc_week_used", "Monday of the week that the weekly figures of the row are of"},
    {"otc_status",
     "PUBLISHED: the weekly figures are there; PENDING: FINRA has not published the week yet; "
     "NONE: there are none"},
    {"has_otc", "the row has weekly figures"},
});

Result<WeeklyParts> weekly_parts(const store::Reader& reader, const DailyRequest& request) {
  WeeklyParts parts{.time = request.time, .asked_at = request.asked_at};
  const market::DayRange& days = *request.metrics.days;
  const market::DayRange weeks{market::week_start(days.first.plus(-kDaysBack)),
                               market::week_start(days.last)};
  OFFEX_ASSIGN(parts.weekly, studies::weekly_metrics(reader, {.symbols = request.metrics.symbols,
                                                              .weeks = weeks,
                                                              .as_of = request.asked_at}));
  if (request.time == WeekTime::Event) {
    OFFEX_ASSIGN(parts.nowcasts, studies::nowcast(reader, {.symbols = request.metrics.symbols,
                                                           .weeks = weeks,
                                                           .as_of = request.asked_at}));
  }
  return parts;
}

void add_definitions(render::TableView& view, const Batch& shown, std::string_view version) {
  std::vector<const studies::TableSpec*> tables;
  const auto add = [&](std::string_view table, std::string_view of) {
    if (const studies::TableSpec* spec = studies::find_table(table, of)) tables.push_back(spec);
  };
  add("daily_metrics", version);
  if (version == "v2") {
    add("weekly_metrics", version);
    add("weekly_nowcast", version);
  }
  view.definitions = definitions_of(shown, tables);
  for (const auto& [name, text] : kOwnWords) {
    const bool told = std::ranges::any_of(
        view.definitions, [&](const render::Definition& known) { return known.name == name; });
    if (shown.find(name) != nullptr && !told) {
      view.definitions.push_back({std::string{name}, std::string{text}});
    }
  }
}

}  // namespace

Result<DailyTable> daily_table(const store::Reader& reader, const DailyRequest& request) {
  DailyTable out;
  OFFEX_ASSIGN(out.rows, studies::daily_metrics(reader, request.metrics));
  if (request.metrics.version != "v2" || out.rows.num_rows() == 0) return out;
  OFFEX_ASSIGN(out.parts, weekly_parts(reader, request));
  out.rows = with_weeks(std::move(out.rows), out.parts);
  return out;
}

std::string_view daily_columns(std::string_view version) {
  return version == "v2" ? kDefaultV2 : kDefaultPhaseA;
}

render::TableView daily_view(const DailyTable& table, const Batch& shown,
                             std::string_view version) {
  render::TableView view;
  view.group_by = "symbol";
  view.columns = metric_formats();
  for (render::ColumnFormat& format : view.columns) {
    format.average = std::ranges::find(kAveraged, format.column) != kAveraged.end();
    // Here the weekly share is one number among others, and on the newest days not there yet.
    if (format.column == "close") format.drop_priority = 1;
    if (format.column == "otc_share") format.drop_priority = 2;
    if (format.column == "otc_share_z") format.drop_priority = 5;
    if (format.column == "ats_share") format.drop_priority = 4;
  }
  view.facts = daily_facts(table);
  add_definitions(view, shown, version);
  view.footer.denominator = version == "v2"
                                ? kDenominators
                                : "short_ratio: short_ratio_denominator_type names it on each row";
  view.footer.coverage = daily_coverage(table.rows);
  return view;
}

}  // namespace offex::views
