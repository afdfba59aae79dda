#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "formats/decimal_internal.hpp"
#include "formats/tape_layout_internal.hpp"

namespace offex::formats {
namespace {

constexpr std::int64_t kNanosPerMilli = 1'000'000;
constexpr std::int64_t kMillisPerHour = 3'600'000;

// Looks through the start of a page, which may end anywhere, for the keys of its results and
// their times.
class PageScan {
 public:
  explicit PageScan(std::string_view text) : text_{text} { run(); }

  [[nodiscard]] bool has(std::string_view key) const { return keys_.contains(std::string{key}); }
  /// Returns the values of `t`.
  [[nodiscard]] const std::vector<std::int64_t>& times() const { return times_; }

 private:
  void run() {
    for (std::size_t at = 0; at < text_.size() && !done_; ++at) {
      const char c = text_[at];
      if (c == '"') {
        at = read_string(at);
      } else if (c == '{' || c == '[') {
        ++depth_;
        if (in_results_ && depth_ == 2) opened_ = c == '[';
      } else if (c == '}' || c == ']') {
        --depth_;
        if (in_results_ && depth_ < 2) done_ = true;
      } else if (c == ',' && depth_ == 1) {
        in_results_ = false;
      }
    }
  }

  // Returns where the string that starts at `at` ends.
  std::size_t read_string(std::size_t at) {
    std::size_t end = at + 1;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
    if (end >= text_.size()) return text_.size();
    const std::string_view name = text_.substr(at + 1, end - at - 1);
    const std::size_t colon = text_.find_first_not_of(" \t\r\n", end + 1);
    if (colon == std::string_view::npos || text_[colon] != ':') return end;
    if (depth_ == 1) in_results_ = name == "results";
    if (in_results_ && opened_ && depth_ == 3) {
      keys_.insert(std::string{name});
      if (name == "t") note_time(colon + 1);
    }
    return colon;
  }

  void note_time(std::size_t at) {
    const std::size_t begin = text_.find_first_not_of(" \t\r\n", at);
    if (begin == std::string_view::npos) return;
    const std::size_t end = text_.find_first_not_of("0123456789", begin);
    // A number that the end of the text cuts is none.
    if (end == std::string_view::npos) return;
    if (const auto time = read_decimal(text_.substr(begin, end - begin), 0))
      times_.push_back(*time);
  }

  std::string_view text_;
  int depth_{0};
  bool in_results_{false};
  bool opened_{false};  // the results are a list
  bool done_{false};
  std::set<std::string> keys_;
  std::vector<std::int64_t> times_;
};

constexpr std::int64_t kLatest = 9'000'000'000'000;

bool starts_a_day(std::int64_t time) { return is_new_york_midnight(time * kNanosPerMilli); }
bool starts_an_hour(std::int64_t time) { return time % kMillisPerHour == 0; }

// Bars of a day start at midnight, bars of an hour all at whole hours. The first minute of a page
// may start at midnight, though, and a row of day bars may be damaged: then half of the rows
// decide. Of one bar at midnight only the page's number in its name tells that it is a minute.
bool are_minutes(const std::vector<std::int64_t>& times, bool numbered) {
  constexpr std::size_t kEnough = 3;
  if (times.empty() || std::ranges::max(times) > kLatest) return false;
  if (times.size() == 1) return numbered || !starts_a_day(times.front());
  const bool hours = std::ranges::all_of(times, starts_an_hour);
  if (!starts_a_day(times.front())) return times.size() < kEnough || !hours;
  const auto days = static_cast<std::size_t>(std::ranges::count_if(times, starts_a_day));
  return !hours && days * 2 <= times.size();
}

}  // namespace

std::optional<market::Dataset> page_dataset(std::string_view head, bool numbered) {
  const PageScan scan{head};
  if (scan.has("T")) return std::nullopt;
  const bool timed = scan.has("sip_timestamp") || scan.has("participant_timestamp");
  if (timed && (scan.has("bid_price") || scan.has("ask_price"))) return market::Dataset::QuoteTape;
  if (timed && scan.has("price")) return market::Dataset::TradeTape;
  const bool bars = std::ranges::all_of(std::initializer_list<const char*>{"o", "h", "l", "c", "v"},
                                        [&scan](const char* key) { return scan.has(key); });
  if (bars && are_minutes(scan.times(), numbered)) return market::Dataset::MinuteTape;
  return std::nullopt;
}

}  // namespace offex::formats
