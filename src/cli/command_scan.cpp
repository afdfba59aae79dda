#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/cli/output.hpp"
#include "offex/studies/catalogue.hpp"

#include "cli/column_choice_internal.hpp"
#include "cli/commands_internal.hpp"
#include "cli/provenance_internal.hpp"
#include "cli/scan_filter_internal.hpp"
#include "cli/scan_internal.hpp"
#include "cli/score_source_internal.hpp"

namespace offex::cli {
namespace {

constexpr std::string_view kUsual =
    "rank,symbol,tag,multiple,short_ratio,expected_ratio,z_r,z_v,z_p,{},p_o,grade,streak,"
    "z_r_change,dollar_volume,volume_trend,close,note";
constexpr std::string_view kHitColumns =
    "hit_date,sessions,symbol,tag,z_r,z_v,q_o,entry_open,close,return,control_return,"
    "excess_return";
constexpr std::string_view kDenominators =
    "short_ratio, expected_ratio: FINRA facility total; multiple: usual off-exchange volume of the "
    "name";

Result<OutputSpec> spec_of(const Invocation& invocation, const store::Reader& reader,
                           const studies::ScanResult& result, studies::RankBy by) {
  OutputSpec spec;
  spec.view.title = scan_title(result, by);
  spec.view.columns = scan_formats();
  OFFEX_ASSIGN(spec.view.footer, store_footer(invocation, reader));
  spec.view.footer.denominator = kDenominators;
  spec.view.footer.coverage = fmt::format("{} of {} names tested", result.family, result.names);
  spec.view.footer.notes = scan_notes(result, by);
  return spec;
}

std::string percent(double value) {
  return std::isnan(value) ? "not known" : fmt::format("{:+.2f} %", 100.0 * value);
}

/// One line for each age of hits.
std::vector<std::string> outcome_lines(const studies::Outcomes& outcomes) {
  std::vector<std::string> out;
  out.reserve(outcomes.means.size());
  for (const studies::Outcomes::Mean& mean : outcomes.means) {
    out.push_back(
        mean.hits == 0
            ? fmt::format("Hits of {} sessions ago ({}): none with prices", mean.sessions,
                          mean.hit_date.iso())
            : fmt::format("Hits of {} sessions ago ({}): {} names, next open to this close {} over "
                          "matched names (standard error {})",
                          mean.sessions, mean.hit_date.iso(), mean.hits, percent(mean.mean_excess),
                          percent(mean.standard_error)));
  }
  return out;
}

Result<studies::Outcomes> outcomes_of(const Invocation& invocation, const store::Reader& reader,
                                      market::Day day) {
  studies::OutcomeRequest request;
  request.day = day;
  request.as_of = invocation.settings.as_of;
  request.threads = thread_count(invocation.settings);
  return studies::scan_outcomes(reader, request);
}

Result<void> show_hits(market::Day day, Invocation& invocation, const store::Reader& reader) {
  OFFEX_ASSIGN(studies::Outcomes outcomes, outcomes_of(invocation, reader, day));
  if (outcomes.rows.num_rows() == 0) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("there was no hit 5 or 20 sessions before {}", day.iso()));
  }
  OutputSpec spec;
  spec.view.title = fmt::format("What became of hits, at the close of {}", day.iso());
  spec.view.group_by = "hit_date";
  spec.view.columns = scan_formats();
  OFFEX_ASSIGN(spec.view.footer, store_footer(invocation, reader));
  spec.view.footer.denominator =
      "short_ratio: FINRA facility total; returns: the open after the hit";
  spec.view.footer.notes = outcome_lines(outcomes);
  spec.view.footer.notes.emplace_back(
      "Each hit is held against three names without a tag on its evening, nearest in usual volume; "
      "prices are unadjusted but for known splits. Not a forecast: see `offex eval`.");
  OFFEX_ASSIGN(const columns::Batch rows,
               choose_columns("", kHitColumns, std::move(outcomes.rows), "the outcomes of hits"));
  return write_output(invocation, spec, rows);
}

/// Every number of the asked symbols, one a line, with its meaning.
columns::Batch explained(const columns::Batch& rows, const columns::Batch& standing) {
  columns::Column symbol{"symbol", columns::Type::Text};
  columns::Column quantity{"quantity", columns::Type::Text};
  columns::Column value{"value", columns::Type::Text};
  columns::Column meaning{"meaning", columns::Type::Text};
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    const std::string name = columns::cell_text(*rows.find("symbol"), row);
    for (std::size_t at = 0; at < standing.num_rows(); ++at) {
      if (columns::cell_text(*standing.find("symbol"), at) != name) continue;
      symbol.push(name);
      quantity.push(std::string{"standing"});
      value.push(columns::cell_text(*standing.find("reason"), at));
      meaning.push(columns::cell_text(*standing.find("meaning"), at));
    }
    for (const columns::Column& column : rows.columns()) {
      const auto entries = studies::find_metric(column.name());
      const auto entry =
          std::ranges::find(entries, "scan_hit",
                            [](const studies::MetricEntry& found) { return found.table->table; });
      // The keys are the same on every line, or in the heading.
      if (entry == entries.end() || entry->metric->key) continue;
      symbol.push(name);
      quantity.push(column.name());
      value.push(column.valid(row) ? columns::cell_text(column, row) : std::string{"null"});
      meaning.push(std::string{entry->metric->formula});
    }
  }
  return columns::Batch{
      {std::move(symbol), std::move(quantity), std::move(value), std::move(meaning)}};
}

