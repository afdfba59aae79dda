#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/cli/output.hpp"
#include "offex/render/sparkline.hpp"
#include "offex/studies/compare.hpp"
#include "offex/studies/macro.hpp"
#include "offex/views/compare_figure.hpp"

#include "cli/column_choice_internal.hpp"
#include "cli/commands_internal.hpp"
#include "cli/compare_internal.hpp"
#include "cli/day_window_internal.hpp"
#include "cli/provenance_internal.hpp"
#include "cli/score_source_internal.hpp"
#include "cli/session_window_internal.hpp"

namespace offex::cli {
namespace {

struct CompareArgs {
  std::vector<std::string> tickers;
  std::optional<int> days;
  std::string from;
  std::string to;
  std::string metric{"z_r"};
  std::string sort{"cluster"};
  bool long_form{false};
};

using studies::CompareMetric;

constexpr int kDays = 10;
constexpr std::size_t kTrendSessions = 20;

constexpr std::string_view kGroupColumns =
    "trade_date,group_name,names,group_z_r,group_q_r,group_z_v,group_q_v,tilt,breadth,"
    "discoveries,proxy_return";

// A score beyond this is marked.
constexpr double kUnusual = 2.0;

render::ColumnFormat number(std::string_view column, std::string_view heading, int decimals,
                            int drop_priority) {
  return {.column = std::string{column},
          .heading = std::string{heading},
          .decimals = decimals,
          .drop_priority = drop_priority};
}

render::ColumnFormat score(std::string_view column, std::string_view heading, int drop_priority) {
  render::ColumnFormat out = number(column, heading, 2, drop_priority);
  out.signed_colour = true;
  out.colour_from = kUnusual;
  return out;
}

render::ColumnFormat metric_format(CompareMetric metric, std::string_view column,
                                   std::string_view heading, int drop_priority) {
  if (studies::is_score(metric)) return score(column, heading, drop_priority);
  render::ColumnFormat out = number(column, heading, 2, drop_priority);
  out.percent = metric != CompareMetric::Multiple;
  if (out.percent) out.decimals = 1;
  out.signed_colour = metric == CompareMetric::Return1d;
  return out;
}

std::vector<render::ColumnFormat> group_formats() {
  render::ColumnFormat change = number("proxy_return", "return", 1, 1);
  change.percent = true;
  change.signed_colour = true;
  return {number("trade_date", "", 0, 0),
          number("group_name", "group", 0, 0),
          number("names", "N", 0, 1),
          score("group_z_r", "G_r", 0),
          number("group_q_r", "q", 3, 1),
          score("group_z_v", "G_v", 0),
          number("group_q_v", "q", 3, 1),
          number("tilt", "", 3, 1),
          number("breadth", "", 3, 1),
          number("discoveries", "found", 0, 1),
          change};
}

/// Formats of the matrix: days as 04-17, the oldest go first on a narrow terminal.
std::vector<render::ColumnFormat> matrix_formats(const columns::Batch& batch,
                                                 const std::vector<market::Day>& days,
                                                 CompareMetric metric) {
  std::vector<render::ColumnFormat> out{number("symbol", "", 0, 0), number("sector", "", 0, 1),
                                        number("streak", "", 0, 1), number("tag", "", 0, 0),
                                        number("grade", "", 0, 1)};
  for (std::size_t day = 0; day < days.size(); ++day) {
    const std::string& name = batch.column(2 + day).name();
    out.push_back(metric_format(metric, name, std::string_view{name}.substr(5),
                                2 + static_cast<int>(days.size() - day)));
  }
  out.push_back(metric_format(metric, "latest", "", 0));
  out.push_back(number("trend", "", 0, 1));
  out.back().people_only = true;
  return out;
}

/// Adds the values of the sessions shown, and of those before, as a small line for the eye.
void add_trend(const views::CompareFigureData& data, columns::Batch& matrix) {
  const studies::Comparison& all = data.comparison;
  columns::Column trend{"trend", columns::Type::Text};
  for (std::size_t row = 0; row < matrix.num_rows(); ++row) {
    // The last row is of all tickers together.
    if (row >= all.symbols.size()) {
      trend.push_missing();
      continue;
    }
    std::vector<double> values;
    const std::size_t most = std::min<std::size_t>(all.days.size(), kTrendSessions);
    for (std::size_t day = all.days.size() - most; day < all.days.size(); ++day) {
      values.push_back(all.at(row, day)[data.metric]);
    }
    trend.push(render::sparkline(values));
  }
  matrix.add(std::move(trend));
}

std::vector<render::ColumnFormat> long_formats() {
  std::vector<render::ColumnFormat> out = metric_formats();
  for (std::size_t index = 0; index < studies::kCompareMetrics; ++index) {
    const auto metric = static_cast<CompareMetric>(index);
    std::erase_if(out, [metric](const render::ColumnFormat& format) {
      return format.column == studies::to_string(metric);
    });
    out.push_back(metric_format(metric, studies::to_string(metric), "", 1));
  }
  return out;
}

Result<void> show_groups(const CompareArgs& args, studies::MacroKind kind, Invocation& invocation,
                         const store::Reader& reader) {
  if (!args.long_form && (args.days || !args.from.empty())) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("{} shows one evening, that of --to: --days and --from go with --long",
                            args.tickers.front()));
  }
  studies::MacroRequest request;
  request.kinds = {kind};
  request.as_of = invocation.settings.as_of;
  request.threads = thread_count(invocation.settings);
  OFFEX_ASSIGN(request.days, session_window(invocation, reader, args.from, args.to,
                                            args.long_form ? args.days.value_or(kDays) : 1));
  OFFEX_ASSIGN(columns::Batch all, studies::macro(reader, request));
  if (all.num_rows() == 0) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("no {} has a name that can be tested on {}", studies::to_string(kind),
                            request.days->last.iso()));
  }
  OFFEX_ASSIGN(all, choose_columns("", kGroupColumns, std::move(all), "macro_daily"));
  OutputSpec spec;
  const std::string first = request.days->first.iso();
  const std::string last = request.days->last.iso();
  spec.view.title = fmt::format("Groups by {}, {}", studies::to_string(kind),
                                args.long_form ? first + " to " + last : first);
  spec.view.columns = group_formats();
  OFFEX_ASSIGN(spec.view.footer, store_footer(invocation, reader));
  spec.view.footer.denominator = "tilt: FINRA facility total; breadth: names";
  spec.view.footer.notes = {
      "G_r, G_v: score of the whole group, its names' correlation allowed for; q over the groups "
      "of the table; found: names with q_o at most 0.10"};
  return write_output(invocation, spec, all);
}

