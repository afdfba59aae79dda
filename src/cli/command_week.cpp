#include <algorithm>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/cli/output.hpp"
#include "offex/studies/weekly.hpp"

#include "cli/column_choice_internal.hpp"
#include "cli/commands_internal.hpp"
#include "cli/provenance_internal.hpp"

namespace offex::cli {
namespace {

struct WeekArgs {
  std::vector<std::string> tickers;
  int weeks{8};
  std::string columns;
  bool wide{false};
};

constexpr std::string_view kDefault =
    "symbol,week_start_date,tier_identifier,otc_volume,otc_volume_z,otc_share,otc_share_z,ats_"
    "share,"
    "ats_volume,non_ats_volume,ats_mean_trade_size,non_ats_mean_trade_size,ats_top_venues,"
    "initial_published_date,data_quality";

/// The newest weeks of any of the tickers: a ticker that skips a week shows fewer rows.
std::optional<market::DayRange> newest_weeks(const columns::Batch& all, int count) {
  std::vector<std::int32_t> weeks = all.find("week_start_date")->values<std::int32_t>();
  if (weeks.empty()) return std::nullopt;
  const auto last = market::Day::from_days(*std::ranges::max_element(weeks));
  return market::DayRange{last.plus(-7 * (count - 1)), last};
}

columns::Batch rows_of(const columns::Batch& all, const market::DayRange& weeks) {
  const auto& days = all.find("week_start_date")->values<std::int32_t>();
  columns::Batch out = all;
  out.clear();
  for (std::size_t row = 0; row < all.num_rows(); ++row) {
    if (!weeks.contains(market::Day::from_days(days[row]))) continue;
    for (std::size_t column = 0; column < all.num_columns(); ++column) {
      out.column(column).push_from(all.column(column), row);
    }
  }
  return out;
}

Result<void> run_week(const WeekArgs& args, Invocation& invocation) {
  invocation.settings.wide = args.wide;
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  studies::WeeklyRequest request;
  OFFEX_ASSIGN(request.symbols, resolve_tickers(args.tickers, invocation.in, reader));
  // A week counts from its publication, which a stored file may promise for later.
  request.as_of = invocation.settings.as_of.value_or(
      market::Instant::from_nanos(invocation.clock->now_nanos()));
  OFFEX_ASSIGN(columns::Batch all, studies::weekly_metrics(reader, request));
  const std::optional<market::DayRange> weeks = newest_weeks(all, args.weeks);
  if (!weeks) {
    return fail(base::ErrorCode::NotFound, "no week of these tickers is known then");
  }
  all = rows_of(all, *weeks);
  if (!args.wide || !args.columns.empty()) {
    OFFEX_ASSIGN(all, choose_columns(args.columns, kDefault, std::move(all), "weekly_metrics v2"));
  }
  OutputSpec spec;
  spec.view.title = fmt::format("Weekly off-exchange volume, weeks of {} to {}", weeks->first.iso(),
                                weeks->last.iso());
  spec.view.group_by = "symbol";
  spec.view.columns = metric_formats();
  OFFEX_ASSIGN(spec.view.footer, store_footer(invocation, reader));
  spec.view.footer.denominator =
      "otc_share, ats_share: consolidated volume of the week's sessions, all hours";
  return write_output(invocation, spec, all);
}

}  // namespace

void add_week(CommandContext context) {
  auto args = std::make_shared<WeekArgs>();
  CLI::App* command = context.add<WeekArgs>(
      "week", "Weekly ATS and non-ATS volume of some tickers, newest weeks last", args, &run_week);
  command
      ->add_option("tickers", args->tickers,
                   "NVDA BRK.B, @file, - for stdin, group:NAME for an index, sector or industry")
      ->required()
      ->type_name("TICKER");
  command->add_option("--weeks", args->weeks, "Weeks to show")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command->add_option("--columns", args->columns, "Names separated by commas");
  command->add_flag("--wide", args->wide, "All columns");
}

}  // namespace offex::cli
