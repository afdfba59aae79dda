#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/cli/output.hpp"
#include "offex/studies/build.hpp"
#include "offex/studies/catalogue.hpp"

#include "cli/commands_internal.hpp"
#include "cli/provenance_internal.hpp"
#include "cli/score_source_internal.hpp"

namespace offex::cli {
namespace {

struct ExportArgs {
  std::string table;
  std::string version;
  std::string short_z_source;
  std::string from;
  std::string to;
  std::vector<std::string> symbols;
};

// Tables that hold facts, the day they are cut by and their order.
struct FactTable {
  std::string_view name;
  std::string_view day;
  std::string_view order;
};
constexpr std::array<FactTable, 15> kFacts{{
    {"finra_short_daily", "trade_date", "trade_date, facility, symbol"},
    {"finra_short_consolidated", "trade_date", "trade_date, symbol"},
    {"exchange_short_daily", "trade_date", "trade_date, facility, symbol"},
    {"polygon_daily_agg", "trade_date", "trade_date, symbol"},
    {"finra_otc_weekly", "week_start_date", "week_start_date, symbol, tier_identifier"},
    {"finra_weekly_summary", "week_start_date",
     "week_start_date, tier_identifier, summary_type, symbol, mpid, firm_crd, product_type"},
    {"lit_direction_daily", "trade_date", "trade_date, symbol, inference_version"},
    {"finra_short_interest", "settlement_date", "settlement_date, symbol"},
    {"finra_threshold_list", "trade_date", "trade_date, symbol"},
    {"symbol_directory", "snapshot_date", "snapshot_date, directory, symbol"},
    {"ref_index_constituent", "", "index_symbol, symbol"},
    {"ref_security", "", "symbol"},
    {"ref_corporate_action", "effective_date", "effective_date, symbol"},
    {"trade_condition", "", "condition"},
    {"exchange", "", "exchange, name"},
}};

// Computed on request by `offex features`, never stored.
constexpr std::string_view kFeatures = "daily_features";

// What to select, still without the cut by days and symbols.
struct Source {
  std::string from;
  std::string day;
  std::string order;
  std::string symbol_column{"symbol"};
  std::string columns{"*"};
  std::vector<std::string> where{};
  std::string title{};
  OutputSpec output{};
};

// A build of a derived table.
struct Build {
  const studies::TableSpec* spec{nullptr};
  store::BuildState state;
};

std::string source_of(const store::BuildState& state) {
  const std::size_t slash = state.variant.find('/');
  return slash == std::string::npos ? "" : state.variant.substr(slash + 1);
}

// The newest build of the table that fits the flags.
Result<Build> newest_build(const ExportArgs& args, const store::Reader& reader) {
  std::optional<Build> best;
  for (const studies::TableSpec& spec : studies::catalogue()) {
    if (spec.table != args.table) continue;
    if (!args.version.empty() && spec.version != args.version) continue;
    OFFEX_ASSIGN(const auto builds, reader.builds(spec.sql_name));
    for (const store::BuildState& state : builds) {
      const bool other = !args.short_z_source.empty() && !source_of(state).empty() &&
                         source_of(state) != args.short_z_source;
      if (!other && (!best || state.built_at > best->state.built_at)) best = {&spec, state};
    }
  }
  if (!best && !args.version.empty() && studies::find_table(args.table, args.version) == nullptr) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("{} has no version {}", args.table, args.version));
  }
  if (!best) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("{} was not built yet: run `offex build{}`", args.table,
                            args.version.empty() ? "" : " --version " + args.version));
  }
  return *best;
}

// Empty where a row is not about one security.
std::string symbol_column_of(const studies::TableSpec& spec) {
  for (const std::string_view name : {"symbol_code", "index_symbol"}) {
    const bool has = std::ranges::any_of(
        spec.metrics, [name](const studies::Metric& metric) { return metric.name == name; });
    if (has) return name == "symbol_code" ? "symbol" : std::string{name};
  }
  return {};
}

std::vector<std::string> keys_of(const studies::TableSpec& spec) {
  std::vector<std::string> out;
  for (const studies::Metric& metric : spec.metrics) {
    if (metric.key) out.emplace_back(metric.name == "symbol_code" ? "symbol" : metric.name);
  }
  return out;
}

