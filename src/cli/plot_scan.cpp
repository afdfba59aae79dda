#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "offex/cli/arguments.hpp"
#include "offex/views/scan_figure.hpp"

#include "cli/plot_internal.hpp"
#include "cli/provenance_internal.hpp"
#include "cli/scan_filter_internal.hpp"
#include "cli/score_source_internal.hpp"

namespace offex::cli {
namespace {

struct PlotScanArgs {
  PlotOptions plot;
  std::string date{"last"};
  std::size_t top{15};
  int days{60};
  std::string rank{"omnibus"};
  double rate{0.0};  ///< 0: the default
  FilterArgs filter;
};

Result<void> run_plot_scan(const PlotScanArgs& args, Invocation& invocation) {
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  OFFEX_ASSIGN(const auto days, studies::scan_range(reader, invocation.settings.as_of));
  if (!days) return fail(base::ErrorCode::NotFound, "the store has no short-sale file then");
  views::ScanFigureRequest request;
  OFFEX_ASSIGN(request.scan.day, parse_day_argument(args.date, days));
  OFFEX_ASSIGN(request.scan.filter, filter_of(args.filter));
  request.scan.by = studies::parse_rank_by(args.rank).value_or(studies::RankBy::Omnibus);
  if (args.rate > 0.0) request.scan.rate = args.rate;
  request.scan.top = args.top;
  request.scan.as_of = invocation.settings.as_of;
  request.scan.threads = thread_count(invocation.settings);
  request.now = invocation.asked_at();
  request.sessions = static_cast<std::size_t>(args.days);
  OFFEX_ASSIGN(const views::ScanFigureData data, views::load_scan_figure(reader, request));
  OFFEX_TRY(check_filter(request.scan.filter, data.scan));
  OFFEX_ASSIGN(render::Footer footer, store_footer(invocation, reader));
  footer.denominator =
      "short ratio: FINRA facility total; × usual: usual off-exchange volume of the name";
  std::vector<NamedFigure> figures;
  figures.push_back({{.date = data.scan.day,
                      .kind = "scan",
                      .subject = "scan-by-" + args.rank,
                      .as_of = request.now,
                      .version = data.scan.version},
                     views::scan_figure(data, std::move(footer))});
  return draw_figures(args.plot, std::move(figures), invocation);
}

}  // namespace

void add_plot_scan(PlotContext context) {
  auto args = std::make_shared<PlotScanArgs>();
  CLI::App* command = context.add<PlotScanArgs>(
      "scan", "An evening's scan: the names, all scores, the scan over time, earlier hits", args,
      &run_plot_scan);
  command->add_option("--date", args->date, "Evening: 2026-02-23, last, -5d")
      ->capture_default_str();
  command->add_option("--top", args->top, "Names to list")
      ->check(CLI::Range(1, 60))
      ->capture_default_str();
  command->add_option("--days", args->days, "Sessions of what is drawn over time")
      ->check(CLI::Range(2, 250))
      ->capture_default_str();
  command->add_option("--rank", args->rank, "What to rank by")
      ->check(CLI::IsMember({"omnibus", "ratio", "volume", "joint", "persistence"}))
      ->capture_default_str();
  command->add_option("--fdr", args->rate, "False discovery rate [0.1]")
      ->check(CLI::Range(1e-6, 1.0));
  add_filters(*command, args->filter, "Which names are tested");
  add_plot_flags(*command, args->plot);
}

}  // namespace offex::cli
