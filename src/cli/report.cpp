#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "offex/columns/cells.hpp"
#include "offex/market/calendar.hpp"
#include "offex/studies/check.hpp"
#include "offex/studies/coverage.hpp"
#include "offex/studies/features.hpp"
#include "offex/studies/macro.hpp"
#include "offex/studies/nowcast.hpp"
#include "offex/views/clock.hpp"
#include "offex/views/daily_table.hpp"
#include "offex/views/formats.hpp"

#include "cli/column_choice_internal.hpp"
#include "cli/provenance_internal.hpp"
#include "cli/report_internal.hpp"
#include "cli/scan_internal.hpp"
#include "cli/score_source_internal.hpp"
#include "cli/whole_file_internal.hpp"

namespace offex::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kScanRows = 25;
constexpr std::size_t kGroupRows = 150;
constexpr int kMarketRows = 10;
constexpr std::string_view kMarketColumns =
    "trade_date,names,breadth,breadth_z,dispersion_v,dispersion_v_z,surge_share,surge_share_z,tilt,"
    "tilt_z,discoveries,session_status";
constexpr std::string_view kScanColumns =
    "rank,symbol,tag,multiple,short_ratio,expected_ratio,z_r,z_v,z_p,q_o,grade,streak,"
    "dollar_volume,close,note";
constexpr std::string_view kNowcastColumns =
    "symbol,week_start_date,status,sessions_used,nowcast_volume,nowcast_share,nowcast_share_low,"
    "nowcast_share_high,tier_identifier,ratio_weeks";

/// Writes the sections of one page, from the top.
class ReportWriter {
 public:
  ReportWriter(const store::Reader& reader, const ReportRequest& request, market::Day day,
               const std::optional<studies::ScanResult>& scan, const Invocation& invocation,
               render::HtmlReport& page)
      : reader_{reader},
        request_{request},
        day_{day},
        scan_{scan},
        invocation_{invocation},
        page_{page} {}

  [[nodiscard]] Result<void> write(const ReportFigures& figures) {
    OFFEX_TRY(add_head());
    if (!figures.why_none.empty())
      page_.paragraph("Figures that are not here: " + figures.why_none);
    OFFEX_TRY(add_scan(figures));
    OFFEX_TRY(add_market(figures));
    if (!request_.symbols.empty()) OFFEX_TRY(add_group(figures));
    for (const ReportFigure& ticker : figures.tickers) {
      page_.section(ticker.figure.title);
      add_figure(ticker);
    }
    if (!request_.symbols.empty()) OFFEX_TRY(add_features());
    OFFEX_TRY(add_missing(reader_, day_, scan_, invocation_, page_));
    OFFEX_TRY(add_checks());
    return add_coverage();
  }

 private:
  void add_figure(const std::optional<ReportFigure>& figure) {
    if (figure && !figure->svg.empty()) page_.figure(figure->svg, figure->figure.title);
  }

  [[nodiscard]] Result<void> add_head() {
    OFFEX_ASSIGN(const std::vector<render::Fact> clock,
                 views::clock_strip(reader_, invocation_.asked_at()));
    page_.facts(clock);
    return {};
  }

  [[nodiscard]] Result<void> add_scan(const ReportFigures& figures) {
    page_.section("The scan of the evening");
    if (!scan_) {
      page_.paragraph("There is no short-sale file of the day.");
      return {};
    }
    page_.paragraph(
        "The names whose off-exchange volume or short ratio is least likely by chance, of all that "
        "can be tested. q_o is the part of the list down to that row that chance is expected to "
        "give: above 10 % a name cannot be told from chance.");
    add_figure(figures.scan);
    constexpr studies::RankBy kBy = studies::RankBy::Omnibus;
    columns::Batch all = scan_->rows;
    add_scan_notes(*scan_, kBy, all);
    render::TableView view{.title = scan_title(*scan_, kBy), .columns = scan_formats()};
    view.footer.notes = scan_notes(*scan_, kBy);
    OFFEX_ASSIGN(const columns::Batch rows,
                 choose_columns("", kScanColumns, std::move(all), "scan_hit"));
    page_.table(view, rows);
    return {};
  }

