#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "render/figure_axis_internal.hpp"

namespace offex::render {
namespace {

constexpr double kMargin = 0.06;  // of the range, beyond the marks on each side
constexpr double kInchesPerTickX = 0.85;
constexpr double kInchesPerTickY = 0.34;
constexpr double kLargest = 1e300;     // sums and differences of such numbers are still numbers
constexpr double kLeastLength = 1e-8;  // of the numbers at its ends; a script has ten digits
constexpr Range kNoData{0.0, 1.0};
constexpr Range kNoDataLog{1.0, 10.0};

/// Smallest and largest of what it is shown.
class Extent {
 public:
  explicit Extent(bool log) : log_{log} {}

  void add(double value) {
    if (!std::isfinite(value) || (log_ && value <= 0.0)) return;
    value = std::clamp(value, -kLargest, kLargest);
    low_ = std::min(low_, value);
    high_ = std::max(high_, value);
  }
  void add(std::span<const double> values) {
    for (const double value : values) add(value);
  }
  [[nodiscard]] bool empty() const { return low_ > high_; }
  [[nodiscard]] Range range() const { return {low_, high_}; }

 private:
  double low_{std::numeric_limits<double>::infinity()};
  double high_{-std::numeric_limits<double>::infinity()};
  bool log_;
};

/// Shows an extent what a mark takes up along one axis.
struct Measure {
  Extent& extent;
  bool x;

  void operator()(const Line& line) const { extent.add(x ? line.x : line.y); }
  void operator()(const Band& band) const {
    if (x) return extent.add(band.x);
    extent.add(band.low);
    extent.add(band.high);
  }
  void operator()(const Boxes& boxes) const {
    for (const Box& box : boxes.boxes) {
      extent.add(x ? box.x_low : box.y_low);
      extent.add(x ? box.x_high : box.y_high);
    }
  }
  void operator()(const Segments& segments) const {
    for (const Segment& segment : segments.segments) {
      extent.add(x ? segment.x_low : segment.y_low);
      extent.add(x ? segment.x_high : segment.y_high);
    }
  }
  void operator()(const HeatMap& map) const {
    extent.add(x ? map.x_first - 0.5 : -0.5);
    extent.add(
        (x ? map.x_first + static_cast<double>(map.columns) : static_cast<double>(map.rows)) - 0.5);
  }
  void operator()(const PriceBars& bars) const {
    if (x) return extent.add(bars.x);
    extent.add(bars.low);
    extent.add(bars.high);
  }
  void operator()(const Points& points) const { extent.add(x ? points.x : points.y); }
  // Texts hang on other marks; a rule that lies beyond them is left out.
  void operator()(const Texts&) const {}
  void operator()(const Rule&) const {}
};

/// Whether the ends are too close for numbers of their size.
bool is_short(Range range) {
  const double largest = std::max(std::fabs(range.low), std::fabs(range.high));
  return !(range.high - range.low > kLeastLength * largest);
}

Range widened(Range range, bool log) {
  if (log) {
    const double factor = std::max(std::pow(range.high / range.low, kMargin), 1.05);
    return {range.low / factor, range.high * factor};
  }
  double margin = (range.high - range.low) * kMargin;
  if (is_short(range)) margin = range.high == 0.0 ? 1.0 : std::fabs(range.high) * kMargin;
  return {range.low - margin, range.high + margin};
}

Range range_of(const Axis& axis, const std::vector<Mark>& marks, bool along_x) {
  Extent extent{axis.log};
  for (const Mark& mark : marks) std::visit(Measure{extent, along_x}, mark);
  if (axis.zero && !axis.log) extent.add(0.0);
  const Range none = axis.log ? kNoDataLog : kNoData;
  const Range needed = extent.empty() ? none : extent.range();
  // Bars stand on zero: no margin below them.
  const bool on_zero = axis.zero && needed.low == 0.0;
  const bool below_zero = axis.zero && needed.high == 0.0;
  const Range wide = extent.empty() ? none : widened(needed, axis.log);
  Range out{on_zero ? 0.0 : wide.low, below_zero ? 0.0 : wide.high};
  // No logarithm has an end at zero or below.
  const auto is_end = [&](const std::optional<double>& end) {
    return end && (!axis.log || *end > 0.0);
  };
  if (is_end(axis.low)) out.low = *axis.low;
  if (is_end(axis.high)) out.high = *axis.high;
  if (is_short(out)) out.high = out.low + std::max(1.0, std::fabs(out.low) * kMargin);
  return out;
}

double step_for(double span, double most_ticks) {
  const double raw = span / std::max(most_ticks, 1.0);
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0, 10.0}) {
    if (factor * power >= raw * (1.0 - 1e-9)) return factor * power;
  }
  return 10.0 * power;
}

