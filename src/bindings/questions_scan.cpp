#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <nanobind/stl/string.h>

#include "offex/market/day_text.hpp"
#include "offex/studies/macro.hpp"
#include "offex/studies/scan_evening.hpp"
#include "offex/studies/scan_stream.hpp"
#include "offex/views/scan_table.hpp"

#include "bindings/questions_internal.hpp"

namespace nb = nanobind;

namespace offex::bindings {
namespace {

using columns::Batch;
using market::DayRange;

template <class T>
std::optional<T> option(const nb::dict& options, const char* name) {
  if (!options.contains(name) || options[name].is_none()) return std::nullopt;
  return nb::cast<T>(options[name]);
}

[[noreturn]] void refuse(std::string message) {
  raise({base::ErrorCode::InvalidArgument, std::move(message), {}});
}

std::optional<double> positive(const nb::dict& options, const char* name) {
  const auto value = option<double>(options, name);
  if (value && !(*value > 0.0)) refuse(fmt::format("{} must be above 0", name));
  return value;
}

studies::ScanFilter filter_of(const nb::dict& options) {
  studies::ScanFilter out;
  out.min_dollar_volume = positive(options, "min_dollar_volume");
  out.min_shares = positive(options, "min_shares");
  out.min_market_cap = positive(options, "min_market_cap");
  out.max_market_cap = positive(options, "max_market_cap");
  out.sector = option<std::string>(options, "sector").value_or("");
  out.test_issues = option<bool>(options, "test_issues").value_or(false);
  const std::string funds = option<std::string>(options, "funds").value_or("any");
  if (funds != "any" && funds != "only" && funds != "without") {
    refuse(fmt::format("`{}` is no rule of funds: any, only or without", funds));
  }
  out.funds = funds == "only"      ? studies::FundRule::Only
              : funds == "without" ? studies::FundRule::Without
                                   : studies::FundRule::Any;
  if (out.min_market_cap && out.max_market_cap && *out.min_market_cap > *out.max_market_cap) {
    refuse("min_market_cap is above max_market_cap");
  }
  return out;
}

studies::ScanRequest request_of(const nb::dict& options) {
  studies::ScanRequest out;
  out.filter = filter_of(options);
  const std::string rank = option<std::string>(options, "rank").value_or("omnibus");
  const auto by = studies::parse_rank_by(rank);
  if (!by) {
    refuse(fmt::format("`{}` is no rank: omnibus, ratio, volume, joint or persistence", rank));
  }
  out.by = *by;
  const auto top = option<std::int64_t>(options, "top").value_or(50);
  if (top < 1) refuse("top must be at least 1");
  out.top = static_cast<std::size_t>(top);
  out.rate = option<double>(options, "fdr");
  if (out.rate && !(*out.rate > 0.0 && *out.rate <= 1.0)) refuse("fdr must lie in (0, 1]");
  return out;
}

// The last `count` sessions with a short-sale file up to `end`; 0: all.
Result<DayRange> sessions_between(const std::string& start, const std::string& end, int count,
                                  const store::Reader& reader,
                                  std::optional<market::Instant> as_of) {
  OFFEX_ASSIGN(const std::vector<market::Day> days, studies::scan_days(reader, as_of));
  if (days.empty()) {
    return fail(base::ErrorCode::NotFound, "the store has no short-sale file then");
  }
  OFFEX_ASSIGN(DayRange out,
               market::parse_range_text(start, end, DayRange{days.front(), days.back()}));
  if (start.empty() && count > 0) {
    const auto shown = std::ranges::upper_bound(days, out.last) - days.begin();
    out.first = days[static_cast<std::size_t>(std::max<std::ptrdiff_t>(shown - count, 0))];
  }
  return out;
}

}  // namespace

Table scan(Store& store, const std::string& date, const Tickers& symbols, const Dict& options) {
  studies::ScanRequest request = request_of(options);
  return Table{store.ask([&](const store::Reader& reader) -> Result<Batch> {
    OFFEX_ASSIGN(const auto days, studies::scan_range(reader, store.as_of()));
    if (!days) return fail(base::ErrorCode::NotFound, "the store has no short-sale file then");
    OFFEX_ASSIGN(request.day, market::parse_day_text(date, days));
    OFFEX_ASSIGN(request.symbols, resolve(symbols, reader));
    request.as_of = store.as_of();
    request.threads = thread_count();
    OFFEX_ASSIGN(studies::ScanResult result, studies::scan(reader, request));
    OFFEX_TRY(views::check_scan_filter(request.filter, result));
    views::add_scan_note(result, request.by, result.rows);
    return std::move(result.rows);
  })};
}

Table macro(Store& store, const Tickers& groups, const std::string& start, const std::string& end,
            int days, const Tickers& symbols) {
  return Table{store.ask([&](const store::Reader& reader) -> Result<Batch> {
    studies::MacroRequest request;
    for (const std::string& group : groups) {
      const auto kind = studies::parse_macro_kind(group);
      if (kind && *kind != studies::MacroKind::List) {
        request.kinds.push_back(*kind);
      } else {
        request.names.push_back(group);
      }
    }
    OFFEX_ASSIGN(request.list, resolve(symbols, reader));
    request.as_of = store.as_of();
    request.threads = thread_count();
    OFFEX_ASSIGN(request.days, sessions_between(start, end, days, reader, store.as_of()));
    return studies::macro(reader, request);
  })};
}

}  // namespace offex::bindings
