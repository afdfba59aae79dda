#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/cli/output.hpp"
#include "offex/market/calendar.hpp"
#include "offex/studies/build.hpp"

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
  bool wide{false};
};

constexpr std::string_view kDefaultV2 =
    "symbol,trade_date,short_volume,total_volume,volume,short_ratio,short_ratio_z,offex_share,"
    "offex_share_z,short_exempt_ratio,lit_flow_imbalance,close,return_1d,data_quality";
constexpr std::string_view kDefaultPhaseA =
    "symbol,trade_date,short_volume,short_total_volume,volume,short_ratio,short_ratio_z,"
    "lit_flow_imbalance,otc_participation_rate,otc_status,close,return_1d,"
    "accumulation_score_display,confidence,pressure_context_label";

constexpr std::string_view kDenominators =
    "short_ratio: FINRA facility total; offex_share, short_of_consolidated: consolidated volume of "
    "all hours";

Result<void> run_show(const ShowArgs& args, Invocation& invocation) {
  invocation.settings.wide = args.wide;
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  OFFEX_ASSIGN(const auto known, reader.daily_range(invocation.settings.as_of));
  if (!known) return fail(base::ErrorCode::NotFound, "the store has no daily data then");
  studies::MetricsRequest request;
  request.version = args.version;
  OFFEX_ASSIGN(request.short_z_source, parse_source(args.short_z_source));
  OFFEX_ASSIGN(request.symbols, resolve_tickers(args.tickers, invocation.in, reader));
  OFFEX_ASSIGN(request.days, day_window(args.from, args.to, args.days, *known));
  request.as_of = invocation.settings.as_of;
  request.threads = thread_count(invocation.settings);
  OFFEX_ASSIGN(columns::Batch all, studies::daily_metrics(reader, request));
  if (all.num_rows() == 0) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("no data for these tickers from {} to {}", request.days->first.iso(),
                            request.days->last.iso()));
  }
  if (!args.wide || !args.columns.empty()) {
    OFFEX_ASSIGN(all,
                 choose_columns(args.columns, args.version == "v2" ? kDefaultV2 : kDefaultPhaseA,
                                std::move(all), "daily_metrics " + args.version));
  }
  OutputSpec spec;
  spec.view.title = fmt::format("Daily metrics {}, {} to {}", args.version,
                                request.days->first.iso(), request.days->last.iso());
  spec.view.group_by = "symbol";
  spec.view.columns = metric_formats();
  OFFEX_ASSIGN(spec.view.footer, store_footer(invocation, reader));
  spec.view.footer.denominator =
      args.version == "v2" ? kDenominators
                           : "short_ratio: short_ratio_denominator_type names it on each row";
  return write_output(invocation, spec, all);
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
  command->add_option("--version", args->version, "v2 or PhaseA_v1")
      ->check(CLI::IsMember({"v2", "PhaseA_v1"}))
      ->capture_default_str();
  command->add_option("--short-z-source", args->short_z_source, "Score source of PhaseA_v1")
      ->capture_default_str();
}

}  // namespace offex::cli
