#include <array>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/cli/output.hpp"
#include "offex/studies/catalogue.hpp"
#include "offex/studies/nowcast.hpp"
#include "offex/studies/venue_mix.hpp"
#include "offex/studies/weekly.hpp"

#include "cli/column_choice_internal.hpp"
#include "cli/commands_internal.hpp"
#include "cli/provenance_internal.hpp"
#include "cli/week_rows_internal.hpp"

namespace offex::cli {
namespace {

struct WeekArgs {
  std::vector<std::string> tickers;
  int weeks{8};
  std::string columns;
  bool wide{false};
  bool score{false};
  int venues{0};
};

constexpr std::string_view kDefault =
    "symbol,week_start_date,tier_identifier,status,otc_volume,otc_volume_z,otc_share,otc_share_z,"
    "nowcast_share,nowcast_share_low,nowcast_share_high,ats_share,ats_volume,non_ats_volume,"
    "ats_mean_trade_size,non_ats_mean_trade_size,ats_top_venues,initial_published_date,"
    "data_quality";
constexpr std::string_view kScoreDefault =
    "symbol,week_start_date,tier_identifier,nowcast_share,nowcast_share_low,nowcast_share_high,"
    "published_share,share_error,inside,last_week,last_share,ratio,ratio_weeks,sessions_used";

/// What one run of the command knows.
struct WeekRun {
  const WeekArgs& args;
  Invocation& invocation;
  const store::Reader& reader;
  std::vector<market::Symbol> symbols;
  market::Instant now;  ///< a week counts from its publication, which a file may promise for later

