#include <algorithm>
#include <memory>

#include "offex/cli/arguments.hpp"
#include "offex/market/instant.hpp"
#include "offex/views/clock.hpp"
#include "offex/views/week_figure.hpp"

#include "cli/plot_internal.hpp"
#include "cli/provenance_internal.hpp"

namespace offex::cli {
namespace {

struct PlotWeekArgs {
  PlotOptions plot;
  std::vector<std::string> tickers;
  int weeks{views::kDrawerWeeks};
};

/// Weeks stand for themselves: the range ends with the last day of the newest one.
views::OutputName name_of(const views::WeekFigureData& data, market::Instant now) {
  views::OutputName out{.date = market::to_new_york(now).day,
                        .kind = "week",
                        .symbols = {data.symbol},
                        .as_of = now,
                        .version = "v2"};
  if (!data.weeks.empty()) {
    out.range = market::DayRange{data.weeks.front().monday, data.weeks.back().monday.plus(4)};
    out.date = std::min(out.date, out.range->last);
  }
  return out;
}

Result<void> run_plot_week(const PlotWeekArgs& args, Invocation& invocation) {
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  views::WeekFigureRequest request;
  OFFEX_ASSIGN(request.symbols, resolve_tickers(args.tickers, invocation.in, reader));
  request.weeks = args.weeks;
  // A week counts from its publication, which a stored file may promise for later.
  request.now = invocation.settings.as_of.value_or(
      market::Instant::from_nanos(invocation.clock->now_nanos()));
  OFFEX_ASSIGN(const std::vector<views::WeekFigureData> tickers,
               views::load_week_figures(reader, request));
  views::WeekFigureOptions options;
  OFFEX_ASSIGN(options.strip, views::clock_strip(reader, request.now));
  OFFEX_ASSIGN(options.footer, store_footer(invocation, reader));
  options.footer.denominator =
      "share: consolidated volume of the week's sessions, all hours; parts: the week's "
      "off-exchange volume";
  std::vector<NamedFigure> figures;
  for (const views::WeekFigureData& data : tickers) {
    figures.push_back({name_of(data, request.now), views::week_figure(data, options)});
  }
  return draw_figures(args.plot, std::move(figures), invocation);
}

}  // namespace

void add_plot_week(PlotContext context) {
  auto args = std::make_shared<PlotWeekArgs>();
  CLI::App* command = context.add<PlotWeekArgs>(
      "week", "One figure a ticker: trade size, venues, nowcasts and who traded, by week", args,
      &run_plot_week);
  command
      ->add_option("tickers", args->tickers,
                   "NVDA BRK.B, @file, - for stdin, group:NAME for an index, sector or industry")
      ->required()
      ->type_name("TICKER");
  command->add_option("--weeks", args->weeks, "Published weeks to show")
      ->check(CLI::Range(1, 520))
      ->capture_default_str();
  add_plot_flags(*command, args->plot);
}

}  // namespace offex::cli
