#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/columns/cells.hpp"
#include "offex/views/macro_figure.hpp"

#include "cli/day_window_internal.hpp"
#include "cli/panel_list_internal.hpp"
#include "cli/plot_internal.hpp"
#include "cli/provenance_internal.hpp"
#include "cli/score_source_internal.hpp"
#include "cli/session_window_internal.hpp"

namespace offex::cli {
namespace {

struct PlotMacroArgs {
  PlotOptions plot;
  int days{60};
  std::string from;
  std::string to;
  std::string index;
  std::string panels;
};

std::vector<std::string> panels_of(const std::string& text) {
  if (text != "all") return panel_list(text);
  std::vector<std::string> out;
  for (const views::MacroPanelName& panel : views::macro_panels()) out.emplace_back(panel.name);
  return out;
}

/// The names of panels for the help; a star marks the usual ones.
std::string panel_help() {
  std::string out = "Names separated by commas, in order, or all:";
  for (const views::MacroPanelName& panel : views::macro_panels()) {
    out += fmt::format("\n{}{}: {}", panel.name, panel.usual ? "*" : "", panel.meaning);
  }
  return out + "\n* when none is given";
}

std::string version_of(const columns::Batch& rows) {
  return rows.num_rows() == 0 ? "" : columns::text_of(rows, "inference_version", 0);
}

Result<void> run_plot_macro(const PlotMacroArgs& args, Invocation& invocation) {
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  views::MacroFigureRequest request;
  OFFEX_ASSIGN(request.days, session_window(invocation, reader, args.from, args.to, args.days));
  request.as_of = invocation.settings.as_of;
  request.now = invocation.asked_at();
  request.threads = thread_count(invocation.settings);
  if (!args.index.empty()) {
    OFFEX_ASSIGN(request.index, studies::find_index(reader, args.index, request.as_of));
  }
  OFFEX_ASSIGN(const views::MacroFigureData data, views::load_macro_figure(reader, request));
  views::MacroFigureOptions options;
  options.panels = panels_of(args.panels);
  OFFEX_ASSIGN(options.footer, store_footer(invocation, reader));
  options.footer.denominator =
      "breadth: names of the group that can be tested; short ratios: FINRA facility total; weekly "
      "volume: consolidated";
  OFFEX_ASSIGN(render::Figure figure, views::macro_figure(data, options));
  std::vector<NamedFigure> figures;
  figures.push_back({{.date = request.days.last,
                      .kind = "macro",
                      .subject = data.index ? "market-" + data.index->index.str() : "market",
                      .range = request.days,
                      .as_of = request.now,
                      .version = version_of(data.rows)},
                     std::move(figure)});
  return draw_figures(args.plot, std::move(figures), invocation);
}

}  // namespace

void add_plot_macro(PlotContext context) {
  auto args = std::make_shared<PlotMacroArgs>();
  CLI::App* command = context.add<PlotMacroArgs>(
      "macro", "The market: short ratio, breadth, volume by week, sectors, who moved it", args,
      &run_plot_macro);
  add_window_flags(*command, args->days, args->from, args->to);
  command
      ->add_option("--index", args->index,
                   "Whose members: SPX, or else the list with most members when not given")
      ->type_name("INDEX");
  command->add_option("--panels", args->panels, panel_help());
  add_plot_flags(*command, args->plot);
}

}  // namespace offex::cli
