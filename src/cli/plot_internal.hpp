#pragma once

#include <string>
#include <vector>

#include "offex/cli/invocation.hpp"
#include "offex/render/figure.hpp"
#include "offex/views/output_name.hpp"

#include "cli/commands_internal.hpp"

namespace offex::cli {

/// Flags that every view of `offex plot` has.
struct PlotOptions {
  std::string script;  ///< file for the gnuplot script; empty: it is not kept
};
void add_plot_flags(CLI::App& command, PlotOptions& options);

/// A figure and what its file is called when `-o` gives no name.
struct NamedFigure {
  views::OutputName name;
  render::Figure figure;
};

/// Draws figures in parallel, into `-o` or the output tree, as png, svg, pdf or html. Nothing is
/// overwritten without --force. The theme of the figures is set here.
[[nodiscard]] Result<void> draw_figures(const PlotOptions& options,
                                        std::vector<NamedFigure> figures, Invocation& invocation);

/// `offex plot` and its views, each declared by one function.
struct PlotContext {
  CLI::App& plot;
  Invocation& invocation;
  Action& chosen;

  template <class Args>
  CLI::App* add(const std::string& name, const std::string& help, const std::shared_ptr<Args>& args,
                Result<void> (*run)(const Args&, Invocation&)) {
    CLI::App* command = plot.add_subcommand(name, help);
    Action* action = &chosen;
    Invocation* target = &invocation;
    command->callback([action, args, run, target] {
      *action = [args, run, target] { return run(*args, *target); };
    });
    return command;
  }
};

void add_plot_ticker(PlotContext context);
void add_plot_week(PlotContext context);
void add_plot_scan(PlotContext context);
void add_plot_macro(PlotContext context);
void add_plot_compare(PlotContext context);
void add_plot_index(PlotContext context);

}  // namespace offex::cli
