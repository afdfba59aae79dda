#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nanobind/nanobind.h>

#include "bindings/store_internal.hpp"
#include "bindings/typing_internal.hpp"

// The questions of a store. Days are texts as the program takes them, empty ones the ends of the
// data; `days` and `weeks` count from the end where `start` is empty, 0: all.
namespace offex::bindings {

using Tickers = std::vector<std::string>;

[[nodiscard]] Table short_volume(Store& store, const Tickers& symbols, const std::string& start,
                                 const std::string& end, const std::string& facility);
[[nodiscard]] Table weekly(Store& store, const Tickers& symbols, const std::string& start,
                           const std::string& end, int weeks);
[[nodiscard]] Table daily_metrics(Store& store, const Tickers& symbols, const std::string& start,
                                  const std::string& end, int days, const std::string& version,
                                  const std::string& short_z_source, const std::string& time);
[[nodiscard]] Table features(Store& store, const std::string& date, const Tickers& symbols);
/// \param options top, rank, and where they are given: fdr, min_dollar_volume, min_shares,
/// min_market_cap, max_market_cap, sector, funds, test_issues
[[nodiscard]] Table scan(Store& store, const std::string& date, const Tickers& symbols,
                         const Dict& options);
[[nodiscard]] Table macro(Store& store, const Tickers& groups, const std::string& start,
                          const std::string& end, int days, const Tickers& symbols);
[[nodiscard]] Table index(Store& store, const std::string& name, const std::string& start,
                          const std::string& end, int days);

}  // namespace offex::bindings
