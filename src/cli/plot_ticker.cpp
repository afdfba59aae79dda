#include <memory>
#include <sstream>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/views/clock.hpp"
#include "offex/views/ticker_figure.hpp"

#include "cli/day_window_internal.hpp"
#include "cli/plot_internal.hpp"
#include "cli/provenance_internal.hpp"
#include "cli/score_source_internal.hpp"

namespace offex::cli {
namespace {

struct TickerArgs {
  PlotOptions plot;
  std::vector<std::string> tickers;
  int days{60};
  std::string from;
  std::string to;
  std::string panels;
  std::string time{"event"};
  std::string price{"bottom"};
};

std::string known_panels() {
  std::string out;
  for (std::size_t i = 0; i < views::kTickerPanels; ++i) {
    out += fmt::format("{}{}", i == 0 ? "" : ", ",
                       views::to_string(static_cast<views::TickerPanel>(i)));
  }
  return out;
}

Result<std::vector<views::TickerPanel>> panels_of(const std::string& text) {
  if (text.empty()) return views::default_ticker_panels();
  std::vector<views::TickerPanel> out;
  if (text == "all") {
    for (std::size_t i = 0; i < views::kTickerPanels; ++i) {
      out.push_back(static_cast<views::TickerPanel>(i));
    }
    return out;
  }
  std::istringstream names{text};
  for (std::string name; std::getline(names, name, ',');) {
    const auto panel = views::parse_ticker_panel(name);
    if (!panel) {
      return fail(base::ErrorCode::InvalidArgument,
                  fmt::format("no panel `{}`; there are {}, and all", name, known_panels()));
    }
    out.push_back(*panel);
  }
  return out;
}

Result<void> run_plot_ticker(const TickerArgs& args, Invocation& invocation) {
  store::StoreOptions store = invocation.store_options();
  store.as_of = invocation.settings.as_of;
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(store));
  OFFEX_ASSIGN(const auto known, reader.daily_range(invocation.settings.as_of));
  if (!known) return fail(base::ErrorCode::NotFound, "the store has no daily data then");
  views::TickerRequest request;
  OFFEX_ASSIGN(request.symbols, resolve_tickers(args.tickers, invocation.in, reader));
  OFFEX_ASSIGN(request.days, day_window(args.from, args.to, args.days, *known));
  OFFEX_ASSIGN(request.panels, panels_of(args.panels));
  request.as_of = invocation.settings.as_of;
  request.now = invocation.asked_at();
  request.threads = thread_count(invocation.settings);
  OFFEX_ASSIGN(const std::vector<views::TickerData> tickers, load_tickers(reader, request));
  if (tickers.empty() || tickers.front().days.empty()) {
    return fail(
        base::ErrorCode::NotFound,
        fmt::format("no session from {} to {}", request.days.first.iso(), request.days.last.iso()));
  }

  views::TickerFigureOptions options;
  options.panels = request.panels;
  options.time = views::parse_week_time(args.time).value_or(views::WeekTime::Event);
  options.price_on_top = args.price == "top";
  OFFEX_ASSIGN(options.clock, views::clock_strip(reader, request.now));
  OFFEX_ASSIGN(const render::Footer footer, store_footer(invocation, reader));
  options.small_print = render::footer_lines(footer);
  std::vector<NamedFigure> figures;
  for (const views::TickerData& data : tickers) {
    figures.push_back({{.date = request.days.last,
                        .kind = "ticker",
                        .symbols = {data.symbol},
                        .range = request.days,
                        .as_of = request.now,
                        .version = "v2"},
                       views::ticker_figure(data, options)});
  }
  return draw_figures(args.plot, std::move(figures), invocation);
}

}  // namespace

void add_plot_ticker(PlotContext context) {
  auto args = std::make_shared<TickerArgs>();
  CLI::App* command = context.add<TickerArgs>(
      "ticker", "One figure a ticker: price, off-exchange share, who trades it, short ratio", args,
      &run_plot_ticker);
  command
      ->add_option("tickers", args->tickers,
                   "NVDA BRK.B, @file, - for stdin, group:NAME for an index, sector or industry")
      ->required()
      ->type_name("TICKER");
  add_window_flags(*command, args->days, args->from, args->to);
  command->add_option("--panels", args->panels,
                      "Names separated by commas, in order, or all: " + known_panels());
  command
      ->add_option("--time", args->time,
                   "event: weekly numbers stand at their week; known: where they became public")
      ->check(CLI::IsMember({"event", "known"}))
      ->capture_default_str();
  command->add_option("--price", args->price, "Price panel on top or at the bottom")
      ->check(CLI::IsMember({"top", "bottom"}))
      ->capture_default_str();
  add_plot_flags(*command, args->plot);
}

}  // namespace offex::cli