Result<Source> derived_source(const ExportArgs& args, Invocation& invocation,
                              const store::Reader& reader) {
  OFFEX_ASSIGN(const Build build, newest_build(args, reader));
  const studies::TableSpec& spec = *build.spec;
  const bool phase_a = spec.version == "PhaseA_v1";
  Source out{.from = fmt::format("\"{}\"", spec.sql_name),
             .day = std::string{spec.day_column},
             .order = {}};
  out.title = fmt::format("{} {}", spec.table, spec.version);
  const bool index = spec.table.starts_with("index_");
  out.symbol_column = symbol_column_of(spec);
  out.order = phase_a || index ? fmt::format("{}, {}", out.symbol_column, out.day)
                               : fmt::format("{}", fmt::join(keys_of(spec), ", "));
  if (!spec.variant_column.empty()) {
    const bool by_version = spec.variant_column == "inference_version";
    out.where.push_back(fmt::format("{} = '{}'", spec.variant_column,
                                    by_version ? build.state.variant : source_of(build.state)));
  }
  if (spec.export_day != spec.day_column) {
    out.output.delimited.renames.push_back(
        {.column = std::string{spec.day_column}, .heading = std::string{spec.export_day}});
  }
  if (phase_a) {
    out.output.delimited.true_word = "True";
    out.output.delimited.false_word = "False";
  }
  invocation.say(fmt::format("exporting {} ({}), built {}", spec.sql_name, build.state.variant,
                             build.state.built_at.iso()));
  return out;
}

// The rows of one version; those of the earlier pipeline under its own header.
Result<Source> lit_source(const FactTable& fact, std::string_view version) {
  if (version != "v2" && version != "PhaseA_v1" && version != "imported") {
    return fail(
        base::ErrorCode::InvalidArgument,
        fmt::format("lit_direction_daily has the versions v2, PhaseA_v1 and imported, not {}",
                    version));
  }
  Source out{.from = std::string{fact.name},
             .day = std::string{fact.day},
             .order = std::string{fact.order}};
  out.where.push_back(fmt::format("inference_version = '{}'", version));
  out.title = fmt::format("{} {}", fact.name, version);
  if (version != "PhaseA_v1") return out;
  out.columns =
      "symbol, trade_date, lit_buy_volume, lit_sell_volume, lit_buy_ratio, log_buy_sell, "
      "classification_method, lit_coverage_pct, inference_version";
  out.order = "symbol, trade_date";
  out.output.delimited.renames.push_back({.column = "trade_date", .heading = "date"});
  return out;
}

Result<Source> table_source(const ExportArgs& args, Invocation& invocation,
                            const store::Reader& reader) {
  for (const FactTable& fact : kFacts) {
    if (fact.name == args.table) {
      if (fact.name == "lit_direction_daily" && !args.version.empty()) {
        return lit_source(fact, args.version);
      }
      if (!args.version.empty() || !args.short_z_source.empty()) {
        return fail(
            base::ErrorCode::InvalidArgument,
            fmt::format("{} holds facts, which have no version and no score source", fact.name));
      }
      Source out{.from = std::string{fact.name},
                 .day = std::string{fact.day},
                 .order = std::string{fact.order}};
      if (fact.order.find("symbol") == std::string_view::npos) out.symbol_column.clear();
      return out;
    }
  }
  for (const studies::TableSpec& spec : studies::catalogue()) {
    if (spec.table != args.table || spec.table == kFeatures || !spec.stored) continue;
    if (invocation.settings.as_of) {
      return fail(base::ErrorCode::InvalidArgument,
                  "a built table holds today's state; `offex show` and `offex week` compute with "
                  "--asof what was known");
    }
    return derived_source(args, invocation, reader);
  }
  std::vector<std::string_view> names;
  names.reserve(kFacts.size() + studies::catalogue().size());
  for (const FactTable& fact : kFacts) names.push_back(fact.name);
  for (const studies::TableSpec& spec : studies::catalogue()) {
    if (spec.table != kFeatures && spec.stored &&
        std::ranges::find(names, spec.table) == names.end()) {
      names.push_back(spec.table);
    }
  }
  return fail(base::ErrorCode::InvalidArgument,
              fmt::format("no table `{}`; there are {}", args.table, fmt::join(names, ", ")));
}

