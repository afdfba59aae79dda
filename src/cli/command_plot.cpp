#include "cli/plot_internal.hpp"

namespace offex::cli {

void add_plot(CommandContext context) {
  CLI::App* plot =
      context.app.add_subcommand("plot", "Figures as png, svg, pdf or html")->group("Commands");
  plot->require_subcommand(1);
  plot->footer(
      "Figures go to HOME/out/<date>/<view>/, or to -o FILE or -o FOLDER/. gnuplot draws them.");
  const PlotContext views{
      .plot = *plot, .invocation = context.invocation, .chosen = context.chosen};
  add_plot_ticker(views);
  add_plot_week(views);
  add_plot_scan(views);
  add_plot_macro(views);
  add_plot_compare(views);
  add_plot_index(views);
}

}  // namespace offex::cli