  [[nodiscard]] market::Day today() const { return market::to_new_york(now).day; }
};

/// A table that is ready but for its columns.
struct WeekTable {
  columns::Batch rows;
  market::DayRange weeks;
  std::string kind;  ///< of the files that pictures become
  std::string title;
  std::string_view usual;  ///< columns without `--columns` and `--wide`
  std::string_view name;
  std::string denominator;
  std::vector<std::string> notes{};
};

Result<void> write_table(const WeekRun& run, WeekTable table) {
  if (!run.args.wide || !run.args.columns.empty()) {
    OFFEX_ASSIGN(table.rows,
                 choose_columns(run.args.columns, table.usual, std::move(table.rows), table.name));
  }
  OutputSpec spec;
  spec.view.title = std::move(table.title);
  spec.view.group_by = "symbol";
  spec.view.columns = week_formats();  // the first entry of a column counts
  for (render::ColumnFormat& format : metric_formats()) {
    spec.view.columns.push_back(std::move(format));
  }
  const std::array tables{studies::find_table("weekly_metrics", "v2"),
                          studies::find_table("weekly_nowcast", "v2")};
  spec.view.definitions = views::definitions_of(table.rows, tables);
  spec.name = views::OutputName{.date = table.weeks.last,
                                .kind = table.kind,
                                .symbols = run.symbols,
                                .range = table.weeks,
                                .as_of = run.now,
                                .version = "v2"};
  OFFEX_ASSIGN(spec.view.footer, store_footer(run.invocation, run.reader));
  spec.view.footer.denominator = std::move(table.denominator);
  spec.view.footer.notes = std::move(table.notes);
  return write_output(run.invocation, spec, table.rows);
}

std::string span_text(const market::DayRange& weeks) {
  return fmt::format("weeks of {} to {}", weeks.first.iso(), weeks.last.iso());
}

/// The shown weeks, and all after them that can be told.
Result<columns::Batch> nowcasts(const WeekRun& run, const market::DayRange& weeks) {
  return studies::nowcast(run.reader, {.symbols = run.symbols,
                                       .weeks = market::DayRange{weeks.first, run.today()},
                                       .as_of = run.now});
}

Result<void> write_weeks(const WeekRun& run, const columns::Batch& weekly,
                         const columns::Batch& nowcast, const market::DayRange& weeks) {
  WeekTable table{.rows = weeks_with_nowcast(weekly, nowcast, weeks),
                  .weeks = weeks,
                  .kind = "week-table",
                  .title = "Weekly off-exchange volume, " + span_text(weeks),
                  .usual = kDefault,
                  .name = "weekly_metrics v2",
                  .denominator =
                      "otc_share, ats_share, nowcast: consolidated volume of the week's sessions, "
                      "all hours"};
  if (table.rows.num_rows() == 0) {
    return fail(base::ErrorCode::NotFound, "no week of these tickers is known then");
  }
  table.notes = score_notes(studies::score_nowcasts(nowcast));
  return write_table(run, std::move(table));
}

Result<void> write_score(const WeekRun& run, const columns::Batch& nowcast,
                         const market::DayRange& weeks) {
  WeekTable table{
      .rows = judged_weeks(nowcast),
      .weeks = weeks,
      .kind = "week-score",
      .title = "Nowcasts against what was published, " + span_text(weeks),
      .usual = kScoreDefault,
      .name = "weekly_nowcast v2",
      .denominator = "all shares: consolidated volume of the week's sessions, all hours",
      .notes = score_notes(studies::score_nowcasts(nowcast))};
  if (table.rows.num_rows() == 0) {
    return fail(base::ErrorCode::NotFound,
                "no nowcast of these tickers and weeks can be held against a published share");
  }
  return write_table(run, std::move(table));
}

Result<void> write_venues(const WeekRun& run, const market::DayRange& weeks) {
  OFFEX_ASSIGN(
      const columns::Batch venues,
      studies::venue_mix(run.reader, {.symbols = run.symbols, .weeks = weeks, .as_of = run.now}));
  WeekTable table{.rows = top_venues(venues, run.args.venues),
                  .weeks = weeks,
                  .kind = "week-venues",
                  .title = "Largest venues of the newest published week",
                  .usual = "symbol,week_start_date,rank,venue,mpid,kind,volume,trades,share",
                  .name = "the venues of a week",
                  .denominator = "share: ATS and non-ATS volume of the week",
                  .notes = {"WHOLESALER is offex's own grouping by name; FINRA publishes none"}};
  if (table.rows.num_rows() == 0) {
    return fail(base::ErrorCode::NotFound, "no venue of these tickers and weeks is known then");
  }
  return write_table(run, std::move(table));
}

Result<void> run_week(const WeekArgs& args, Invocation& invocation) {
  invocation.settings.wide = args.wide;
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  WeekRun run{.args = args,
              .invocation = invocation,
              .reader = reader,
              .symbols = {},
              .now = invocation.asked_at()};
  OFFEX_ASSIGN(run.symbols, resolve_tickers(args.tickers, invocation.in, reader));
  OFFEX_ASSIGN(const columns::Batch weekly,
               studies::weekly_metrics(reader, {.symbols = run.symbols, .as_of = run.now}));
  const market::Day today = run.today();
  // Without a published week the pending ones can be told still: a new ticker has its tier.
  const market::DayRange weeks =
      newest_weeks(weekly, args.weeks)
          .value_or(market::DayRange{today.plus(-7 * args.weeks), today});
  if (args.venues > 0) return write_venues(run, weeks);
  OFFEX_ASSIGN(const columns::Batch nowcast, nowcasts(run, weeks));
  return args.score ? write_score(run, nowcast, weeks) : write_weeks(run, weekly, nowcast, weeks);
}

}  // namespace

void add_week(CommandContext context) {
  auto args = std::make_shared<WeekArgs>();
  CLI::App* command = context.add<WeekArgs>(
      "week",
      "Weekly ATS and non-ATS volume of some tickers, newest weeks last, and what is expected of "
      "those not published yet",
      args, &run_week);
  command
      ->add_option("tickers", args->tickers,
                   "NVDA BRK.B, @file, - for stdin, group:NAME for an index, sector or industry")
      ->required()
      ->type_name("TICKER");
  command->add_option("--weeks", args->weeks, "Published weeks to show")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command->add_option("--columns", args->columns, "Names separated by commas");
  command->add_flag("--wide", args->wide, "All columns");
  CLI::Option* score = command->add_flag(
      "--score", args->score, "What was expected of these weeks beside what was published instead");
  command
      ->add_option("--venues", args->venues,
                   "So many of the largest venues of the newest published week instead")
      ->check(CLI::Range(1, 10'000))
      ->excludes(score);
}

}  // namespace offex::cli
