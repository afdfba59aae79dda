#include <algorithm>
#include <array>
#include <memory>
#include <sstream>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/cli/output.hpp"
#include "offex/market/calendar.hpp"
#include "offex/studies/composite_signal.hpp"

#include "cli/column_choice_internal.hpp"
#include "cli/commands_internal.hpp"
#include "cli/day_window_internal.hpp"
#include "cli/provenance_internal.hpp"
#include "cli/score_source_internal.hpp"

namespace offex::cli {
namespace {

constexpr std::string_view kCalibrated = "cs/2.0.0";
constexpr std::string_view kSeed = "cs/1.0.0";

struct CompositeArgs {
  std::vector<std::string> tickers;
  int days{20};
  std::string from;
  std::string to;
  std::string columns;
  std::string version{kCalibrated};
  std::string short_part;      // empty: not given
  std::string direction;       // empty: not given
  std::string short_z_source;  // empty: not given
  bool wide{false};
};

constexpr std::string_view kDefaultCalibrated =
    "symbol,trade_date,score,score_low,score_high,label,coverage,short_contribution,"
    "lit_contribution,price_contribution,short_z,lit_z,price_z,otc_participation,otc_week,grade,"
    "session_status,inference_version";
constexpr std::string_view kDefaultSeed =
    "symbol,trade_date,score,confidence,label_score,label_zrule,short_z,lit_z,price_z,otc_z,"
    "otc_status,short_z_source,inference_version";

/// The parts by their names in `--direction`, in the order of the parameters.
constexpr std::array<std::string_view, 3> kParts{"short", "lit", "price"};

Result<double> parse_sign(std::string_view text) {
  if (text == "+1" || text == "1") return 1.0;
  if (text == "-1") return -1.0;
  if (text == "0" || text == "+0") return 0.0;
  return fail(base::ErrorCode::InvalidArgument,
              fmt::format("a direction is +1, 0 or -1, not `{}`", text));
}

/// Reads "short=-1,price=0"; parts that are not named keep their direction.
Result<void> parse_directions(const std::string& text, std::array<double, 3>& out) {
  std::istringstream items{text};
  std::array<bool, 3> named{};
  for (std::string item; std::getline(items, item, ',');) {
    const std::size_t equals = item.find('=');
    const auto part = std::ranges::find(kParts, std::string_view{item}.substr(0, equals));
    if (equals == std::string::npos || part == kParts.end()) {
      return fail(base::ErrorCode::InvalidArgument,
                  fmt::format("`{}` is no direction: write short=+1,lit=+1,price=0", item));
    }
    const auto at = static_cast<std::size_t>(part - kParts.begin());
    if (named[at]) {
      return fail(base::ErrorCode::InvalidArgument,
                  fmt::format("the direction of {} is given twice", *part));
    }
    named[at] = true;
    OFFEX_ASSIGN(out[at], parse_sign(std::string_view{item}.substr(equals + 1)));
  }
  if (std::ranges::all_of(out, [](double sign) { return sign == 0.0; })) {
    return fail(base::ErrorCode::InvalidArgument, "a composite needs a part with a direction");
  }
  return {};
}

/// Refuses switches of one version beside the other.
Result<void> check_version(const CompositeArgs& args) {
  const bool calibrated = args.version == kCalibrated;
  if (!calibrated && (!args.short_part.empty() || !args.direction.empty())) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("--short and --direction belong to {}", kCalibrated));
  }
  if (calibrated && !args.short_z_source.empty()) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("--short-z-source belongs to {}", kSeed));
  }
  return {};
}

Result<studies::CompositeFormula> formula_of(const CompositeArgs& args) {
  studies::CompositeFormula out;
  if (!args.short_part.empty()) {
    const auto part = studies::parse_short_part(args.short_part);
    if (!part) {
      return fail(base::ErrorCode::InvalidArgument,
                  fmt::format("`{}` is no short part: z_r or z_p", args.short_part));
    }
    out.short_part = *part;
  }
  OFFEX_TRY(parse_directions(args.direction, out.composite.direction));
  return out;
}

Result<market::DayRange> days_of(const CompositeArgs& args, const Invocation& invocation,
                                 const store::Reader& reader) {
  OFFEX_ASSIGN(const auto known, reader.daily_range(invocation.settings.as_of));
  if (!known) return fail(base::ErrorCode::NotFound, "the store has no daily data then");
  return day_window(args.from, args.to, args.days, *known);
}

Result<studies::CompositeRequest> request_of(const CompositeArgs& args, Invocation& invocation,
                                             const store::Reader& reader) {
  studies::CompositeRequest out;
  out.version = args.version;
  OFFEX_ASSIGN(out.formula, formula_of(args));
  if (!args.short_z_source.empty()) {
    OFFEX_ASSIGN(out.short_z_source, parse_source(args.short_z_source));
  }
  OFFEX_ASSIGN(out.symbols, resolve_tickers(args.tickers, invocation.in, reader));
  out.as_of = invocation.settings.as_of;
  out.threads = thread_count(invocation.settings);
  return out;
}

render::ColumnFormat number(std::string_view column, std::string_view heading, int decimals,
                            int drop_priority) {
  return {.column = std::string{column},
          .heading = std::string{heading},
          .decimals = decimals,
          .drop_priority = drop_priority};
}

