#include <memory>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/views/clock.hpp"
#include "offex/views/compare_figure.hpp"

#include "cli/compare_internal.hpp"
#include "cli/day_window_internal.hpp"
#include "cli/plot_internal.hpp"
#include "cli/score_source_internal.hpp"
#include "cli/session_window_internal.hpp"

namespace offex::cli {
namespace {

struct PlotCompareArgs {
  PlotOptions plot;
  std::vector<std::string> tickers;
  int days{60};
  std::string from;
  std::string to;
  std::string metric{"z_r"};
  std::string form{"matrix"};
  std::string sort{"cluster"};
};

Result<void> run_plot_compare(const PlotCompareArgs& args, Invocation& invocation) {
  OFFEX_TRY(refuse_group_kinds(args.tickers));
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  views::CompareFigureOptions options;
  options.form = views::parse_compare_form(args.form).value_or(options.form);
  views::CompareFigureRequest request;
  OFFEX_ASSIGN(request.compare.symbols, resolve_tickers(args.tickers, invocation.in, reader));
  OFFEX_TRY(views::check_compare_form(options.form, request.compare.symbols.size()));
  OFFEX_ASSIGN(const market::DayRange days,
               session_window(invocation, reader, args.from, args.to, args.days));
  request.compare.days = days;
  request.compare.as_of = invocation.settings.as_of;
  request.compare.threads = thread_count(invocation.settings);
  request.metric = studies::parse_compare_metric(args.metric).value_or(request.metric);
  request.sort = views::parse_compare_sort(args.sort).value_or(request.sort);
  OFFEX_ASSIGN(const views::CompareFigureData data, views::load_compare_figure(reader, request));
  if (data.first == data.comparison.days.size()) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("no short-sale file from {} to {}", days.first.iso(), days.last.iso()));
  }
  const market::Instant now = invocation.settings.as_of.value_or(
      market::Instant::from_nanos(invocation.clock->now_nanos()));
  OFFEX_ASSIGN(options.strip, views::clock_strip(reader, now));
  OFFEX_ASSIGN(options.footer, compare_footer(invocation, reader, request.metric));
  options.footer.notes.clear();  // the figure says them in its own words
  std::vector<NamedFigure> figures;
  figures.push_back(
      {compare_name(invocation, "compare", request, data), views::compare_figure(data, options)});
  // The matrix has the name of the table that it shows.
  if (options.form != views::CompareForm::Matrix) figures.back().name.version += "-" + args.form;
  return draw_figures(args.plot, std::move(figures), invocation);
}

}  // namespace

void add_plot_compare(PlotContext context) {
  auto args = std::make_shared<PlotCompareArgs>();
  CLI::App* command = context.add<PlotCompareArgs>(
      "compare", "Tickers beside each other: as a matrix, in small panels or as lines", args,
      &run_plot_compare);
  command
      ->add_option("tickers", args->tickers,
                   "XLK XLF, @file, - for stdin, group:NAME for an index, sector or industry")
      ->required()
      ->type_name("TICKER");
  command
      ->add_option("--form", args->form,
                   fmt::format("matrix; multiples: at most {} tickers; overlay: at most {}",
                               views::kMultiplesMost, views::kOverlayMost))
      ->check(CLI::IsMember({"matrix", "multiples", "overlay"}))
      ->capture_default_str();
  add_metric_flag(*command, args->metric);
  add_sort_flag(*command, args->sort);
  command->add_option("--days", args->days, "Sessions to show")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  add_range_flags(*command, args->from, args->to);
  add_plot_flags(*command, args->plot);
}

}  // namespace offex::cli
