#include <memory>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/cli/output.hpp"
#include "offex/studies/features.hpp"

#include "cli/commands_internal.hpp"
#include "cli/provenance_internal.hpp"
#include "cli/push_internal.hpp"

namespace offex::cli {
namespace {

struct FeaturesArgs {
  std::string date{"last"};
  std::vector<std::string> symbols;
  std::string persist;  // an address, kEnvironment, or empty: not asked for
  bool discover{false};
};

// What `--persist` without an address stands for.
constexpr std::string_view kEnvironment = "environment";

constexpr std::string_view kNoCredentials =
    "Supabase credentials missing: set SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY, or DATABASE_URL";

/// The symbols asked for: those of the arguments, or those that the table names.
Result<void> find_symbols(const FeaturesArgs& args, Invocation& invocation,
                          const store::Reader& reader, publish::Target* target,
                          studies::FeatureRequest& request) {
  if (!args.discover) {
    OFFEX_ASSIGN(request.symbols, resolve_or_take_tickers(args.symbols, invocation.in, reader));
    return {};
  }
  if (target == nullptr) {
    invocation.warn(fmt::format("{}; all symbols of the file are taken", kNoCredentials));
    return {};
  }
  OFFEX_ASSIGN(const auto names, target->symbols(request.day, push_request(invocation).version()));
  OFFEX_ASSIGN(request.symbols, resolve_or_take_tickers(names, invocation.in, reader));
  invocation.say(fmt::format("{} symbols found in daily_features for {}", request.symbols.size(),
                             request.day.iso()));
  if (request.symbols.empty()) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("daily_features names no symbol for {} at {}", request.day.iso(),
                            target->describe()));
  }
  return {};
}

Result<void> persist(const studies::FeatureRequest& features, std::size_t rows,
                     const store::Reader& reader, publish::Target* target, Invocation& invocation) {
  if (target == nullptr) {
    invocation.warn(fmt::format("{}; {} rows were not persisted", kNoCredentials, rows));
    return {};
  }
  publish::PushRequest request = push_request(invocation);
  request.days = {features.day, features.day};
  request.symbols = features.symbols;
  OFFEX_TRY(push_and_tell(reader, *target, {&request, 1}, invocation));
  return {};
}

Result<void> run_features(const FeaturesArgs& args, Invocation& invocation) {
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  OFFEX_ASSIGN(const auto known, reader.daily_range(invocation.settings.as_of));
  studies::FeatureRequest request;
  OFFEX_ASSIGN(request.day, parse_day_argument(args.date, known));
  std::unique_ptr<publish::Target> target;
  if (!args.persist.empty() || args.discover) {
    const bool named = args.persist != kEnvironment;
    OFFEX_ASSIGN(target, connect_target(named ? args.persist : std::string{}, 0, invocation));
  }
  OFFEX_TRY(find_symbols(args, invocation, reader, target.get(), request));
  request.as_of = invocation.settings.as_of;
  request.now = market::Instant::from_nanos(invocation.clock->now_nanos());
  request.version = push_request(invocation).feature_version;
  OFFEX_ASSIGN(const columns::Batch batch, studies::features(reader, request));
  if (batch.num_rows() == 0) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("no short-sale file of {} in the store", request.day.iso()));
  }
  if (!args.persist.empty()) {
    OFFEX_TRY(persist(request, batch.num_rows(), reader, target.get(), invocation));
  }
  OutputSpec spec;
  spec.view.title = fmt::format("Off-exchange features of {}", request.day.iso());
  spec.view.columns = metric_formats();
  OFFEX_ASSIGN(spec.view.footer, store_footer(invocation, reader));
  spec.view.footer.denominator =
      "short_vol_share, short_exempt_share: FINRA facility total; ats_share_of_total: the week's "
      "total of an ATS summary file, else its consolidated volume";
  return write_output(invocation, spec, batch);
}

}  // namespace

void add_features(CommandContext context) {
  auto args = std::make_shared<FeaturesArgs>();
  CLI::App* command = context.add<FeaturesArgs>(
      "features", "The off-exchange features of one day, one row a symbol; --persist upserts them",
      args, &run_features);
  command->add_option("--date", args->date, "Day: 2026-02-23, last, -5d")->capture_default_str();
  command->add_option("--symbols", args->symbols, "Tickers, @file, -, group:INDEX; all without it")
      ->delimiter(',');
  command
      ->add_option("--persist", args->persist,
                   "Also upsert them into daily_features, with provenance_events: at an address as "
                   "of `offex push`, or where the environment says")
      ->expected(0, 1)
      ->default_str(std::string{kEnvironment})
      ->type_name("URL");
  command->add_flag("--discover", args->discover,
                    "The symbols that daily_features names there for the day");
}

}  // namespace offex::cli
