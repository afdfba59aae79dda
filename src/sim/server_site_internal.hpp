#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/sim/server.hpp"

#include "sim/http_internal.hpp"
#include "sim/weekly_internal.hpp"

namespace offex::sim {

/// Bytes that requests share, made once and dropped when others need the room. Many threads.
class ByteCache {
 public:
  /// Returns what `make` gave for this key; several threads that ask at once wait for one of them.
  [[nodiscard]] Bytes get(const std::string& key, const std::function<std::string()>& make);

 private:
  struct Entry {
    std::shared_future<Bytes> bytes;
    std::size_t size{0};  // 0 while it is being made
    std::uint64_t used{0};
  };
  void make_room(std::size_t size);  // under the lock

  std::mutex lock_;
  std::unordered_map<std::string, Entry> entries_;
  std::size_t total_{0};
  std::uint64_t clock_{0};
};

/// Pages of one week and tier of weeklySummary.
struct WeekFiles {
  market::Day monday;
  Tier tier{};
  std::vector<std::filesystem::path> pages;
  std::vector<std::filesystem::path> restated;  ///< rows that take the place of their symbol's
  bool firms{false};                            ///< rows by firm are there
  market::Day published;
  std::optional<market::Day> updated;  ///< day of the restatement
};

/// One settlement date of short interest.
struct InterestFiles {
  market::Day settlement;
  market::Day published;
  std::vector<std::filesystem::path> pages;
};

/// A flat file.
struct StoredObject {
  std::filesystem::path path;
  std::uint64_t size{0};
  market::Day day;
};

/// What a folder of a simulated market holds.
struct MarketIndex {
  std::vector<market::Day> sessions;
  std::vector<WeekFiles> weeks;  ///< by Monday and tier
  std::vector<InterestFiles> interest;
  std::optional<std::filesystem::path> threshold;
  std::map<std::string, StoredObject, std::less<>> objects;  ///< by key
  std::vector<market::Day> tape_days;
};

/// Looks into the folder; one without daily files is an InvalidArgument.
[[nodiscard]] Result<MarketIndex> index_market(const std::filesystem::path& folder);

/// What all parts of the server share. Many threads.
class Site {
 public:
  Site(std::filesystem::path folder, ServerOptions given, MarketIndex found)
      : root{std::move(folder)},
        options{std::move(given)},
        index{std::move(found)},
        now_{options.now.nanos()} {}

  const std::filesystem::path root;
  const ServerOptions options;
  const MarketIndex index;

  [[nodiscard]] market::Instant now() const { return market::Instant::from_nanos(now_); }
  void set_now(market::Instant now) { now_ = now.nanos(); }
  /// When the correction came out, or nothing.
  [[nodiscard]] std::optional<market::Instant> corrected() const;
  void publish_correction() { corrected_ = now_.load(); }

  /// Returns the file a facility's short file is served from, or nothing when it is not published.
  struct ShortFile {
    std::filesystem::path path;
    market::Instant published;
  };
  [[nodiscard]] std::optional<ShortFile> short_file(std::string_view prefix, market::Day day) const;
  [[nodiscard]] bool has_session(market::Day day) const;
  [[nodiscard]] bool is_published(const WeekFiles& week) const;
  [[nodiscard]] bool is_restated(const WeekFiles& week) const;

  /// Bytes of a file, and its text without compression; null when it is not there.
  [[nodiscard]] Bytes file(const std::filesystem::path& path) const;
  [[nodiscard]] Bytes text(const std::filesystem::path& path) const;
  /// Text of a day's flat file of bars or tape, empty when there is none. \param set "trades_v1"
  [[nodiscard]] Bytes flat_text(std::string_view set, market::Day day) const;
  [[nodiscard]] Bytes made(const std::string& key, const std::function<std::string()>& make) const {
    return cache_.get(key, make);
  }
  /// Entity tag of bytes that stay the same under this key.
  [[nodiscard]] std::string etag(const std::string& key, std::string_view bytes) const;

 private:
  std::atomic<std::int64_t> now_;
  std::atomic<std::int64_t> corrected_{0};
  mutable ByteCache cache_;
  mutable std::mutex tags_lock_;
  mutable std::unordered_map<std::string, std::string> tags_;
};

/// "http://127.0.0.1:8080" as the client wrote it.
[[nodiscard]] std::string base_url(const HttpRequest& request);

}  // namespace offex::sim
