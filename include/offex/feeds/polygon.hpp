#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/feeds/request.hpp"
#include "offex/market/day.hpp"
#include "offex/market/symbol.hpp"

namespace offex::feeds {

/// The whole market's bars of one day, unadjusted.
[[nodiscard]] Request grouped_daily(const Endpoints& endpoints, market::Day day);
/// Daily bars of one ticker, unadjusted, ascending.
[[nodiscard]] Request daily_aggregates(const Endpoints& endpoints, const market::Symbol& symbol,
                                       market::DayRange days);
/// Minute bars of one ticker and trade date (New York), unadjusted, ascending.
[[nodiscard]] Request minute_aggregates(const Endpoints& endpoints, const market::Symbol& symbol,
                                        market::Day day);
/// First page of the trades of one ticker from 04:00 to 20:00 New York time, by nanosecond bounds,
/// ascending. \param rows of each page, cut to 1 ... 50,000; `Limits::polygon_page_rows` is meant
[[nodiscard]] Request trades(const Endpoints& endpoints, const market::Symbol& symbol,
                             market::Day day, std::int64_t rows = kMaxTickRows);
/// First page of the NBBO quotes, likewise.
[[nodiscard]] Request quotes(const Endpoints& endpoints, const market::Symbol& symbol,
                             market::Day day, std::int64_t rows = kMaxTickRows);
/// The page that `next_url` of the page before names. An address that is not of the same host as
/// the endpoint is an Integrity error: the key must not go elsewhere (api.massive.com counts as
/// api.polygon.io). A key in the address is removed.
[[nodiscard]] Result<Request> next_page(const Endpoints& endpoints, const Request& before,
                                        std::string_view next_url);

/// Reference data: active tickers of a day (with market value only where the plan has it), one
/// ticker's details, exchanges, conditions.
[[nodiscard]] Request reference_tickers(const Endpoints& endpoints, market::Day day);
[[nodiscard]] Request ticker_details(const Endpoints& endpoints, const market::Symbol& symbol,
                                     market::Day day);
[[nodiscard]] Request exchanges(const Endpoints& endpoints);
[[nodiscard]] Request conditions(const Endpoints& endpoints);
/// First page of the share splits executed on `since` or later, announced ones too.
[[nodiscard]] Request splits(const Endpoints& endpoints, market::Day since);
/// A cheap request for `offex doctor`.
[[nodiscard]] Request market_status(const Endpoints& endpoints);

enum class FlatFile : std::uint8_t { Trades, Quotes, MinuteBars, DayBars };
/// Returns the folder, for example "us_stocks_sip/trades_v1".
[[nodiscard]] std::string_view folder_of(FlatFile kind);

/// A flat file of one day. Large ones go to `file`, in ranges when a part is there.
[[nodiscard]] Request flat_file(const Endpoints& endpoints, FlatFile kind, market::Day day,
                                std::filesystem::path file = {});
/// The list (XML, ListObjectsV2) of a month's files of one kind.
[[nodiscard]] Request flat_file_list(const Endpoints& endpoints, FlatFile kind, market::Day month,
                                     std::string_view continuation = {});

/// One object of such a list.
struct ListedObject {
  std::string key;
  std::uint64_t bytes{0};
  std::string etag;
};
/// Reads a list. \param continuation set to the token of the next part, else emptied
[[nodiscard]] Result<std::vector<ListedObject>> read_object_list(std::string_view xml,
                                                                 std::string& continuation);

}  // namespace offex::feeds
