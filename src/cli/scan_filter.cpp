#include "offex/views/scan_table.hpp"

#include "cli/scan_filter_internal.hpp"

namespace offex::cli {

void add_filters(CLI::App& command, FilterArgs& args, const std::string& group) {
  studies::ScanFilter& filter = args.filter;
  command
      .add_option("--min-dollar-vol", filter.min_dollar_volume,
                  "Least mean dollar volume of the 20 sessions before")
      ->type_name("USD")
      ->check(CLI::PositiveNumber)
      ->group(group);
  command.add_option("--min-shares", filter.min_shares, "Least usual off-exchange shares a day")
      ->type_name("N")
      ->check(CLI::PositiveNumber)
      ->group(group);
  command.add_option("--min-cap", filter.min_market_cap, "Least market value")
      ->type_name("USD")
      ->check(CLI::PositiveNumber)
      ->group(group);
  command.add_option("--max-cap", filter.max_market_cap, "Largest market value")
      ->type_name("USD")
      ->check(CLI::PositiveNumber)
      ->group(group);
  command.add_option("--sector", filter.sector, "Names of one sector")->group(group);
  command.add_option("--funds", args.funds, "ETFs and other funds: any, only or without")
      ->check(CLI::IsMember({"any", "only", "without"}))
      ->capture_default_str()
      ->group(group);
  command.add_flag("--test-issues", filter.test_issues, "Let the exchanges' test issues in")
      ->group(group);
}

Result<studies::ScanFilter> filter_of(const FilterArgs& args) {
  studies::ScanFilter out = args.filter;
  out.funds = args.funds == "only"      ? studies::FundRule::Only
              : args.funds == "without" ? studies::FundRule::Without
                                        : studies::FundRule::Any;
  if (out.min_market_cap && out.max_market_cap && *out.min_market_cap > *out.max_market_cap) {
    return fail(base::ErrorCode::InvalidArgument, "--min-cap is above --max-cap");
  }
  return out;
}

Result<void> check_filter(const studies::ScanFilter& filter, const studies::ScanResult& result) {
  return views::check_scan_filter(filter, result);
}

}  // namespace offex::cli
