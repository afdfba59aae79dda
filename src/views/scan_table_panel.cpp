#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "offex/columns/cells.hpp"

#include "views/market_parts_internal.hpp"
#include "views/scan_panels_internal.hpp"

// The listed names: a table whose numbers are drawn. Its x is inches from its left edge, its y the
// rows, the best on top.
namespace offex::views {
namespace {

using render::Ink;
using render::Place;
using render::Text;

constexpr double kOutdent = 0.44;  // the table begins left of the other panels
constexpr double kRoom = kScanWidth - render::kLeftMargin + kOutdent - kScanRight;
constexpr double kRowShares = 2.35;

// Where columns stand, in inches.
constexpr double kRank = 0.22;
constexpr double kName = 0.34;
constexpr double kTag = 1.22;
constexpr double kGrade = 2.22;
constexpr double kStreak = 2.62;
constexpr double kRatio = 3.42;
constexpr double kVolumeZ = 4.75;  // zero of its bars
constexpr double kRatioZ = 6.75;
constexpr double kQ = 8.42;
constexpr double kMultiple = 9.12;
constexpr double kDollars = 9.82;
constexpr double kReturn = 10.48;
constexpr double kSparkFrom = 10.68;
constexpr double kSparkTo = kRoom;
constexpr double kPerZ = 0.105;  // inches of a bar
constexpr double kMostZ = 6.0;

/// Draws rows into the marks of the panel.
class NameTable {
 public:
  explicit NameTable(const ScanFigureData& data)
      : data_{data}, count_{std::min(data.top, data.scan.rows.num_rows())} {}

  [[nodiscard]] std::vector<render::Mark> marks() && {
    heading();
    for (std::size_t row = 0; row < count_; ++row) write(row);
    mark_chance();
    std::vector<render::Mark> out{guides(), std::move(bars_)};
    for (render::Line& line : sparks_) out.emplace_back(std::move(line));
    out.emplace_back(std::move(ends_));
    out.emplace_back(std::move(lines_));
    out.emplace_back(std::move(texts_));
    return out;
  }
  [[nodiscard]] std::size_t rows() const { return count_; }

 private:
  [[nodiscard]] double level(std::size_t row) const {
    return static_cast<double>(count_ - 1 - row);
  }
  [[nodiscard]] double number(std::string_view column, std::size_t row) const {
    return columns::number_of(data_.scan.rows, column, row);
  }
  [[nodiscard]] std::string text(std::string_view column, std::size_t row) const {
    return columns::text_of(data_.scan.rows, column, row);
  }
  [[nodiscard]] bool flagged(std::size_t row) const {
    return number(q_column(data_.by), row) <= data_.scan.rate;
  }

  void say(double x, double y, std::string words, Place place, Ink ink, bool bold = false) {
    texts_.texts.push_back(
        Text{.x = x, .y = y, .text = std::move(words), .place = place, .ink = ink, .bold = bold});
  }

  void heading() {
    const auto y = static_cast<double>(count_) - 0.05;
    const std::string spark =
        fmt::format("{}, {} sessions", spark_name(), data_.history.days.size());
    const std::array<std::tuple<double, Place, std::string>, 12> words{
        {{kName, Place::Right, "name"},
         {kTag, Place::Right, "tag"},
         {kGrade, Place::Centre, "grade"},
         {kStreak, Place::Centre, "streak"},
         {kRatio, Place::Centre, "short, expected"},
         {kVolumeZ, Place::Centre, "z_v volume"},
         {kRatioZ, Place::Centre, "z_r short ratio"},
         {kQ, Place::Left, fmt::format("{}", q_column(data_.by))},
         {kMultiple, Place::Left, "× usual"},
         {kDollars, Place::Left, "$ a day"},
         {kReturn, Place::Left, "day"},
         {kSparkFrom, Place::Right, spark}}};
    for (const auto& [x, place, word] : words) {
      texts_.texts.push_back({.x = x, .y = y, .text = word, .place = place, .size = 0.78});
    }
  }

  void write(std::size_t row) {
    const double y = level(row);
    const Ink ink = flagged(row) ? Ink::Text : Ink::Quiet;
    say(kRank, y, fmt::format("{}", row + 1), Place::Left, Ink::Quiet);
    say(kName, y, text("symbol", row), Place::Right, ink, flagged(row));
    say(kTag, y, tag(row), Place::Right, ink);
    say(kGrade, y, text("grade", row), Place::Centre, ink);
    if (const double streak = number("streak", row); streak > 0.0) {
      say(kStreak, y, fmt::format("{:.0f}", streak), Place::Centre, ink);
    }
    say(kRatio, y,
        fmt::format("{} ({})", percent_text(number("short_ratio", row), 0),
                    percent_text(number("expected_ratio", row), 0)),
        Place::Centre, ink);
    bar(kVolumeZ, y, number("z_v", row), ink);
    bar(kRatioZ, y, number("z_r", row), ink);
    say(kQ, y, q_text(row), Place::Left, ink);
    const double multiple = number("multiple", row);
    say(kMultiple, y, std::isnan(multiple) ? "–" : fmt::format("{:.1f}×", multiple), Place::Left,
        ink);
    say(kDollars, y, dollars_text(number("dollar_volume", row)), Place::Left, ink);
    const double change = data_.returns[row];
    say(kReturn, y, std::isnan(change) ? "–" : fmt::format("{:+.1f}%", 100.0 * change), Place::Left,
        std::isnan(change) ? Ink::Quiet
        : change < 0.0     ? Ink::Negative
                           : Ink::Positive);
    sparkline(row);
  }