/// People see the tickers without a sector, and the last row, as groups of their own.
columns::Batch with_sector_words(const columns::Batch& matrix) {
  constexpr std::size_t kSector = 1;
  const columns::Column& sectors = matrix.column(kSector);
  columns::Column words{sectors.name(), columns::Type::Text};
  for (std::size_t row = 0; row < matrix.num_rows(); ++row) {
    if (sectors.valid(row) || row + 1 == matrix.num_rows()) {
      words.push_from(sectors, row);
    } else {
      words.push(std::string{"no sector"});
    }
  }
  columns::Batch out = matrix;
  out.column(kSector) = std::move(words);
  return out;
}

Result<void> show_tickers(const CompareArgs& args, Invocation& invocation,
                          const store::Reader& reader) {
  views::CompareFigureRequest request;
  OFFEX_ASSIGN(request.compare.symbols, resolve_tickers(args.tickers, invocation.in, reader));
  OFFEX_ASSIGN(const market::DayRange days,
               session_window(invocation, reader, args.from, args.to, args.days.value_or(kDays)));
  request.compare.days = days;
  request.compare.as_of = invocation.settings.as_of;
  request.compare.threads = thread_count(invocation.settings);
  request.metric = studies::parse_compare_metric(args.metric).value_or(request.metric);
  request.sort = views::parse_compare_sort(args.sort).value_or(request.sort);
  OFFEX_ASSIGN(const views::CompareFigureData data, views::load_compare_figure(reader, request));
  const studies::Comparison found = views::shown_comparison(data);
  columns::Batch all = args.long_form ? studies::compare_long(found)
                                      : studies::compare_matrix(found, request.metric);
  if (all.num_rows() == 0 || found.days.empty()) {
    return fail(base::ErrorCode::NotFound, fmt::format("no data for these tickers from {} to {}",
                                                       days.first.iso(), days.last.iso()));
  }
  OutputSpec spec;
  spec.name = compare_name(invocation, "compare-table", request, data);
  spec.view.title =
      fmt::format("{} of {} tickers, {} to {}", args.long_form ? "Surprises" : args.metric,
                  found.symbols.size(), days.first.iso(), days.last.iso());
  if (args.long_form) {
    spec.view.group_by = "symbol";
  } else if (request.sort == views::CompareSort::Cluster) {
    spec.view.group_by = "sector";
  }
  spec.view.columns =
      args.long_form ? long_formats() : matrix_formats(all, found.days, request.metric);
  OFFEX_ASSIGN(spec.view.footer, compare_footer(invocation, reader, request.metric));
  OFFEX_ASSIGN(const Format format, chosen_format(invocation));
  const bool for_people = is_for_people(format);
  if (for_people && !args.long_form) {
    all = with_sector_words(all);
    add_trend(data, all);
  }
  return write_output(invocation, spec, all);
}

Result<void> run_compare(const CompareArgs& args, Invocation& invocation) {
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  if (const auto kind = group_kind(args.tickers))
    return show_groups(args, *kind, invocation, reader);
  return show_tickers(args, invocation, reader);
}

}  // namespace

void add_compare(CommandContext context) {
  auto args = std::make_shared<CompareArgs>();
  CLI::App* command = context.add<CompareArgs>(
      "compare", "Tickers beside each other, day by day; or sectors, tiers, indexes", args,
      &run_compare);
  command
      ->add_option("tickers", args->tickers,
                   "XLK XLF, @file, - for stdin, group:NAME for the members of an index or sector; "
                   "group:sector, group:tier, group:index for the groups themselves")
      ->required()
      ->type_name("TICKER");
  command->add_option("--days", args->days, fmt::format("Sessions to show [{}]", kDays))
      ->check(CLI::Range(1, 10'000));
  add_range_flags(*command, args->from, args->to);
  add_metric_flag(*command, args->metric);
  add_sort_flag(*command, args->sort);
  command->add_flag("--long", args->long_form, "A row for each ticker and session, all metrics");
}

}  // namespace offex::cli
