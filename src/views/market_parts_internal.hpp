#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offex/columns/batch.hpp"
#include "offex/market/day.hpp"
#include "offex/render/figure.hpp"

#include "views/number_text_internal.hpp"

// What the figures of the market share.
namespace offex::views {

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
/// Beyond so many sessions a figure has one point a week.
inline constexpr std::size_t kDailySessions = 260;
/// A z-score beyond it has a colour.
inline constexpr double kUnusualZ = 2.0;

/// Sessions as points of an axis: each is one, and beyond kDailySessions each week is.
class TimePoints {
 public:
  TimePoints() = default;
  explicit TimePoints(std::vector<market::Day> sessions);

  [[nodiscard]] std::size_t size() const { return days_.size(); }
  [[nodiscard]] bool weekly() const { return weekly_; }
  /// Last session of each point.
  [[nodiscard]] const std::vector<market::Day>& days() const { return days_; }
  [[nodiscard]] std::vector<double> x() const;
  /// Returns values by session as values by point: of a week, the mean of those there are.
  [[nodiscard]] std::vector<double> means(std::span<const double> by_session) const;
  /// Returns the points from `first` to `last`, which may lie between sessions; nothing when no
  /// point does.
  struct Span {
    std::size_t first, last;
  };
  [[nodiscard]] std::optional<Span> span(market::Day first, market::Day last) const;

 private:
  std::vector<market::Day> days_;
  std::vector<std::size_t> point_;  // by session
  bool weekly_{false};
};

/// Returns a column by session, NaN where there is no row. \param group rows of this
/// (group_kind, group_name) alone; empty: all rows
struct GroupKey {
  std::string_view kind, name;
};
[[nodiscard]] std::vector<double> by_session(const columns::Batch& rows, std::string_view column,
                                             std::span<const market::Day> sessions,
                                             std::optional<GroupKey> group = {});

/// Returns the days of a column, ascending, each once.
[[nodiscard]] std::vector<market::Day> days_in(const columns::Batch& rows, std::string_view column);

/// Bars from zero. Blue and orange by sign; those that `coloured` does not have are grey.
[[nodiscard]] render::Boxes signed_bars(std::span<const double> values,
                                        const std::vector<bool>* coloured = nullptr);

/// Shares of height of a row that only says why it has nothing to draw.
inline constexpr double kEmptyHeight = 7.0;
/// Returns a panel that only says why it has nothing to draw.
[[nodiscard]] render::Panel empty_panel(std::string title, std::string_view why);

struct Limits {
  double low, high;
};
/// Returns the range of what is finite in all of them, with a margin, or 0 to 1.
/// \param zero the range holds 0
[[nodiscard]] Limits limits_of(const std::vector<std::span<const double>>& values,
                               bool zero = false);

/// Faint stripes where options expire (third Fridays) and where a quarter ends, when indexes and
/// funds are rebalanced; drawn first, below all else. \param limits of the panel's y axis
[[nodiscard]] render::Boxes calendar_shades(const TimePoints& time, Limits limits);
/// What the stripes are, for the small print.
[[nodiscard]] std::string_view shades_text();

/// Adds a line, with dots for values that stand alone and would not be seen.
void add_line(render::Line line, std::vector<render::Mark>& marks);

/// The last value of a line, told at its end.
struct EndLabel {
  double value;
  std::string text;
  render::Ink ink{render::Ink::Text};
};
/// Returns labels right of `x` that do not run into each other. \param inches height of the panel
[[nodiscard]] render::Texts end_labels(std::vector<EndLabel> labels, double x, Limits limits,
                                       double inches);

/// Returns positions that are at least `gap` apart, near the wanted ones and in their order.
[[nodiscard]] std::vector<double> spread(std::span<const double> wanted, double gap);

/// The newest value that there is; NaN for none.
[[nodiscard]] double last_of(std::span<const double> values);
[[nodiscard]] bool any_value(std::span<const double> values);

[[nodiscard]] std::string dollars_text(double value);  ///< 1.2B

}  // namespace offex::views
