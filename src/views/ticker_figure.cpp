#include "offex/views/ticker_figure.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "offex/render/day_axis.hpp"
#include "offex/views/clock.hpp"

#include "views/ticker_internal.hpp"

namespace offex::views {
namespace {

/// What a panel is called by `--panels`, and its share of the height.
struct PanelKind {
  std::string_view name;
  double height;
};
constexpr std::array<PanelKind, kTickerPanels> kPanels{{{"share", 20.0},
                                                        {"mix", 14.0},
                                                        {"short", 14.0},
                                                        {"lit", 12.0},
                                                        {"price", 26.0},
                                                        {"surprise", 12.0},
                                                        {"score", 8.0},
                                                        {"log-ratio", 10.0},
                                                        {"otc", 14.0},
                                                        {"label", 3.0}}};

constexpr double kSides = 1.8;  // inches beside the panels

const PanelKind& kind_of(TickerPanel panel) { return kPanels[static_cast<std::size_t>(panel)]; }

std::size_t present(const Series& series) {
  return static_cast<std::size_t>(
      std::ranges::count_if(series, [](double value) { return !std::isnan(value); }));
}

/// How much of what the figure could show is there.
render::Fact coverage(const TickerData& data) {
  const std::size_t slots = data.days.size();
  const std::size_t daily = present(data[TickerValue::ShortRatio]);
  const auto published = std::ranges::count_if(data.weeks, [&](const TickerWeek& week) {
    return week.published && !slots_of(data, week, WeekTime::Event).empty();
  });
  const double part = slots == 0 ? 0.0 : static_cast<double>(daily) / static_cast<double>(slots);
  const char grade = part >= 0.98 ? 'A' : part >= 0.9 ? 'B' : part >= 0.5 ? 'C' : 'D';
  return {.name = "Coverage",
          .value = fmt::format("{}, {} of {} {}, {}", grade, daily, slots,
                               data.by_week ? "weeks" : "sessions",
                               published == 1 ? "1 week" : fmt::format("{} weeks", published))};
}

std::vector<TickerPanel> order_of(const TickerFigureOptions& options) {
  std::vector<TickerPanel> out = options.panels;
  const auto price = std::ranges::find(out, TickerPanel::Price);
  if (price == out.end()) return out;
  if (options.price_on_top) {
    std::rotate(out.begin(), price, price + 1);
  } else {
    std::rotate(price, price + 1, out.end());
  }
  return out;
}

std::string subtitle_of(const TickerData& data, WeekTime time) {
  if (data.days.empty()) return "";
  std::string out = fmt::format("{} to {}, {} sessions", data.range.first.iso(),
                                data.range.last.iso(), data.sessions);
  if (data.by_week) out += ", shown by week";
  out += time == WeekTime::Event ? "; weekly numbers stand at the week that they describe"
                                 : "; weekly numbers stand where they became public";
  return out;
}

}  // namespace

std::string_view to_string(TickerPanel panel) { return kind_of(panel).name; }

std::optional<TickerPanel> parse_ticker_panel(std::string_view text) {
  const auto found = std::ranges::find(kPanels, text, &PanelKind::name);
  if (found == kPanels.end()) return std::nullopt;
  return static_cast<TickerPanel>(found - kPanels.begin());
}

std::vector<TickerPanel> default_ticker_panels() {
  return {TickerPanel::Share, TickerPanel::Mix, TickerPanel::Short, TickerPanel::Lit,
          TickerPanel::Price};
}

bool wants(const TickerRequest& request, TickerPanel panel) {
  return std::ranges::find(request.panels, panel) != request.panels.end();
}

render::Figure ticker_figure(const TickerData& data, const TickerFigureOptions& options) {
  render::Figure out{.title = std::string{data.symbol.view()},
                     .subtitle = subtitle_of(data, options.time),
                     .strip = options.clock,
                     .small_print = options.small_print,
                     .width = render::width_for_days(data.days.size()),
                     .right_margin = 1.15};
  out.strip.push_back(coverage(data));
  // The bands of weeks look back farthest.
  constexpr int kLongestPast = 26 * 5;
  std::vector<std::string> notes = break_notes(data.days, kLongestPast);
  out.small_print.insert(out.small_print.begin(), notes.begin(), notes.end());
  const std::vector<TickerPanel> order = order_of(options);
  const render::Axis days = render::day_axis(data.days, out.width - kSides);
  for (std::size_t i = 0; i < order.size(); ++i) {
    render::Panel panel = ticker_panel(data, order[i], options.time);
    panel.x = days;
    panel.x.labels = i + 1 == order.size();
    if (panel.empty.empty()) {
      for (render::Mark& mark : break_rules(data.days)) {
        // Named once, on top.
        if (i > 0) std::get<render::Rule>(mark).label.clear();
        panel.marks.push_back(std::move(mark));
      }
    }
    // A panel without anything to show needs no room for it.
    const double height =
        panel.empty.empty() ? kind_of(order[i]).height : std::min(kind_of(order[i]).height, 5.0);
    out.rows.push_back({.height = height, .panels = {std::move(panel)}});
  }
  return out;
}

}  // namespace offex::views
