#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/cli/output.hpp"
#include "offex/market/calendar.hpp"
#include "offex/studies/build.hpp"
#include "offex/views/daily_table.hpp"
#include "offex/views/formats.hpp"

#include "cli/column_choice_internal.hpp"
#include "cli/commands_internal.hpp"
#include "cli/day_window_internal.hpp"
#include "cli/provenance_internal.hpp"
#include "cli/score_source_internal.hpp"

namespace offex::cli {
namespace {

struct ShowArgs {
  std::vector<std::string> tickers;
  int days{20};
  std::string from;
  std::string to;
  std::string columns;
  std::string version{"v2"};
  std::string short_z_source{"short_buy_sell_ratio_z"};
  std::string time{"event"};
  bool wide{false};
};

/// The name of a group stands for its members in names of files.
std::string subject_of(const std::vector<std::string>& tickers) {
  constexpr std::string_view kGroup = "group:";
  if (tickers.size() != 1 || !tickers.front().starts_with(kGroup)) return {};
  return tickers.front().substr(kGroup.size());
}

Result<void> run_show(const ShowArgs& args, Invocation& invocation) {
  invocation.settings.wide = args.wide;
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  OFFEX_ASSIGN(const auto known, reader.daily_range(invocation.settings.as_of));
  if (!known) return fail(base::ErrorCode::NotFound, "the store has no daily data then");
  views::DailyRequest request{.asked_at = invocation.asked_at()};
  request.time = views::parse_week_time(args.time).value_or(views::WeekTime::Event);
  studies::MetricsRequest& metrics = request.metrics;
  metrics.version = args.version;
  OFFEX_ASSIGN(metrics.short_z_source, parse_source(args.short_z_source));
  OFFEX_ASSIGN(metrics.symbols, resolve_tickers(args.tickers, invocation.in, reader));
  OFFEX_ASSIGN(metrics.days, day_window(args.from, args.to, args.days, *known));
  metrics.as_of = invocation.settings.as_of;
  metrics.threads = thread_count(invocation.settings);
  OFFEX_ASSIGN(const views::DailyTable table, views::daily_table(reader, request));
  const market::DayRange& days = *metrics.days;
  if (table.rows.num_rows() == 0) {
    return fail(base::ErrorCode::NotFound, fmt::format("no data for these tickers from {} to {}",
                                                       days.first.iso(), days.last.iso()));
  }
  OFFEX_ASSIGN(const Format format, chosen_format(invocation));
  columns::Batch shown = table.rows;
  if (!args.wide || !args.columns.empty()) {
    OFFEX_ASSIGN(shown, choose_columns(args.columns, views::daily_columns(args.version),
                                       std::move(shown), "daily_metrics " + args.version));
  }
  if (args.columns.empty() && is_for_people(format)) shown = views::by_section(std::move(shown));
  OutputSpec spec{.view = views::daily_view(table, shown, args.version)};
  spec.view.title =
      fmt::format("Daily metrics {}, {} to {}", args.version, days.first.iso(), days.last.iso());
  OFFEX_ASSIGN(render::Footer footer, store_footer(invocation, reader));
  footer.denominator = spec.view.footer.denominator;
  footer.coverage = spec.view.footer.coverage;
  spec.view.footer = std::move(footer);
  spec.name = views::OutputName{.date = days.last,
                                .kind = "show",
                                .symbols = metrics.symbols,
                                .subject = subject_of(args.tickers),
                                .range = days,
                                .as_of = request.asked_at,
                                .version = args.version};
  return write_output(invocation, spec, shown);
}

}  // namespace

void add_show(CommandContext context) {
  auto args = std::make_shared<ShowArgs>();
  CLI::App* command = context.add<ShowArgs>(
      "show", "Daily metrics of some tickers, newest sessions last", args, &run_show);
  command
      ->add_option("tickers", args->tickers,
                   "NVDA BRK.B, @file, - for stdin, group:INDEX for an index's members")
      ->required()
      ->type_name("TICKER");
  add_window_flags(*command, args->days, args->from, args->to);
  command->add_option("--columns", args->columns, "Names separated by commas");
  command->add_flag("--wide", args->wide, "All columns");
  command
      ->add_option("--time", args->time,
                   "Weekly figures stand on the days of their week (event) or on the five "
                   "sessions from their publication on (known)")
      ->check(CLI::IsMember({"event", "known"}))
      ->capture_default_str();
  command->add_option("--version", args->version, "v2 or PhaseA_v1")
      ->check(CLI::IsMember({"v2", "PhaseA_v1"}))
      ->capture_default_str();
  command->add_option("--short-z-source", args->short_z_source, "Score source of PhaseA_v1")
      ->capture_default_str();
}

}  // namespace offex::cli
