#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "offex/cli/output.hpp"
#include "offex/studies/build.hpp"

#include "cli/provenance_internal.hpp"
#include "cli/scan_internal.hpp"
#include "cli/score_source_internal.hpp"

namespace offex::cli {
namespace {

constexpr std::string_view kWhatIsWrong =
    "PhaseA_v1 z-scores hold the day they judge: with 20 sessions none can pass 4.36 whatever "
    "happens, names with different histories do not compare, the ratio short / (total - short) is "
    "skewed and missing where all volume is short, and there is no control of errors. On data with "
    "nothing injected they name about a hundred names a day. Use the default score.";

columns::Batch ranked(const columns::Batch& all, const std::string& by, std::size_t top) {
  const columns::Column& z = *all.find(by);
  std::vector<std::size_t> order;
  for (std::size_t row = 0; row < all.num_rows(); ++row) {
    if (z.valid(row)) order.push_back(row);
  }
  // Rows come in order of symbol, so equal scores stay in that order.
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](std::size_t row) { return std::fabs(z.values<double>()[row]); });
  order.resize(std::min(top, order.size()));
  columns::Batch out;
  columns::Column rank{"rank", columns::Type::Int32};
  for (std::size_t place = 0; place < order.size(); ++place) {
    rank.push(static_cast<std::int32_t>(place + 1));
  }
  out.add(std::move(rank));
  for (const std::string_view name :
       {"symbol", "trade_date", "short_buy_sell_ratio_z", "vw_flow_z", "finra_buy_volume_z",
        "short_ratio", "short_volume", "short_total_volume", "close", "return_1d",
        "inference_version"}) {
    columns::Column column = *all.find(name);
    column.clear();
    for (const std::size_t row : order) column.push_from(*all.find(name), row);
    out.add(std::move(column));
  }
  return out;
}

}  // namespace

Result<void> run_seed_scan(const ScanArgs& args, market::Day day, Invocation& invocation,
                           const store::Reader& reader) {
  studies::MetricsRequest request;
  request.version = "PhaseA_v1";
  OFFEX_ASSIGN(request.short_z_source, parse_source(args.short_z_source));
  request.days = market::DayRange{day, day};
  request.as_of = invocation.settings.as_of;
  request.threads = thread_count(invocation.settings);
  OFFEX_ASSIGN(const columns::Batch all, studies::daily_metrics(reader, request));
  const std::string by{studies::to_string(request.short_z_source)};
  const columns::Batch rows = ranked(all, by, args.top);
  if (rows.num_rows() == 0) {
    return fail(base::ErrorCode::NotFound, fmt::format("no name has {} on {}", by, day.iso()));
  }
  OutputSpec spec;
  spec.view.title = fmt::format("Scan of {} by |{}| of PhaseA_v1", day.iso(), by);
  spec.view.columns = metric_formats();
  OFFEX_ASSIGN(spec.view.footer, store_footer(invocation, reader));
  spec.view.footer.denominator = "short_ratio: short_ratio_denominator_type of PhaseA_v1";
  spec.view.footer.notes.emplace_back(kWhatIsWrong);
  return write_output(invocation, spec, rows);
}

}  // namespace offex::cli
