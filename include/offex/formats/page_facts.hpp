#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/market/day.hpp"

// What must be known of a reply in JSON before its rows are read: whether it is whole, how many
// rows it holds and where to go on. Errors are Integrity ones whose place has line, column and
// byte, and no file: the caller knows what it asked for. Safe to call from many threads.
namespace offex::formats {

/// What one page of rows tells of itself.
struct PageFacts {
  std::int64_t rows{0};
  std::string next_url{};  ///< address of the next page, empty on the last one
  std::string status{};    ///< as published, for example "OK"; empty when the page has none
};

/// Reads a page: a list is its rows; of an object, the elements of `results` are. `results` that
/// is an object, as in details of one ticker, is one row; null or absent, none.
///
/// The whole text is walked, and the grammar of every value is checked: a body that was cut or
/// damaged is an error, wherever that is. What the rows mean is not checked.
[[nodiscard]] Result<PageFacts> page_facts(std::string_view json);

/// One row of a weeklyDownloadDetails reply: data of a week that FINRA has published.
struct PublishedWeek {
  market::Day week;    ///< its Monday
  std::string tier{};  ///< T1, T2, OTCE or NA, as published; empty when the reply has none
  std::string type{};  ///< summaryTypeCode, for example ATS_W_SMBL; empty when there is none
  std::optional<market::Day> published{};  ///< initialPublishedDate
  std::optional<market::Day> updated{};    ///< lastUpdateDate

  friend bool operator==(const PublishedWeek&, const PublishedWeek&) = default;
};

/// Reads a weeklyDownloadDetails reply, rows in its order. A row without `weekStartDate`, and a
/// week that starts on no Monday, is an error. An empty list is no weeks.
[[nodiscard]] Result<std::vector<PublishedWeek>> published_weeks(std::string_view json);

/// How far an asynchronous request of the Query API is.
struct AsyncStatus {
  std::string status{};  ///< as published, for example "COMPLETED"; empty when the reply has none
  std::string link{};    ///< address of the result; empty while there is none
};

/// Reads the reply to an asynchronous request: an object, or a list of one. The status is the text
/// under `status`, `requestStatus`, `jobStatus` or `state`, the link that under `resultLink`,
/// `resultUrl`, `location` or `url`, in this order of rank and in any letter case. A reply that
/// has neither is an error, so that rows are not taken for a status.
[[nodiscard]] Result<AsyncStatus> async_status(std::string_view json);

}  // namespace offex::formats
