#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "offex/base/log.hpp"
#include "offex/columns/batch.hpp"
#include "offex/feeds/client.hpp"
#include "offex/feeds/postgrest.hpp"

namespace offex::publish {

/// Several requests to a table server at a time. One thread.
class PostgrestWire {
 public:
  PostgrestWire(feeds::FeedSettings settings, base::LogSink* log);

  [[nodiscard]] const feeds::FeedSettings& settings() const { return settings_; }

  using Numbered = std::pair<std::uint64_t, feeds::Request>;
  /// The next request with a number of the caller's; nothing when there is none at the moment.
  using Next = std::function<std::optional<Numbered>()>;
  /// Takes what came. More requests may be there afterwards.
  using Done = std::function<Result<void>(std::uint64_t number, feeds::Reply reply)>;
  /// Runs requests until there are none left; the first error ends all others.
  [[nodiscard]] Result<void> run(const Next& next, const Done& done);

  [[nodiscard]] Result<feeds::Reply> ask(feeds::Request request);

  /// Takes the rows of one page.
  using Visit = std::function<Result<void>(const columns::Batch& rows)>;
  /// Reads all rows that the questions ask for, each page by page, in no particular order of pages.
  /// However many rows the server gives at a time, it is asked for those behind them until it has
  /// no more. \param header empty columns that are read
  [[nodiscard]] Result<void> read(std::string_view table,
                                  std::vector<feeds::PostgrestQuery> questions,
                                  const columns::Batch& header, const Visit& visit);

 private:
  void renew();

  feeds::FeedSettings settings_;
  base::LogSink* log_;
  std::unique_ptr<feeds::Client> client_;
};

}  // namespace offex::publish