  [[nodiscard]] Result<void> add_market(const ReportFigures& figures) {
    page_.section("The market, day by day");
    page_.paragraph(
        "The evening's surprises across all tested names, each series with its own z: one step "
        "ahead of its past. Nothing here is a tested market-timing signal.");
    add_figure(figures.market);
    studies::MacroRequest question;
    const auto first = market::session_before(day_, kMarketRows - 1);
    question.days = market::DayRange{first ? *first : day_, day_};
    question.as_of = invocation_.settings.as_of;
    question.threads = thread_count(invocation_.settings);
    OFFEX_ASSIGN(columns::Batch rows, studies::macro(reader_, question));
    OFFEX_ASSIGN(rows, choose_columns("", kMarketColumns, std::move(rows), "macro_daily"));
    page_.table({.columns = views::metric_formats()}, rows);
    return {};
  }

  [[nodiscard]] Result<void> add_group(const ReportFigures& figures) {
    page_.section(request_.group.empty() ? "The first names of the scan" : request_.group);
    add_figure(figures.group);
    views::DailyRequest question;
    question.metrics.symbols = request_.symbols;
    if (request_.symbols.size() > kGroupRows) {
      question.metrics.symbols.resize(kGroupRows);
      page_.paragraph(fmt::format("The table has the first {} of {} names.", kGroupRows,
                                  request_.symbols.size()));
    }
    question.metrics.days = market::DayRange{day_, day_};
    question.metrics.as_of = invocation_.settings.as_of;
    question.metrics.threads = thread_count(invocation_.settings);
    question.asked_at = invocation_.asked_at();
    OFFEX_ASSIGN(const views::DailyTable table, views::daily_table(reader_, question));
    OFFEX_ASSIGN(columns::Batch shown,
                 choose_columns("", views::daily_columns("v2"), table.rows, "daily_metrics v2"));
    shown = views::by_section(std::move(shown));
    page_.table(views::daily_view(table, shown, "v2"), shown);
    return add_weeks(question.metrics.symbols);
  }

  /// The weeks of the group that are not published yet.
  [[nodiscard]] Result<void> add_weeks(const std::vector<market::Symbol>& symbols) {
    const market::Day newest = market::week_start(day_);
    OFFEX_ASSIGN(const columns::Batch all,
                 studies::nowcast(reader_, {.symbols = symbols,
                                            .weeks = market::DayRange{newest.plus(-7 * 8), newest},
                                            .as_of = invocation_.asked_at()}));
    columns::Batch pending = all;
    pending.clear();
    for (std::size_t row = 0; row < all.num_rows(); ++row) {
      if (columns::text_of(all, "status", row) == "PUBLISHED") continue;
      for (std::size_t i = 0; i < all.num_columns(); ++i) {
        pending.column(i).push_from(all.column(i), row);
      }
    }
    if (pending.num_rows() == 0) return {};
    OFFEX_ASSIGN(const columns::Batch rows,
                 choose_columns("", kNowcastColumns, std::move(pending), "weekly_nowcast"));
    render::TableView view{.title = "Weekly off-exchange share that FINRA has not published yet",
                           .columns = views::metric_formats(),
                           .group_by = "symbol"};
    for (const std::string_view name :
         {"nowcast_share", "nowcast_share_low", "nowcast_share_high"}) {
      view.columns.push_back(views::percent(name, 1));
    }
    view.columns.push_back(views::number("nowcast_volume", 0, 1));
    page_.table(view, rows);
    return {};
  }

  [[nodiscard]] Result<void> add_features() {
    studies::FeatureRequest question{.day = day_};
    question.symbols = request_.symbols;
    question.as_of = invocation_.settings.as_of;
    question.now = invocation_.asked_at();
    OFFEX_ASSIGN(const columns::Batch rows, studies::features(reader_, question));
    if (rows.num_rows() == 0) return {};
    page_.section("Features");
    page_.paragraph("The off-exchange features of the session, as `offex features` gives them.");
    page_.table({.columns = views::metric_formats()}, rows);
    return {};
  }

  [[nodiscard]] Result<void> add_checks() {
    OFFEX_ASSIGN(const auto outcomes, studies::run_checks(reader_, invocation_.settings.home));
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
    page_.section("The database check");
    page_.paragraph("What `offex check` looked at, and what it found.");
    page_.table({.columns = {{.column = "looked_at", .thousands = true}}}, table);
    return {};
  }

