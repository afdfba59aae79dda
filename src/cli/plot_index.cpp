#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "offex/cli/arguments.hpp"
#include "offex/views/index_figure.hpp"

#include "cli/day_window_internal.hpp"
#include "cli/panel_list_internal.hpp"
#include "cli/plot_internal.hpp"
#include "cli/provenance_internal.hpp"

namespace offex::cli {
namespace {

struct PlotIndexArgs {
  PlotOptions plot;
  std::string name;
  int days{60};
  std::string from;
  std::string to;
  std::string panels;
};

Result<void> run_plot_index(const PlotIndexArgs& args, Invocation& invocation) {
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  views::IndexFigureRequest request;
  request.index.as_of = invocation.settings.as_of;
  request.now = invocation.asked_at();
  OFFEX_ASSIGN(request.index.index, studies::find_index(reader, args.name, request.index.as_of));
  OFFEX_ASSIGN(const auto known, reader.daily_range(request.index.as_of));
  if (!known) return fail(base::ErrorCode::NotFound, "the store has no daily data then");
  OFFEX_ASSIGN(request.index.days, day_window(args.from, args.to, args.days, *known));
  OFFEX_ASSIGN(const views::IndexFigureData data, views::load_index_figure(reader, request));
  views::IndexFigureOptions options;
  options.panels = panel_list(args.panels);
  OFFEX_ASSIGN(options.footer, store_footer(invocation, reader));
  options.footer.denominator = "short ratios: FINRA facility total";
  OFFEX_ASSIGN(render::Figure figure, views::index_figure(data, options));
  std::vector<NamedFigure> figures;
  figures.push_back({{.date = request.index.days.last,
                      .kind = "index",
                      .symbols = {data.index},
                      .range = request.index.days,
                      .as_of = request.now,
                      .version = "v2"},
                     std::move(figure)});
  return draw_figures(args.plot, std::move(figures), invocation);
}

}  // namespace

void add_plot_index(PlotContext context) {
  auto args = std::make_shared<PlotIndexArgs>();
  CLI::App* command = context.add<PlotIndexArgs>(
      "index", "The short ratio of an index's members, its price, and who moved it", args,
      &run_plot_index);
  command->add_option("name", args->name, "The index, as its list of members names it")
      ->required()
      ->type_name("INDEX");
  add_window_flags(*command, args->days, args->from, args->to);
  command->add_option("--panels", args->panels,
                      fmt::format("Names separated by commas, in order: {}",
                                  fmt::join(views::index_panels(), ", ")));
  add_plot_flags(*command, args->plot);
}

}  // namespace offex::cli