std::vector<render::ColumnFormat> formats() {
  std::vector<render::ColumnFormat> out = metric_formats();
  out.push_back(number("score", "", 1, 0));
  out.push_back(number("score_low", "low", 1, 0));
  out.push_back(number("score_high", "high", 1, 0));
  out.push_back(number("coverage", "", 2, 1));
  out.push_back(number("confidence", "", 2, 1));
  out.push_back(number("otc_participation", "otc share", 1, 4));
  out.push_back({.column = "otc_week", .drop_priority = 5});
  out.push_back({.column = "label", .drop_priority = 0});
  out.push_back({.column = "grade", .drop_priority = 1});
  out.push_back({.column = "session_status", .heading = "session", .drop_priority = 5});
  out.push_back({.column = "inference_version", .drop_priority = 9});
  out.push_back({.column = "short_z_source", .drop_priority = 8});
  for (const std::string_view part : {"short", "lit", "price", "otc"}) {
    out.push_back(number(fmt::format("{}_z", part), "", 2, 3));
    out.back().signed_colour = true;
    out.push_back(number(fmt::format("{}_contribution", part), fmt::format("{} adds", part), 2, 2));
    out.back().signed_colour = true;
  }
  return out;
}

constexpr const char* kSeedNote =
    "cs/1.0.0 repeats the first seed's score. It is not calibrated: a missing part counts as 0, "
    "and a weekly number that was not published yet scales it.";
constexpr const char* kScoreNote =
    "Score: uniform from 0 to 100 when nothing is unusual, whatever is missing; 95 and 5 are "
    "reached on 1 usual day in 20 each. Low and high: 90% interval from the length of the history.";
constexpr const char* kDirectionNote =
    "No direction is validated: that a high short, lit or price part is bullish is a reading "
    "(--direction switches it), and no part has been shown to forecast returns.";
constexpr const char* kWeightNote =
    "The weights 0.55 short, 0.30 lit, 0.15 price are inherited from the first seed; the lit "
    "part's weight and correlation were never estimated.";
constexpr const char* kOtcNote =
    "otc share: how unusual the off-exchange share was in the week of the day, once published; it "
    "has no direction and is no part of the score.";

std::vector<std::string> notes_of(const studies::CompositeRequest& request) {
  if (request.version == kSeed) return {kSeedNote};
  return {fmt::format("Version: {}", studies::composite_version(request.formula)), kScoreNote,
          kDirectionNote, kWeightNote, kOtcNote};
}

Result<void> run_composite(const CompositeArgs& args, Invocation& invocation) {
  invocation.settings.wide = args.wide;
  OFFEX_TRY(check_version(args));
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  OFFEX_ASSIGN(studies::CompositeRequest request, request_of(args, invocation, reader));
  OFFEX_ASSIGN(const market::DayRange days, days_of(args, invocation, reader));
  request.days = days;
  OFFEX_ASSIGN(columns::Batch rows, studies::composite_signal(reader, request));
  if (rows.num_rows() == 0) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("no score for these tickers from {} to {}: it takes a short-sale row "
                            "and 5 sessions of history",
                            days.first.iso(), days.last.iso()));
  }
  const bool calibrated = request.version == kCalibrated;
  if (calibrated) {
    // A week counts from its publication, which a stored file may promise for later.
    const market::Instant as_of =
        request.as_of.value_or(market::Instant::from_nanos(invocation.clock->now_nanos()));
    OFFEX_TRY(studies::append_otc_participation(reader, as_of, rows));
  }
  if (!args.wide || !args.columns.empty()) {
    OFFEX_ASSIGN(rows, choose_columns(args.columns, calibrated ? kDefaultCalibrated : kDefaultSeed,
                                      std::move(rows), "composite_signal " + request.version));
  }
  OutputSpec spec;
  spec.view.title = fmt::format("Composite signal {}, {} to {}", request.version, days.first.iso(),
                                days.last.iso());
  spec.view.group_by = "symbol";
  spec.view.columns = formats();
  OFFEX_ASSIGN(spec.view.footer, store_footer(invocation, reader));
  spec.view.footer.denominator =
      "short ratio: FINRA facility total; lit imbalance: lit buys + lit sells; otc share: "
      "consolidated volume of the week's sessions";
  spec.view.footer.notes = notes_of(request);
  return write_output(invocation, spec, rows);
}

}  // namespace

void add_composite(CommandContext context) {
  auto args = std::make_shared<CompositeArgs>();
  CLI::App* command = context.add<CompositeArgs>(
      "composite", "Score 0 to 100 of short selling, lit flow and return together", args,
      &run_composite);
  command
      ->add_option("tickers", args->tickers,
                   "NVDA BRK.B, @file, - for stdin, group:NAME for an index, sector or industry")
      ->required()
      ->type_name("TICKER");
  add_window_flags(*command, args->days, args->from, args->to);
  command->add_option("--columns", args->columns, "Names separated by commas");
  command->add_flag("--wide", args->wide, "All columns");
  command->add_option("--version", args->version, "cs/2.0.0, or the seed's own cs/1.0.0")
      ->check(CLI::IsMember({std::string{kCalibrated}, std::string{kSeed}}))
      ->capture_default_str();
  command->add_option("--short", args->short_part,
                      "Short part of cs/2.0.0: z_r of the day (default) or z_p of the last days");
  command->add_option("--direction", args->direction,
                      "Reading of each part of cs/2.0.0, +1, 0 or -1; default "
                      "short=+1,lit=+1,price=+1. Another reading is another version");
  command->add_option("--short-z-source", args->short_z_source,
                      "Short part of cs/1.0.0: short_buy_sell_ratio_z (default), vw_flow_z, "
                      "finra_buy_volume_z");
}

}  // namespace offex::cli