  [[nodiscard]] Result<void> add_coverage() {
    OFFEX_ASSIGN(const columns::Batch coverage, studies::coverage(reader_, invocation_.asked_at()));
    page_.section("What the store holds");
    page_.table({.columns = {{.column = "rows", .thousands = true}}}, coverage);
    return {};
  }

  const store::Reader& reader_;
  const ReportRequest& request_;
  market::Day day_;
  const std::optional<studies::ScanResult>& scan_;
  const Invocation& invocation_;
  render::HtmlReport& page_;
};

/// The evening that the report is about. \pre the store has one
Result<market::Day> day_of(const store::Reader& reader, const ReportRequest& request,
                           const Invocation& invocation) {
  if (request.day) {
    if (market::is_session(*request.day)) return *request.day;
    return fail(base::ErrorCode::NotFound, fmt::format("{} is no session", request.day->iso()));
  }
  OFFEX_ASSIGN(const auto days, reader.daily_range(invocation.settings.as_of));
  if (!days) return fail(base::ErrorCode::NotFound, "there is no daily data to report on");
  return days->last;
}

/// What the evening's scan found; nothing without a file of the day.
Result<std::optional<studies::ScanResult>> scan_of(const store::Reader& reader, market::Day day,
                                                   const Invocation& invocation) {
  studies::ScanRequest question;
  question.day = day;
  question.as_of = invocation.settings.as_of;
  question.top = kScanRows;
  question.threads = thread_count(invocation.settings);
  auto scan = studies::scan(reader, question);
  if (scan) return std::move(*scan);
  if (scan.error().code == base::ErrorCode::NotFound) return std::nullopt;
  return std::unexpected{scan.error()};
}

/// A report that names no group is about the names that the scan puts first.
void choose_group(const std::optional<studies::ScanResult>& scan, ReportRequest& request) {
  constexpr std::size_t kNames = 10;
  if (!request.symbols.empty() || !scan) return;
  request.symbols = scan->rows.find("symbol")->values<market::Symbol>();
  if (request.symbols.size() > kNames) request.symbols.resize(kNames);
}

}  // namespace

Result<std::vector<std::string>> demo_tickers(const fs::path& home, const Invocation& invocation) {
  store::StoreOptions options = invocation.store_options();
  options.home = home;
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(options));
  OFFEX_ASSIGN(store::QueryRows rows,
               reader.query("SELECT symbol FROM polygon_daily_agg JOIN finra_short_consolidated "
                            "USING (trade_date, symbol) WHERE trade_date = (SELECT "
                            "max(trade_date) FROM finra_short_consolidated) ORDER BY "
                            "dollar_volume DESC, symbol LIMIT 5"));
  OFFEX_ASSIGN(const columns::Batch batch, rows.all());
  if (batch.num_rows() < 2) {
    return fail(base::ErrorCode::NotFound, "a demo needs two symbols that trade at least");
  }
  return batch.column(0).values<std::string>();
}

Result<void> write_report(const fs::path& target, const ReportRequest& asked,
                          const Invocation& invocation) {
  store::StoreOptions options = invocation.store_options();
  options.as_of = invocation.settings.as_of;
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(options));
  ReportRequest request = asked;
  OFFEX_ASSIGN(const market::Day day, day_of(reader, request, invocation));
  OFFEX_ASSIGN(const std::optional<studies::ScanResult> scan, scan_of(reader, day, invocation));
  choose_group(scan, request);
  OFFEX_ASSIGN(ReportFigures figures, report_figures(reader, request, day, invocation));
  OFFEX_TRY(draw_report_figures(invocation, figures));
  OFFEX_ASSIGN(render::Footer footer, store_footer(invocation, reader));
  footer.denominator =
      "short_ratio: FINRA facility total; offex_share: consolidated volume of all hours";
  render::HtmlReport page{fmt::format("{}, {}", request.title, day.iso()), request.about, footer};
  ReportWriter writer{reader, request, day, scan, invocation, page};
  OFFEX_TRY(writer.write(figures));
  return write_whole_file(target, page.page());
}

}  // namespace offex::cli