// First and last day of the table itself: it may hold other days than the daily files.
Result<market::DayRange> days_in(const Source& source, const store::Reader& reader) {
  OFFEX_ASSIGN(store::QueryRows rows,
               reader.query(fmt::format("SELECT min({0})::DATE, max({0})::DATE FROM {1}",
                                        source.day, source.from)));
  OFFEX_ASSIGN(const columns::Batch batch, rows.all());
  if (!batch.column(0).valid(0)) return fail(base::ErrorCode::NotFound, "the table has no rows");
  return market::DayRange{market::Day::from_days(batch.column(0).values<std::int32_t>()[0]),
                          market::Day::from_days(batch.column(1).values<std::int32_t>()[0])};
}

Result<void> add_cut(const ExportArgs& args, Invocation& invocation, const store::Reader& reader,
                     Source& source, std::vector<store::Parameter>& parameters) {
  if (!args.from.empty() || !args.to.empty()) {
    if (source.day.empty()) {
      return fail(base::ErrorCode::InvalidArgument, "this table has no days to choose from");
    }
    OFFEX_ASSIGN(const market::DayRange known, days_in(source, reader));
    OFFEX_ASSIGN(market::DayRange days, parse_range_arguments(args.from, args.to, known));
    // A week belongs to the range when any of its days does.
    if (source.day == "week_start_date") days.first = market::week_start(days.first);
    parameters.emplace_back(days.first);
    parameters.emplace_back(days.last);
    source.where.push_back(fmt::format("{} BETWEEN $1 AND $2", source.day));
  }
  if (args.symbols.empty()) return {};
  if (source.symbol_column.empty()) {
    return fail(base::ErrorCode::InvalidArgument, "this table has no symbols to choose from");
  }
  OFFEX_ASSIGN(const auto symbols, resolve_tickers(args.symbols, invocation.in, reader));
  std::vector<std::string> places;
  for (const market::Symbol& symbol : symbols) {
    parameters.emplace_back(symbol.str());
    places.push_back(fmt::format("${}", parameters.size()));
  }
  source.where.push_back(fmt::format("{} IN ({})", source.symbol_column, fmt::join(places, ", ")));
  return {};
}

Result<void> run_export(const ExportArgs& args, Invocation& invocation) {
  store::StoreOptions options = invocation.store_options();
  options.as_of = invocation.settings.as_of;
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(options));
  OFFEX_ASSIGN(Source source, table_source(args, invocation, reader));
  std::vector<store::Parameter> parameters;
  OFFEX_TRY(add_cut(args, invocation, reader, source, parameters));
  const std::string where =
      source.where.empty() ? "" : fmt::format(" WHERE {}", fmt::join(source.where, " AND "));
  const std::string sql = fmt::format("SELECT {} FROM {}{} ORDER BY {}", source.columns,
                                      source.from, where, source.order);
  OFFEX_ASSIGN(store::QueryRows rows, reader.query(sql, parameters));
  OFFEX_ASSIGN(source.output.view.footer, store_footer(invocation, reader));
  source.output.view.title = source.title.empty() ? args.table : source.title;
  source.output.view.columns = metric_formats();
  OFFEX_ASSIGN(const std::uint64_t count, write_output(invocation, source.output, rows));
  if (count == 0) return fail(base::ErrorCode::NotFound, "no row matched");
  return {};
}

}  // namespace

void add_export(CommandContext context) {
  auto args = std::make_shared<ExportArgs>();
  CLI::App* command = context.add<ExportArgs>(
      "export", "A whole table to a file, for example daily_metrics -o metrics.parquet", args,
      &run_export);
  command->add_option("table", args->table, "daily_metrics, finra_short_daily, ...")->required();
  command->add_option("--version", args->version, "v2 or PhaseA_v1; without it the newest build");
  command->add_option("--short-z-source", args->short_z_source, "Score source of PhaseA_v1");
  command->add_option("--from", args->from, "First day: 2026-02-23, last, -20d");
  command->add_option("--to", args->to, "Last day, included");
  command->add_option("--symbols", args->symbols, "Only these tickers")->delimiter(',');
}

}  // namespace offex::cli
