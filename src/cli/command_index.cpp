#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/cli/output.hpp"
#include "offex/market/calendar.hpp"
#include "offex/studies/index_table.hpp"

#include "cli/column_choice_internal.hpp"
#include "cli/commands_internal.hpp"
#include "cli/day_window_internal.hpp"
#include "cli/provenance_internal.hpp"

namespace offex::cli {
namespace {

constexpr int kNotAsked = -1;
constexpr int kAllMembers = 0;

struct IndexArgs {
  std::string name;
  int days{20};
  std::string from;
  std::string to;
  std::string columns;
  bool wide{false};
  int contributions{kNotAsked};
};

constexpr std::string_view kDefault =
    "trade_date,dollar_weighted_short_ratio,equal_weighted_short_ratio,coverage_count,"
    "expected_constituent_count,priced_count,dollar_weighted_short_ratio_z,"
    "dollar_weighted_short_ratio_percentile,dollar_volume,agg_short_ratio,agg_short_ratio_z,"
    "index_price_symbol,index_price_return,index_return_z,interpretation_label";

constexpr std::string_view kDenominators =
    "dollar-weighted: sum of FINRA facility total x close (unadjusted) of the priced members; "
    "equal-weighted: members with a short ratio; agg_short_ratio: sum of FINRA facility totals";

std::vector<render::ColumnFormat> index_formats() {
  std::vector<render::ColumnFormat> out{
      {.column = "dollar_weighted_short_ratio",
       .heading = "dollar-weighted",
       .percent = true,
       .drop_priority = 0},
      {.column = "equal_weighted_short_ratio",
       .heading = "equal-weighted",
       .percent = true,
       .drop_priority = 1},
      {.column = "coverage_count", .heading = "members", .drop_priority = 2},
      {.column = "expected_constituent_count", .heading = "of", .drop_priority = 2},
      {.column = "priced_count", .heading = "priced", .drop_priority = 4},
      {.column = "dollar_weighted_short_ratio_z",
       .heading = "z",
       .decimals = 2,
       .signed_colour = true,
       .drop_priority = 1},
      {.column = "dollar_weighted_short_ratio_percentile",
       .heading = "percentile",
       .percent = true,
       .drop_priority = 2},
      {.column = "dollar_volume", .decimals = 0, .thousands = true, .drop_priority = 3},
      {.column = "index_price_symbol", .heading = "price of", .drop_priority = 5},
      {.column = "index_price_return",
       .heading = "return",
       .percent = true,
       .signed_colour = true,
       .drop_priority = 3},
      {.column = "interpretation_label", .drop_priority = 6},
      {.column = "weight", .percent = true, .drop_priority = 0},
  };
  for (const char* column : {"contribution", "change_within", "change_mix", "change"}) {
    out.push_back({.column = column, .decimals = 5, .signed_colour = true, .drop_priority = 1});
  }
  const std::vector<render::ColumnFormat> common = metric_formats();
  out.insert(out.end(), common.begin(), common.end());
  return out;
}

std::string coverage_text(const columns::Batch& rows) {
  const std::size_t last = rows.num_rows() - 1;
  const auto cell = [&](std::string_view name) {
    return columns::cell_text(*rows.find(name), last);
  };
  return fmt::format("{} of {} members on {}, {} of them with a close", cell("coverage_count"),
                     cell("expected_constituent_count"), cell("trade_date"), cell("priced_count"));
}

Result<void> show_table(const IndexArgs& args, const studies::IndexRequest& request,
                        const store::Reader& reader, Invocation& invocation) {
  OFFEX_ASSIGN(columns::Batch all, studies::index_table(reader, request));
  if (all.num_rows() == 0) {
    return fail(
        base::ErrorCode::NotFound,
        fmt::format("no session from {} to {}", request.days.first.iso(), request.days.last.iso()));
  }
  OutputSpec spec;
  spec.view.title = fmt::format("Short ratio of the members of {}, {} to {}", request.index.view(),
                                request.days.first.iso(), request.days.last.iso());
  spec.view.columns = index_formats();
  OFFEX_ASSIGN(spec.view.footer, store_footer(invocation, reader));
  spec.view.footer.denominator = kDenominators;
  spec.view.footer.coverage = coverage_text(all);
  if (!args.wide || !args.columns.empty()) {
    OFFEX_ASSIGN(all, choose_columns(args.columns, kDefault, std::move(all),
                                     "index_constituent_short_agg_daily v2"));
  }
  return write_output(invocation, spec, all);
}

// What the members that are not shown add up to, so that the figures still add up.
std::string rest_text(const columns::Batch& rows, std::size_t shown) {
  double weight = 0.0;
  double change = 0.0;
  for (std::size_t row = shown; row < rows.num_rows(); ++row) {
    const auto add = [&](std::string_view name, double& sum) {
      const columns::Column& column = *rows.find(name);
      if (column.valid(row)) sum += column.values<double>()[row];
    };
    add("weight", weight);
    add("change", change);
  }
  return fmt::format("the {} further members: weight {:.2f}%, change {:+.5f}",
                     rows.num_rows() - shown, 100.0 * weight, change);
}

std::string ratio_text(const studies::IndexContributions& parts) {
  std::string out = fmt::format("short ratio of {}: {:.5f}", parts.day.iso(), parts.short_ratio);
  if (parts.before) {
    out += fmt::format(", of {}: {:.5f}, change {:+.5f}", parts.before->iso(),
                       parts.short_ratio_before, parts.short_ratio - parts.short_ratio_before);
  }
  return out +
         "; change = change_within (mean weight x change of the member's ratio) + "
         "change_mix (change of the weight x mean ratio)";
}

Result<void> show_contributions(const IndexArgs& args, const studies::IndexRequest& request,
                                const store::Reader& reader, Invocation& invocation) {
  OFFEX_ASSIGN(studies::IndexContributions parts, studies::index_contributions(reader, request));
  if (parts.members == 0) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("no member of {} has a short ratio and a close on {}",
                            request.index.view(), parts.day.iso()));
  }
  OutputSpec spec;
  spec.view.title = fmt::format("Dollar-weighted short ratio of {} on {}, by member",
                                request.index.view(), parts.day.iso());
  spec.view.columns = index_formats();
  OFFEX_ASSIGN(spec.view.footer, store_footer(invocation, reader));
  spec.view.footer.denominator =
      "weight: share of the members' FINRA facility total x close (unadjusted); short_ratio: FINRA "
      "facility total";
  spec.view.footer.coverage =
      fmt::format("{} members have a short ratio and a close", parts.members);
  spec.view.footer.notes.push_back(ratio_text(parts));
  const auto wanted = static_cast<std::size_t>(args.contributions);
  if (wanted != kAllMembers && wanted < parts.rows.num_rows()) {
    spec.view.footer.notes.push_back(rest_text(parts.rows, wanted));
    parts.rows.truncate(wanted);
  }
  columns::Batch rows = std::move(parts.rows);
  if (!args.columns.empty()) {
    OFFEX_ASSIGN(rows, choose_columns(args.columns, "", std::move(rows), "the contributions"));
  }
  return write_output(invocation, spec, rows);
}

