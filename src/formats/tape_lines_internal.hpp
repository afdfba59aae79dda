#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "formats/faults_internal.hpp"
#include "formats/tape_feed_internal.hpp"

namespace offex::formats {

/// A window on the lines of a feed: whole lines that lie together in memory, in place.
class TapeLines {
 public:
  /// So many bytes may be read before and behind any line.
  static constexpr std::size_t kSlack = 64;
  static constexpr std::size_t kMaxLineBytes = TextFeed::kHeadroom - kSlack;

  TapeLines(TextFeed& feed, std::string file) : feed_{feed}, file_{std::move(file)} {}

  /// Starts with the first piece of the feed, without a byte order mark.
  [[nodiscard]] Result<void> begin(std::span<char> first);
  /// Returns the lines that were not used yet; each ends with a line feed.
  [[nodiscard]] std::string_view window() const { return window_; }
  /// Replaces a used window by the next one; false at the end of the text. A last line that has no
  /// end is refused, unless gzip proves that the file is whole.
  [[nodiscard]] Result<bool> refill();
  /// Returns the first line of the window without its end and drops it. \pre window() is not empty
  [[nodiscard]] Result<Line> take();
  /// Drops whole lines that were understood elsewhere.
  void skip(std::size_t bytes, std::size_t lines) {
    window_.remove_prefix(bytes);
    byte_ += bytes;
    line_ += lines;
  }
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  [[nodiscard]] Result<bool> use(std::string_view text);
  [[nodiscard]] Result<bool> last_line();
  [[nodiscard]] std::unexpected<base::Error> too_long(std::string_view text) const;

  TextFeed& feed_;
  std::string file_;
  std::string_view window_;
  std::string_view tail_;  // start of a line behind the window
  std::string carry_;      // the same while the next piece is fetched
  std::uint64_t line_{1};
  std::uint64_t byte_{0};
};

}  // namespace offex::formats
