#include <memory>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/cli/output.hpp"
#include "offex/studies/features.hpp"

#include "cli/commands_internal.hpp"
#include "cli/provenance_internal.hpp"

namespace offex::cli {
namespace {

struct FeaturesArgs {
  std::string date{"last"};
  std::vector<std::string> symbols;
};

Result<void> run_features(const FeaturesArgs& args, Invocation& invocation) {
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  OFFEX_ASSIGN(const auto known, reader.daily_range(invocation.settings.as_of));
  studies::FeatureRequest request;
  OFFEX_ASSIGN(request.day, parse_day_argument(args.date, known));
  OFFEX_ASSIGN(request.symbols, resolve_or_take_tickers(args.symbols, invocation.in, reader));
  request.as_of = invocation.settings.as_of;
  request.now = market::Instant::from_nanos(invocation.clock->now_nanos());
  OFFEX_ASSIGN(const columns::Batch batch, studies::features(reader, request));
  if (batch.num_rows() == 0) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("no short-sale file of {} in the store", request.day.iso()));
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
      "features", "The off-exchange features of one day, one row a symbol", args, &run_features);
  command->add_option("--date", args->date, "Day: 2026-02-23, last, -5d")->capture_default_str();
  command->add_option("--symbols", args->symbols, "Tickers, @file, -, group:INDEX; all without it")
      ->delimiter(',');
}

}  // namespace offex::cli