Result<void> run_index(const IndexArgs& args, Invocation& invocation) {
  invocation.settings.wide = args.wide;
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  studies::IndexRequest request;
  request.as_of = invocation.settings.as_of;
  OFFEX_ASSIGN(request.index, studies::find_index(reader, args.name, request.as_of));
  OFFEX_ASSIGN(const auto known, reader.daily_range(request.as_of));
  if (!known) return fail(base::ErrorCode::NotFound, "the store has no daily data then");
  OFFEX_ASSIGN(request.days, day_window(args.from, args.to, args.days, *known));
  if (args.contributions != kNotAsked) return show_contributions(args, request, reader, invocation);
  return show_table(args, request, reader, invocation);
}

}  // namespace

void add_index(CommandContext context) {
  auto args = std::make_shared<IndexArgs>();
  CLI::App* command = context.add<IndexArgs>(
      "index", "Short ratio of an index's members, weighted by dollars and equally", args,
      &run_index);
  command->add_option("name", args->name, "The index, as its list of members names it")
      ->required()
      ->type_name("INDEX");
  add_window_flags(*command, args->days, args->from, args->to);
  command
      ->add_option("--contributions", args->contributions,
                   "What each member brings to the last session, the N largest; 0: all")
      ->expected(0, 1)
      ->default_str(std::to_string(kAllMembers))
      ->check(CLI::Range(0, 100'000))
      ->type_name("N");
  command->add_option("--columns", args->columns, "Names separated by commas");
  command->add_flag("--wide", args->wide, "All columns");
}

}  // namespace offex::cli
