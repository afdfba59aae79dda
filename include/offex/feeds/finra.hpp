#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "offex/feeds/request.hpp"
#include "offex/market/day.hpp"
#include "offex/market/facility.hpp"

namespace offex::feeds {

/// `{cdn}/regsho/daily/CNMSshvol20260417.txt`.
[[nodiscard]] Request short_volume_file(const Endpoints& endpoints, market::Facility facility,
                                        market::Day day);
/// Name of that file, "CNMSshvol20260417.txt".
[[nodiscard]] std::string short_volume_name(market::Facility facility, market::Day day);

/// `{cdn}/ATS/ATS_W_Summary_20260417.zip`, or `.txt`. \param friday end of the week
[[nodiscard]] Request ats_summary_file(const Endpoints& endpoints, market::Day friday, bool zip);

/// Data sets of the Query API, group otcMarket.
enum class QueryDataset : std::uint8_t {
  RegShoDaily,
  WeeklySummary,
  WeeklySummaryHistoric,
  WeeklyDownloadDetails,
  ConsolidatedShortInterest,
  ThresholdList,
};
/// Returns the published name, "regShoDaily".
[[nodiscard]] std::string_view to_string(QueryDataset dataset);

/// Most rows that the API gives in one page, and in one asynchronous request.
inline constexpr std::int64_t kMaxPageRows = 5'000;
inline constexpr std::int64_t kMaxAsyncRows = 100'000;
/// The largest offset that the API takes.
inline constexpr std::int64_t kMaxOffset = 500'000;

/// A question to the Query API. Sent as POST, because filters of a GET are ignored in silence.
struct Query {
  struct Compare {
    std::string field;
    std::string type;  ///< EQUAL, GTE, ...
    std::string value;
  };
  struct Domain {
    std::string field;
    std::vector<std::string> values;
  };
  struct DateRange {
    std::string field;
    market::DayRange days;
  };
  QueryDataset dataset{};
  std::vector<std::string> fields;  ///< empty: all
  std::vector<Compare> compare;
  std::vector<Domain> domain;
  std::vector<DateRange> dates;
  std::vector<std::string> sort;  ///< "+field" or "-field"; needs EQUAL on every partition field
  std::int64_t limit{kMaxPageRows};
  bool async{false};
};

/// Returns the request of one page, JSON asked for. \param what for people
[[nodiscard]] Request query_page(const Endpoints& endpoints, const Query& query,
                                 std::int64_t offset, std::string what);
/// Asks how far an asynchronous request is, or for its result, by an address that the API gave. An
/// address of another host than the API's is sent without credentials.
[[nodiscard]] Request async_status(const Endpoints& endpoints, std::string url, std::string what);

}  // namespace offex::feeds
