#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/serve_internal.hpp"

namespace offex::sim {

/// Rows of one ticker and day in a flat file of the tape, in the order of the tape.
struct TickerRows {
  struct Row {
    std::int64_t time{0};  // of the tape, nanoseconds
    std::string_view line;
  };
  Bytes text;  // keeps the lines alive
  std::vector<Row> rows;
};

/// Parameters of a request, or those that its cursor stands for, and where its page starts.
struct PagePlace {
  Pairs params;
  std::size_t from{0};

  [[nodiscard]] std::string_view param(std::string_view name) const;
};
/// Returns nothing when the cursor is none of ours.
[[nodiscard]] std::optional<PagePlace> page_place(const HttpRequest& request);
/// Returns `,"next_url":"..."` for the page that starts at `from`. It holds no key.
[[nodiscard]] std::string next_url(const HttpRequest& request, const PagePlace& place,
                                   std::size_t from);
/// Reads a limit; `usual` when there is none.
[[nodiscard]] std::size_t page_limit(const PagePlace& place, std::size_t usual, std::size_t most);

/// Cells of a line of a flat file; quotes around a list are removed.
[[nodiscard]] std::vector<std::string_view> flat_cells(std::string_view line);

/// Returns the lines of one ticker in a flat file that is sorted by ticker.
[[nodiscard]] std::vector<std::string_view> ticker_lines(std::string_view text,
                                                         std::string_view ticker);
/// Reply of the grouped daily bars from a day's flat file.
[[nodiscard]] std::string grouped_reply(std::string_view text, market::Day day, bool adjusted);
/// Appends a line of a flat file of bars as an element of aggregates.
void append_bar(std::string& out, std::string_view line);

void append_tape_trade(std::string& out, std::string_view line, bool fractional);
void append_tape_quote(std::string& out, std::string_view line);

[[nodiscard]] HttpReply vendor_error(int status, std::string_view message);

/// Polygon's REST interface.
class PolygonPart {
 public:
  explicit PolygonPart(const Site& site) : site_{site} {}
  [[nodiscard]] HttpReply answer(const HttpRequest& request);

 private:
  [[nodiscard]] bool over_rate();
  [[nodiscard]] HttpReply route(const HttpRequest& request, std::string_view path);
  [[nodiscard]] HttpReply grouped(const HttpRequest& request, std::string_view date) const;
  [[nodiscard]] HttpReply aggregates(const HttpRequest& request, std::string_view rest) const;
  [[nodiscard]] std::vector<std::string_view> bar_lines(std::string_view ticker, bool minutes,
                                                        std::string_view from, std::string_view to,
                                                        std::vector<Bytes>& held) const;
  [[nodiscard]] HttpReply tape(const HttpRequest& request, bool quotes, std::string_view ticker);
  [[nodiscard]] std::shared_ptr<const TickerRows> rows_of(bool quotes, market::Day day,
                                                          std::string_view ticker);
  [[nodiscard]] HttpReply tickers(const HttpRequest& request) const;
  [[nodiscard]] HttpReply details(const HttpRequest& request, std::string_view ticker) const;
  [[nodiscard]] HttpReply market_status() const;

  const Site& site_;
  std::mutex lock_;
  std::chrono::steady_clock::time_point minute_{};
  unsigned in_minute_{0};
  std::map<std::string, std::shared_ptr<const TickerRows>> rows_;
  std::size_t kept_rows_{0};
};

}  // namespace offex::sim