  [[nodiscard]] std::string tag(std::size_t row) const {
    std::string out = text("tag", row);
    if (out == "NONE") out = "–";
    if (!std::isnan(number("split_suggested", row))) out += " SPLIT?";
    if (number("split_known", row) > 0.0) out += " split";
    return out;
  }

  [[nodiscard]] std::string q_text(std::size_t row) const {
    const double q = number(q_column(data_.by), row);
    return std::isnan(q) ? "–" : q < 0.001 ? "<0.001" : fmt::format("{:.3f}", q);
  }

  void bar(double zero, double y, double z, Ink ink) {
    if (std::isnan(z)) return say(zero, y, "–", Place::Centre, Ink::Quiet);
    const double end = zero + kPerZ * std::clamp(z, -kMostZ, kMostZ);
    bars_.boxes.push_back({.x_low = std::min(zero, end),
                           .x_high = std::max(zero, end),
                           .y_low = y - 0.29,
                           .y_high = y + 0.29,
                           .ink = z < 0.0 ? Ink::Negative : Ink::Positive});
    say(end + (z < 0.0 ? -0.05 : 0.05), y, signed_text(z, 1), z < 0.0 ? Place::Left : Place::Right,
        ink);
  }

  [[nodiscard]] studies::CompareMetric spark_metric() const {
    switch (data_.by) {
      case studies::RankBy::Ratio:
        return studies::CompareMetric::ZR;
      case studies::RankBy::Persistence:
        return studies::CompareMetric::ZP;
      default:
        return studies::CompareMetric::ZV;
    }
  }
  [[nodiscard]] std::string_view spark_name() const { return studies::to_string(spark_metric()); }

  void sparkline(std::size_t row) {
    const studies::Comparison& history = data_.history;
    const auto at = std::ranges::find(history.symbols, text("symbol", row), &market::Symbol::view);
    if (at == history.symbols.end() || history.days.size() < 2) return;
    const auto symbol = static_cast<std::size_t>(at - history.symbols.begin());
    render::Line line;
    line.width = 1.0;
    line.ink = flagged(row) ? Ink::Shade1 : Ink::Shade2;
    const double step =
        (kSparkTo - kSparkFrom - 0.05) / static_cast<double>(history.days.size() - 1);
    for (std::size_t day = 0; day < history.days.size(); ++day) {
      const double z = history.at(symbol, day)[spark_metric()];
      line.x.push_back(kSparkFrom + step * static_cast<double>(day));
      // One scale for all rows: 4 is the height of half a row.
      line.y.push_back(level(row) + 0.46 * std::clamp(z, -4.0, 4.0) / 4.0);
      if (std::isnan(z)) line.y.back() = kMissing;
    }
    ends_.x.push_back(line.x.back());
    ends_.y.push_back(line.y.back());
    ends_.signs.push_back(history.at(symbol, history.days.size() - 1)[spark_metric()]);
    sparks_.push_back(std::move(line));
  }

  [[nodiscard]] render::Segments guides() const {
    render::Segments out;
    const double high = static_cast<double>(count_) - 0.5;
    for (const double zero : {kVolumeZ, kRatioZ}) {
      out.segments.push_back({zero, -0.5, zero, high, Ink::Shade3, 0.8});
    }
    for (std::size_t row = 0; row < count_; ++row) {
      out.segments.push_back({kSparkFrom, level(row), kSparkTo - 0.05, level(row), Ink::Grid, 0.8});
    }
    out.segments.push_back({0.0, high, kRoom, high, Ink::Shade3, 0.8});
    return out;
  }

  /// A line below the last flagged name.
  void mark_chance() {
    std::size_t last = 0;
    while (last < count_ && flagged(last)) ++last;
    if (last == count_) return;
    const double y = level(last) + 0.5;
    if (last > 0)
      lines_.segments.push_back({0.0, y, kRoom, y, Ink::Quiet, 0.9, render::Dash::Dashed});
  }

  const ScanFigureData& data_;
  std::size_t count_;
  render::Boxes bars_;
  std::vector<render::Line> sparks_;
  render::Points ends_{.x = {}, .y = {}, .size = 0.6};
  render::Segments lines_;
  render::Texts texts_;
};

}  // namespace

render::PanelRow ranked_names(const ScanFigureData& data) {
  render::Panel out{.title = "Most unusual names"};
  out.left = -kOutdent;
  out.x = {.low = 0.0, .high = kRoom, .labels = false, .grid = false};
  out.x.ticks = {{0.0, ""}};
  out.y = {.labels = false, .grid = false};
  out.y.ticks = {{0.0, ""}};
  if (const std::string why = nothing_tested(data); !why.empty()) {
    return {10.0, {empty_panel(out.title, why)}};
  }
  NameTable table{data};
  const std::size_t rows = table.rows();
  out.y.low = -0.6;
  out.y.high = static_cast<double>(rows) + 0.4;
  out.note = data.scan.discoveries == 0 ? "nothing here can be told from chance"
             : data.scan.discoveries < rows
                 ? "below the dashed line: cannot be told from chance"
                 : fmt::format("{} of {} flagged names", rows, data.scan.discoveries);
  out.marks = std::move(table).marks();
  return {kRowShares * (static_cast<double>(rows) + 1.0), {std::move(out)}};
}

}  // namespace offex::views
