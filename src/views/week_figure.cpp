#include "offex/views/week_figure.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "offex/render/text_width.hpp"

#include "views/week_internal.hpp"

namespace offex::views {
namespace {

// Inches.
constexpr double kWidth = 13.0;
constexpr double kLeftPanel = 5.9;
constexpr double kPanelMargins = render::kLeftMargin + 0.35;  // of each panel
constexpr double kNames = 1.35;                               // right of ranks and of the mix
constexpr std::size_t kWeeksThatFit = 20;                     // more make the figure wider
constexpr double kPerWeek = 0.3;
// In shares of a row's height.
constexpr double kEmptyHeight = 14.0;
constexpr double kLineHeight = 2.45;

std::string subtitle_of(const WeekFigureData& data) {
  std::size_t published = 0;
  const DrawerWeek* newest = nullptr;
  for (const DrawerWeek& week : data.weeks) {
    if (week.state != WeekState::Published) continue;
    ++published;
    newest = &week;
  }
  const auto ahead = std::ranges::count_if(data.weeks, [](const DrawerWeek& week) {
    return week.state == WeekState::Pending || week.state == WeekState::Running;
  });
  const std::string later = ahead == 0 ? "" : fmt::format(" · {} not yet published", ahead);
  if (newest == nullptr) return "No published week" + later;
  return fmt::format("{} published week{} to that of {}{}{}", published, published == 1 ? "" : "s",
                     newest->monday.iso(),
                     newest->tier.empty() ? "" : fmt::format(" (tier {})", newest->tier), later);
}

std::vector<std::string> how_to_read(const WeekFigureData& data) {
  std::vector<std::string> out{
      "Trade size: off-exchange shares a trade. Quarters of the plane are split at the medians of "
      "the ticker's own weeks shown; their words are readings, not facts.",
      "Expected: what the published share was expected to be on the week's last evening, with an "
      "80% interval; missed is expected less published. Other holds FINRA's bucket of small "
      "firms."};
  const NowcastScore& score = data.score;
  if (score.weeks > 1 && !std::isnan(score.error)) {
    out[1] += fmt::format(" Over {} weeks the mean error was {:.1f} points", score.weeks,
                          100.0 * score.error);
    if (!std::isnan(score.naive_error)) {
      out[1] += fmt::format(", that of taking the newest published week {:.1f}",
                            100.0 * score.naive_error);
    }
    if (!std::isnan(score.inside)) {
      out[1] += fmt::format("; the interval held {:.0f}%", 100.0 * score.inside);
    }
    out[1] += ".";
  }
  return out;
}

}  // namespace

std::string short_day(market::Day day) {
  static constexpr std::array<std::string_view, 12> kMonths{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const market::CivilDate date = day.civil();
  return fmt::format("{} {}", date.day, kMonths[date.month - 1]);
}

render::Panel empty_week_panel(std::string title, std::string why) {
  render::Panel out{.title = std::move(title), .empty = std::move(why)};
  out.x = {.low = 0.0, .high = 1.0, .labels = false, .grid = false};
  out.y = out.x;
  return out;
}

std::string shortened(std::string_view text, std::size_t cells) {
  if (render::display_width(text) <= cells) return std::string{text};
  std::size_t end = text.size();
  while (end > 0) {
    --end;
    const bool starts = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
    if (starts && render::display_width(text.substr(0, end)) < cells) break;
  }
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == ',')) --end;
  return std::string{text.substr(0, end)} + "…";
}

std::vector<market::Day> mondays_of(const WeekFigureData& data) {
  std::vector<market::Day> out;
  for (const DrawerWeek& week : data.weeks) out.push_back(week.monday);
  return out;
}

render::Figure week_figure(const WeekFigureData& data, const WeekFigureOptions& options) {
  render::Figure out;
  out.title = fmt::format("{}, off-exchange weeks", data.symbol.view());
  out.subtitle = subtitle_of(data);
  out.strip = options.strip;
  out.right_margin = 0.35;
  const std::size_t more = data.weeks.size() - std::min(data.weeks.size(), kWeeksThatFit);
  out.width = std::min(kWidth + kPerWeek * static_cast<double>(more), 40.0);
  const double right_panel = out.width - kLeftPanel;
  const double inches = right_panel - kPanelMargins - kNames;
  const auto beside = [&](render::Panel left, render::Panel right, double height) {
    if (!left.empty.empty() && !right.empty.empty()) height = kEmptyHeight;
    left.width = kLeftPanel;
    right.width = right_panel;
    right.right = kNames;
    out.rows.push_back({.height = height, .panels = {std::move(left), std::move(right)}});
  };
  beside(size_panel(data), rank_panel(data, inches), 42);
  const auto lines = static_cast<double>(std::max(nowcast_lines(data), kLeastLines));
  beside(nowcast_panel(data, kLeftPanel - kPanelMargins), mix_panel(data, inches),
         kLineHeight * (lines + 1.0));
  out.small_print = render::footer_lines(options.footer);
  const std::vector<std::string> words = how_to_read(data);
  out.small_print.insert(out.small_print.begin(), words.begin(), words.end());
  return out;
}

}  // namespace offex::views
