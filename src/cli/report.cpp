#include <algorithm>
#include <fstream>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "offex/render/html_report.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/check.hpp"
#include "offex/studies/coverage.hpp"
#include "offex/studies/features.hpp"

#include "cli/provenance_internal.hpp"
#include "cli/report_internal.hpp"
#include "cli/scan_internal.hpp"

namespace offex::cli {
namespace {

Result<store::Reader> open(const std::filesystem::path& home, const Invocation& invocation) {
  store::StoreOptions options = invocation.store_options();
  options.home = home;
  return store::Reader::open(options);
}

// A table of the page: a heading, what it shows, and the question behind it.
struct Section {
  std::string_view heading;
  std::string_view text;
  std::string_view sql;
};

constexpr Section kSections[] = {
    {"The largest names", "The newest session of the twenty names with the largest dollar volume.",
     "SELECT symbol, short_volume, total_volume, volume, short_ratio, short_ratio_z, offex_share, "
     "offex_share_z, close, return_1d FROM daily_metrics_v2 WHERE trade_date = (SELECT "
     "max(trade_date) FROM daily_metrics_v2) ORDER BY close::DOUBLE * volume::DOUBLE DESC NULLS "
     "LAST LIMIT 20"},
    {"The scan of the evening",
     "The names whose off-exchange volume or short ratio is least likely by chance, of all that "
     "can be tested. q_o is the part of the list down to that row that chance is expected to "
     "give: above 10 % a name cannot be told from chance.",
     "SELECT rank, symbol, tag, multiple, short_ratio, expected_ratio, z_r, z_v, z_p, q_o, grade, "
     "streak, dollar_volume, close FROM scan_hit WHERE trade_date = (SELECT max(trade_date) FROM "
     "scan_hit) ORDER BY rank LIMIT 25"},
    {"The market, day by day",
     "The evening's surprises across all tested names, each series with its own z: one step ahead "
     "of its past. Nothing here is a tested market-timing signal.",
     "SELECT trade_date, names, breadth, breadth_z, dispersion_v, dispersion_v_z, surge_share, "
     "surge_share_z, tilt, tilt_z, discoveries, session_status FROM macro_daily WHERE group_kind = "
     "'market' ORDER BY trade_date DESC LIMIT 20"},
    {"Weekly off-exchange volume",
     "The newest published week: volume of alternative trading systems (ATS) and of other dealers, "
     "as a share of the consolidated volume of the week. FINRA publishes it weeks later.",
     "SELECT symbol, week_start_date, tier_identifier, ats_volume, non_ats_volume, ats_share, "
     "otc_share, ats_top_venues, initial_published_date FROM weekly_metrics_v2 WHERE "
     "week_start_date = (SELECT max(week_start_date) FROM weekly_metrics_v2) ORDER BY otc_volume "
     "DESC NULLS LAST LIMIT 20"},
    {"Lit direction",
     "Who crossed the spread on the exchanges on the newest session with a tape, by the rule of "
     "Lee and Ready, and what printed off the exchanges.",
     "SELECT symbol, lit_buy_volume, lit_sell_volume, lit_buy_ratio, lit_coverage_pct, "
     "off_exchange_volume, off_exchange_share, off_exchange_midpoint_share, classification_method "
     "FROM lit_direction_daily WHERE trade_date = (SELECT max(trade_date) FROM "
     "lit_direction_daily) ORDER BY symbol"},
    {"The indices, day by day",
     "Sums over the members of each index of the store, newest session first, with how many of "
     "them had "
     "data.",
     "SELECT * FROM index_constituent_short_agg_daily_v2 ORDER BY trade_date DESC LIMIT 20"},
};

Result<columns::Batch> ask(const store::Reader& reader, std::string_view sql) {
  OFFEX_ASSIGN(store::QueryRows rows, reader.query(sql));
  return rows.all();
}

Result<void> add_facts(const store::Reader& reader, render::HtmlReport& page) {
  OFFEX_ASSIGN(
      const columns::Batch batch,
      ask(reader,
          "SELECT count(DISTINCT symbol) AS symbols, count(DISTINCT trade_date) AS days, "
          "count(*) AS rows, sum(short_volume)::DOUBLE / sum(total_volume)::DOUBLE AS share "
          "FROM finra_short_consolidated"));
  page.facts({{.name = "Symbols", .value = columns::cell_text(batch.column(0), 0)},
              {.name = "Sessions", .value = columns::cell_text(batch.column(1), 0)},
              {.name = "Rows of short volume", .value = columns::cell_text(batch.column(2), 0)},
              {.name = "Short share of the market",
               .value = fmt::format("{:.1f}%", 100 * batch.column(3).values<double>()[0]),
               .detail = "of FINRA facility volume, all days"}});
  return {};
}

Result<void> add_checks(const store::Reader& reader, const std::filesystem::path& home,
                        render::HtmlReport& page) {
  OFFEX_ASSIGN(const auto outcomes, studies::run_checks(reader, home));
  columns::Batch table;
  table.add({"check", columns::Type::Text});
  table.add({"looked_at", columns::Type::Int64});
  table.add({"unit", columns::Type::Text});
  table.add({"findings", columns::Type::Int64});
  table.add({"about", columns::Type::Text});
  for (const studies::CheckOutcome& outcome : outcomes) {
    table.column(0).push(outcome.check);
    table.column(1).push(static_cast<std::int64_t>(outcome.looked_at));
    table.column(2).push(outcome.unit);
    table.column(3).push(static_cast<std::int64_t>(outcome.errors + outcome.warnings));
    table.column(4).push(outcome.about);
  }
  page.section("The database check");
  page.paragraph("What `offex check` looked at, and what it found.");
  page.table({.columns = {{.column = "looked_at", .thousands = true}}}, table);
  return {};
}

}  // namespace

Result<std::vector<std::string>> demo_tickers(const std::filesystem::path& home,
                                              const Invocation& invocation) {
  OFFEX_ASSIGN(const store::Reader reader, open(home, invocation));
  OFFEX_ASSIGN(const columns::Batch batch,
               ask(reader,
                   "SELECT symbol FROM polygon_daily_agg JOIN finra_short_consolidated USING "
                   "(trade_date, symbol) WHERE trade_date = (SELECT max(trade_date) FROM "
                   "finra_short_consolidated) ORDER BY dollar_volume DESC, symbol LIMIT 5"));
  if (batch.num_rows() < 2) {
    return fail(base::ErrorCode::NotFound, "a demo needs two symbols that trade at least");
  }
  return batch.column(0).values<std::string>();
}

Result<void> write_report(const std::filesystem::path& home, const std::filesystem::path& target,
                          const ReportText& text, const Invocation& invocation) {
  OFFEX_ASSIGN(const store::Reader reader, open(home, invocation));
  OFFEX_ASSIGN(render::Footer footer, store_footer(invocation, reader));
  footer.denominator =
      "short_ratio: FINRA facility total; offex_share: consolidated volume of all hours";
  render::HtmlReport page{text.title, text.about, footer};
  OFFEX_TRY(add_facts(reader, page));
  std::vector<render::ColumnFormat> formats = metric_formats();
  std::ranges::copy(scan_formats(), std::back_inserter(formats));
  for (const Section& section : kSections) {
    OFFEX_ASSIGN(const columns::Batch batch, ask(reader, section.sql));
    page.section(section.heading);
    page.paragraph(section.text);
    page.table({.columns = formats}, batch);
  }
  OFFEX_ASSIGN(const auto days, reader.daily_range());
  if (!days) return fail(base::ErrorCode::NotFound, "there is no daily data to report on");
  OFFEX_ASSIGN(const columns::Batch features, studies::features(reader, {.day = days->last}));
  page.section("Features");
  page.paragraph(
      "The off-exchange features of the newest session, as `offex features` gives them.");
  page.table({.columns = metric_formats()}, features);
  OFFEX_TRY(add_checks(reader, home, page));
  OFFEX_ASSIGN(
      const columns::Batch coverage,
      studies::coverage(reader, market::Instant::from_nanos(invocation.clock->now_nanos())));
  page.section("What the store holds");
  page.table({.columns = {{.column = "rows", .thousands = true}}}, coverage);
  std::ofstream file{target, std::ios::binary};
  file << page.page();
  file.close();
  if (!file) return fail(base::ErrorCode::Io, fmt::format("cannot write {}", target.string()));
  return {};
}

}  // namespace offex::cli
