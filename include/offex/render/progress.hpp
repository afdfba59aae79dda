#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace offex::render {

/// Counts distinct items, so that a retry or a repeated name never counts twice.
class ProgressCounter {
 public:
  explicit ProgressCounter(std::uint64_t total) : total_{total} {}

  /// Marks an item as done. Returns whether it is new.
  bool finish(std::string_view item);
  /// Announces more work.
  void add_total(std::uint64_t items) { total_ += items; }

  [[nodiscard]] std::uint64_t done() const { return done_.size(); }
  /// Returns the announced number of items, or the number done when that is larger.
  [[nodiscard]] std::uint64_t total() const { return total_ > done() ? total_ : done(); }

 private:
  std::uint64_t total_;
  std::unordered_set<std::string> done_;
};

enum class ProgressMode : std::uint8_t {
  Bar,    ///< one line that is redrawn; the caller writes `\r` before it
  Plain,  ///< one line an update
  Json,   ///< one JSON object a line
};

/// Everything that one progress line shows.
struct ProgressState {
  std::string_view label{};  ///< for example "import"
  std::string_view unit{};   ///< for example "files"
  std::uint64_t done{0};
  std::uint64_t total{0};  ///< 0: not known
  double elapsed_seconds{0.0};
  std::string_view item{};  ///< what is being worked on, shown where there is room
};

/// Returns the seconds still to go at the pace so far; nothing while that says too little.
[[nodiscard]] std::optional<double> remaining_seconds(const ProgressState& state);

/// Returns the line of a state, without a line end. Never shows more than 100%, and 100% only when
/// all is done. A bar is at most `width` cells wide.
[[nodiscard]] std::string progress_line(const ProgressState& state, ProgressMode mode,
                                        std::size_t width = 80, bool unicode = true);

}  // namespace offex::render
