#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/cli/output.hpp"
#include "offex/studies/catalogue.hpp"
#include "offex/studies/macro.hpp"
#include "offex/views/formats.hpp"

#include "cli/column_choice_internal.hpp"
#include "cli/commands_internal.hpp"
#include "cli/day_window_internal.hpp"
#include "cli/provenance_internal.hpp"
#include "cli/scan_filter_internal.hpp"
#include "cli/score_source_internal.hpp"
#include "cli/session_window_internal.hpp"

namespace offex::cli {
namespace {

struct MacroArgs {
  int days{20};
  std::string from;
  std::string to;
  std::vector<std::string> groups;
  std::vector<std::string> list;
  std::string columns;
  bool wide{false};
  FilterArgs filter;
};

constexpr std::string_view kSeries =
    "breadth,breadth_z,volume_breadth,volume_breadth_z,common_r,common_r_z,common_v,common_v_z,"
    "dispersion_r,dispersion_r_z,dispersion_v,dispersion_v_z,surge_share,surge_share_z,tilt,"
    "tilt_z,discoveries,session_status";

// A z beyond this is marked.
constexpr double kUnusual = 2.0;

render::ColumnFormat plain(std::string_view column, std::string_view heading, int drop_priority) {
  return {.column = std::string{column},
          .heading = std::string{heading},
          .drop_priority = drop_priority};
}

/// Adds a series and its z, below one heading.
void add_series(std::string_view column, std::string_view section, int decimals, int drop_priority,
                std::vector<render::ColumnFormat>& out) {
  render::ColumnFormat value = plain(column, "", drop_priority);
  value.decimals = decimals;
  value.section = section;
  out.push_back(value);
  render::ColumnFormat score = plain(std::string{column} + "_z", "z", drop_priority);
  score.decimals = 2;
  score.signed_colour = true;
  score.colour_from = kUnusual;
  score.section = section;
  out.push_back(score);
}

std::vector<render::ColumnFormat> macro_formats() {
  std::vector<render::ColumnFormat> out{
      plain("trade_date", "", 0),       plain("group_kind", "kind", 6),
      plain("group_name", "group", 0),  plain("names", "", 2),
      plain("discoveries", "found", 2), plain("session_status", "status", 6)};
  add_series("breadth", "Short sale", 3, 0, out);
  add_series("tilt", "Short sale, by dollars", 3, 1, out);
  add_series("common_r", "Short sale, median", 4, 2, out);
  add_series("surge_share", "Volume, surges", 3, 3, out);
  add_series("dispersion_r", "Short sale, spread", 2, 4, out);
  add_series("volume_breadth", "Volume", 3, 5, out);
  add_series("dispersion_v", "Volume, spread", 2, 6, out);
  add_series("common_v", "Volume, median", 3, 7, out);
  for (const std::string_view z : {"group_z_r", "group_z_v"}) {
    render::ColumnFormat score = plain(z, "", 4);
    score.decimals = 2;
    score.signed_colour = true;
    score.colour_from = kUnusual;
    out.push_back(score);
  }
  for (const std::string_view part : {"tilt_change", "tilt_within", "tilt_mix", "tilt_entry"}) {
    render::ColumnFormat format = plain(part, "", 5);
    format.decimals = 4;
    out.push_back(format);
  }
  render::ColumnFormat change = plain("proxy_return", "", 4);
  change.percent = true;
  change.signed_colour = true;
  out.push_back(change);
  return out;
}

std::vector<std::string> notes(bool few_names) {
  std::vector<std::string> out{
      "breadth: (names with a ratio surprise above 1 - below -1) / names; tilt: short ratio by "
      "lagged dollar weights; common: median surprise; dispersion: 1 is a normal day; surge_share: "
      "0.023 by chance",
      "z: one step ahead of the series' own past; beyond 2 in colour. Of 20 sessions one is by "
      "chance",
      "Nothing here is a tested market-timing signal"};
  if (few_names) {
    out.push_back(
        fmt::format("with fewer than {} names that can be tested: no breadth, shift, "
                    "dispersion or tilt",
                    studies::kMacroMinNames));
  }
  return out;
}

/// The group that `--list` or the filters make, if they do.
Result<void> read_own_group(const MacroArgs& args, Invocation& invocation,
                            const store::Reader& reader, studies::MacroRequest& request) {
  OFFEX_ASSIGN(const studies::ScanFilter filter, filter_of(args.filter));
  if (!args.list.empty() && !filter.is_default()) {
    return fail(base::ErrorCode::InvalidArgument,
                "--list names its members: no filter goes with it");
  }
  if (!filter.is_default()) {
    request.filter = filter;
    request.list_name = "filter";
  } else if (!args.list.empty()) {
    OFFEX_ASSIGN(request.list, resolve_tickers(args.list, invocation.in, reader));
    if (args.list.size() == 1 && args.list.front().starts_with("group:")) {
      request.list_name = args.list.front().substr(6);
    }
  }
  return {};
}

Result<studies::MacroRequest> read_request(const MacroArgs& args, Invocation& invocation,
                                           const store::Reader& reader) {
  studies::MacroRequest out;
  for (const std::string& group : args.groups) {
    const auto kind = studies::parse_macro_kind(group);
    if (kind && *kind != studies::MacroKind::List) {
      out.kinds.push_back(*kind);
    } else {
      out.names.push_back(group.starts_with("group:") ? group.substr(6) : group);
    }
  }
  OFFEX_TRY(read_own_group(args, invocation, reader, out));
  out.as_of = invocation.settings.as_of;
  out.threads = thread_count(invocation.settings);
  return out;
}

bool has_own_rows(const columns::Batch& rows) {
  return std::ranges::any_of(rows.find("group_kind")->values<std::uint8_t>(),
                             [](std::uint8_t kind) {
                               return kind == static_cast<std::uint8_t>(studies::MacroKind::List);
                             });
}

/// Says why a filter left no name: mostly nobody told what it goes by.
Result<void> explain_nothing(const studies::ScanFilter& filter,
                             const studies::MacroRequest& request, const market::DayRange& days,
                             const store::Reader& reader) {
  OFFEX_ASSIGN(const std::vector<market::Day> files, studies::scan_days(reader, request.as_of));
  const auto after = std::ranges::upper_bound(files, days.last);
  if (after != files.begin()) {
    studies::ScanRequest scan;
    scan.day = *(after - 1);
    scan.filter = filter;
    scan.as_of = request.as_of;
    scan.threads = request.threads;
    OFFEX_ASSIGN(const studies::ScanResult result, studies::scan(reader, scan));
    OFFEX_TRY(check_filter(filter, result));
  }
  return fail(base::ErrorCode::NotFound,
              fmt::format("no name that can be tested passes the filter from {} to {}",
                          days.first.iso(), days.last.iso()));
}

Result<void> check_rows(const columns::Batch& rows, const studies::MacroRequest& request,
                        const market::DayRange& days, const store::Reader& reader) {
  if (request.filter && !has_own_rows(rows)) {
    return explain_nothing(*request.filter, request, days, reader);
  }
  if (rows.num_rows() > 0) return {};
  return fail(base::ErrorCode::NotFound,
              fmt::format("no group with a name that can be tested from {} to {}", days.first.iso(),
                          days.last.iso()));
}

/// The columns of people: what the scores of a group add up to says nothing of the market, because
/// they are centred on it.
std::string usual_columns(const columns::Batch& rows) {
  const auto& kinds = rows.find("group_kind")->values<std::uint8_t>();
  const bool market = std::ranges::all_of(kinds, [](std::uint8_t kind) {
    return kind == static_cast<std::uint8_t>(studies::MacroKind::Market);
  });
  return fmt::format("trade_date,group_kind,group_name,names,{}{}",
                     market ? "" : "group_z_r,group_z_v,", kSeries);
}

bool has_few_names(const columns::Batch& rows) {
  return std::ranges::any_of(rows.find("names")->values<std::int32_t>(), [](std::int32_t names) {
    return names < static_cast<std::int32_t>(studies::kMacroMinNames);
  });
}

Result<void> run_macro(const MacroArgs& args, Invocation& invocation) {
  invocation.settings.wide = args.wide;
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  OFFEX_ASSIGN(studies::MacroRequest request, read_request(args, invocation, reader));
  OFFEX_ASSIGN(const market::DayRange days,
               session_window(invocation, reader, args.from, args.to, args.days));
  request.days = days;
  OFFEX_ASSIGN(columns::Batch all, studies::macro(reader, request));
  OFFEX_TRY(check_rows(all, request, days, reader));
  const std::string version = columns::cell_text(*all.find("inference_version"), 0);
  const bool few_names = has_few_names(all);
  const std::string usual = usual_columns(all);
  if (!args.wide || !args.columns.empty()) {
    OFFEX_ASSIGN(all, choose_columns(args.columns, usual, std::move(all), "macro_daily"));
  }
  OutputSpec spec;
  spec.view.title = fmt::format("Macro {}, {} to {}", version, days.first.iso(), days.last.iso());
  spec.view.columns = macro_formats();
  OFFEX_ASSIGN(spec.view.footer, store_footer(invocation, reader));
  spec.view.footer.denominator =
      "breadth, surge_share: names of the group that can be tested; tilt: FINRA facility total";
  spec.view.footer.notes = notes(few_names);
  if (const studies::TableSpec* table = studies::find_table("macro_daily", "rv/1.0.0")) {
    spec.view.definitions = views::definitions_of(all, {&table, 1});
  }
  return write_output(invocation, spec, all);
}

}  // namespace

void add_macro(CommandContext context) {
  auto args = std::make_shared<MacroArgs>();
  CLI::App* command = context.add<MacroArgs>(
      "macro", "Breadth, tilt and dispersion of the scan over time, newest sessions last", args,
      &run_macro);
  add_window_flags(*command, args->days, args->from, args->to);
  command
      ->add_option("--group", args->groups,
                   "market, tier, sector, index, or the name of one; market when not given")
      ->type_name("GROUP");
  command
      ->add_option("--list", args->list,
                   "A group of your own: NVDA BRK.B, @file, - for stdin, group:NAME")
      ->type_name("TICKER");
  command->add_option("--columns", args->columns, "Names separated by commas");
  command->add_flag("--wide", args->wide, "All columns");
  add_filters(*command, args->filter, "The macro view of a filtered scan, as a group of its own");
}

}  // namespace offex::cli