std::vector<Tick> linear_ticks(Range range, double most, Unit unit) {
  const double step = step_for(range.high - range.low, most);
  std::vector<Tick> out;
  const double slack = 1e-9 * step;
  const double first = std::ceil((range.low - slack) / step);
  const double last = std::floor((range.high + slack) / step);
  // Counted by whole numbers: adding one to a large double may change nothing.
  const auto count = static_cast<std::size_t>(std::max(last - first + 1.0, 0.0));
  for (std::size_t i = 0; i < count; ++i) {
    const double at = (first + static_cast<double>(i)) * step;
    out.push_back({at, tick_text(at, step, unit)});
  }
  return out;
}

std::vector<Tick> log_ticks(Range range, double most, Unit unit) {
  const double decades = std::log10(range.high / range.low);
  std::vector<double> factors{1.0};
  if (decades * 3.0 <= most) factors = {1.0, 2.0, 5.0};
  const double stride = std::max(1.0, std::ceil(decades / most));
  std::vector<Tick> out;
  for (double power = std::floor(std::log10(range.low)); power <= std::log10(range.high);
       power += stride) {
    for (const double factor : factors) {
      const double at = factor * std::pow(10.0, power);
      if (at < range.low * (1.0 - 1e-9) || at > range.high * (1.0 + 1e-9)) continue;
      out.push_back({at, tick_text(at, at, unit)});
    }
  }
  // Between two of them lie round numbers, too.
  return out.size() < 2 ? linear_ticks(range, most, unit) : out;
}

int decimals_for(double step) {
  int out = 0;
  for (double scaled = step; out < 6; ++out, scaled *= 10.0) {
    if (std::fabs(scaled - std::round(scaled)) < 1e-6 * scaled) break;
  }
  return out;
}

/// A number with as many decimals as its step has; far from one in the way of scientists.
std::string plain_text(double value, double step, bool sign) {
  const bool far = std::fabs(value) >= 1e15 || (value != 0.0 && step < 1e-6);
  if (far) return sign ? fmt::format("{:+.4g}", value) : fmt::format("{:.4g}", value);
  const int decimals = decimals_for(step);
  return sign ? fmt::format("{:+.{}f}", value, decimals) : fmt::format("{:.{}f}", value, decimals);
}

std::string without_minus_of_zero(std::string text) {
  const bool zero = text.find_first_of("123456789") == std::string::npos;
  if (zero && (text.starts_with('-') || text.starts_with('+'))) text.erase(0, 1);
  return text;
}

std::string short_text(double value, double step) {
  static constexpr std::array<std::pair<double, std::string_view>, 4> kUnits{
      {{1e12, "T"}, {1e9, "B"}, {1e6, "M"}, {1e3, "k"}}};
  for (const auto& [unit, letter] : kUnits) {
    if (std::fabs(value) < unit) continue;
    return fmt::format("{:.{}f}{}", value / unit, decimals_for(step / unit), letter);
  }
  return plain_text(value, step, false);
}

}  // namespace

std::string tick_text(double value, double step, Unit unit) {
  switch (unit) {
    case Unit::Percent:
      return without_minus_of_zero(
          fmt::format("{:.{}f}%", 100.0 * value, decimals_for(100.0 * step)));
    case Unit::Points:
      return without_minus_of_zero(
          fmt::format("{:+.{}f}", 100.0 * value, decimals_for(100.0 * step)));
    case Unit::Signed:
      return without_minus_of_zero(plain_text(value, step, true));
    case Unit::Price:
      return fmt::format("{:.{}f}", value, std::max(decimals_for(step), step < 1.0 ? 2 : 0));
    case Unit::Short:
      return without_minus_of_zero(short_text(value, step));
    case Unit::Number:
      break;
  }
  return without_minus_of_zero(plain_text(value, step, false));
}

ShownAxis shown_axis(const Axis& axis, const std::vector<Mark>& marks, bool along_x,
                     double inches) {
  ShownAxis out{.range = range_of(axis, marks, along_x)};
  if (!axis.ticks.empty()) {
    for (const Tick& tick : axis.ticks) {
      if (tick.at >= out.range.low && tick.at <= out.range.high) out.ticks.push_back(tick);
    }
    return out;
  }
  const double most = std::max(inches / (along_x ? kInchesPerTickX : kInchesPerTickY), 2.0);
  out.ticks = axis.log && out.range.low > 0.0 ? log_ticks(out.range, most, axis.unit)
                                              : linear_ticks(out.range, most, axis.unit);
  return out;
}

}  // namespace offex::render