Result<void> explain(const ScanArgs& args, studies::ScanRequest request, Invocation& invocation,
                     const store::Reader& reader) {
  OFFEX_ASSIGN(request.symbols, resolve_tickers(args.tickers, invocation.in, reader));
  request.excluded = true;
  OFFEX_ASSIGN(studies::ScanResult result, studies::scan(reader, request));
  OFFEX_TRY(check_filter(request.filter, result));
  OFFEX_ASSIGN(OutputSpec spec, spec_of(invocation, reader, result, request.by));
  if (args.tickers.empty()) {
    spec.view.title = fmt::format("Names of {} that are not tested", result.day.iso());
    return write_output(invocation, spec, result.rows);
  }
  if (result.rows.num_rows() == 0) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("none of these names is in the file of {}", result.day.iso()));
  }
  const columns::Batch standing = std::move(result.rows);
  request.excluded = false;
  OFFEX_ASSIGN(result, studies::scan(reader, request));
  spec.view.title = fmt::format("The scan of {}, number by number", result.day.iso());
  spec.view.group_by = "symbol";
  return write_output(invocation, spec, explained(result.rows, standing));
}

Result<void> list(const ScanArgs& args, const studies::ScanRequest& request, Invocation& invocation,
                  const store::Reader& reader) {
  OFFEX_ASSIGN(studies::ScanResult result, studies::scan(reader, request));
  OFFEX_TRY(check_filter(request.filter, result));
  if (result.rows.num_rows() == 0) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("none of the {} names of {} can be tested; offex scan --explain tells "
                            "why",
                            result.names, result.day.iso()));
  }
  add_scan_notes(result, request.by, result.rows);
  OFFEX_ASSIGN(OutputSpec spec, spec_of(invocation, reader, result, request.by));
  OFFEX_ASSIGN(const Format format, chosen_format(invocation));
  if (is_for_people(format)) {
    OFFEX_ASSIGN(const studies::Outcomes outcomes, outcomes_of(invocation, reader, request.day));
    for (std::string& line : outcome_lines(outcomes)) {
      spec.view.footer.notes.push_back(std::move(line));
    }
    OFFEX_TRY(add_scan_trend(reader, result.day, invocation.asked_at(), result.rows));
  }
  if (!args.wide || !args.columns.empty()) {
    constexpr std::string_view kQ = "orvjp";
    const std::string q = fmt::format("q_o,q_{}", kQ[static_cast<std::size_t>(request.by)]);
    const std::string usual = fmt::format(
        fmt::runtime(kUsual), request.by == studies::RankBy::Omnibus ? std::string{"q_o"} : q);
    OFFEX_ASSIGN(result.rows,
                 choose_columns(args.columns, usual, std::move(result.rows), "the scan"));
  }
  const studies::TableSpec* const table = studies::find_table("scan_hit", "rv/1.0.0");
  if (table != nullptr) spec.view.definitions = views::definitions_of(result.rows, {&table, 1});
  return write_output(invocation, spec, result.rows);
}

Result<void> run_scan(const ScanArgs& args, Invocation& invocation) {
  invocation.settings.wide = args.wide;
  if (!args.tickers.empty() && !args.explain) {
    return fail(base::ErrorCode::InvalidArgument,
                "tickers belong to --explain; a scan is over the whole market");
  }
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  OFFEX_ASSIGN(const auto days, studies::scan_range(reader, invocation.settings.as_of));
  if (!days) {
    return fail(base::ErrorCode::NotFound, "the store has no short-sale file then");
  }
  studies::ScanRequest request;
  OFFEX_ASSIGN(request.day, parse_day_argument(args.date, days));
  if (args.score == "PhaseA_v1") return run_seed_scan(args, request.day, invocation, reader);
  if (args.hits) return show_hits(request.day, invocation, reader);
  OFFEX_ASSIGN(request.filter, filter_of(args.filter));
  request.by = studies::parse_rank_by(args.rank).value_or(studies::RankBy::Omnibus);
  if (args.rate > 0.0) request.rate = args.rate;
  request.top = args.top;
  request.as_of = invocation.settings.as_of;
  request.threads = thread_count(invocation.settings);
  return args.explain ? explain(args, request, invocation, reader)
                      : list(args, request, invocation, reader);
}

}  // namespace

void add_scan(CommandContext context) {
  auto args = std::make_shared<ScanArgs>();
  CLI::App* command = context.add<ScanArgs>(
      "scan", "The names that did something unusual, of the whole market", args, &run_scan);
  command->add_option("tickers", args->tickers, "With --explain: the names to explain")
      ->type_name("TICKER");
  command->add_option("--date", args->date, "Evening: 2026-02-23, last, -5d")
      ->capture_default_str();
  command->add_option("--top", args->top, "Names to list")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command->add_option("--rank", args->rank, "What to rank by")
      ->check(CLI::IsMember({"omnibus", "ratio", "volume", "joint", "persistence"}))
      ->capture_default_str();
  command->add_option("--fdr", args->rate, "False discovery rate [0.1]")
      ->check(CLI::Range(1e-6, 1.0));
  add_filters(*command, args->filter, "Which names are tested");
  command->add_flag("--explain", args->explain,
                    "Which names are not tested and why; with tickers, every number of theirs");
  command->add_flag("--hits", args->hits, "What became of the hits of 5 and 20 sessions ago");
  command->add_option("--score", args->score, "rv, or PhaseA_v1: the seed's z-scores")
      ->check(CLI::IsMember({"rv", "PhaseA_v1"}))
      ->capture_default_str();
  command->add_option("--short-z-source", args->short_z_source, "Score source of PhaseA_v1")
      ->capture_default_str();
  command->add_option("--columns", args->columns, "Names separated by commas");
  command->add_flag("--wide", args->wide, "All columns");
}

}  // namespace offex::cli
