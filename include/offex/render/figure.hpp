#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "offex/render/gnuplot.hpp"
#include "offex/render/table_view.hpp"

// A figure is a description: panels in rows, each with axes and marks. It is made in one place and
// drawn by `figure_script`, so that a new panel is a few lines. NaN is a missing value everywhere:
// a line breaks there, a bar or cell is left out.
namespace offex::render {

/// What a mark is drawn with. Hue is for signed data only: Positive is blue, Negative orange. All
/// else is a shade of one grey-blue.
enum class Ink : std::uint8_t {
  Text,
  Quiet,
  Grid,
  Band,
  Shade1,
  Shade2,
  Shade3,
  Positive,
  Negative
};

enum class Dash : std::uint8_t { Solid, Dashed, Dotted };

/// A line through points; `steps` draws it level from each point to the next.
struct Line {
  std::vector<double> x{}, y{};
  Ink ink{Ink::Shade1};
  double width{1.4};  ///< points
  Dash dash{Dash::Solid};
  bool steps{false};
};

/// The area between two lines.
struct Band {
  std::vector<double> x{}, low{}, high{};
  Ink ink{Ink::Band};
};

/// Rectangles. Hatched ones stand for what is not known yet.
struct Box {
  double x_low{0.0}, x_high{0.0}, y_low{0.0}, y_high{0.0};
  Ink ink{Ink::Shade2};
  bool hatched{false};
};
struct Boxes {
  std::vector<Box> boxes;
};

/// Straight pieces, for example the level of a week from Monday to Friday.
struct Segment {
  double x_low{0.0}, y_low{0.0}, x_high{0.0}, y_high{0.0};
  Ink ink{Ink::Shade1};
  double width{2.4};
  Dash dash{Dash::Solid};
};
struct Segments {
  std::vector<Segment> segments;
};

/// Coloured cells. Column c lies around x = c + `x_first`, row r around y = r (row 0 is lowest).
/// Signed values go from orange over paper to blue at -limit, 0, limit; others from paper to
/// Shade1 at 0, limit. A missing cell stays empty.
struct HeatMap {
  std::size_t rows{0}, columns{0};
  std::vector<double> values{};  ///< rows x columns
  double limit{3.0};
  bool is_signed{true};
  double x_first{0.0};
};

/// Bars of open, high, low and close; blue when the close is not below the open, else orange.
struct PriceBars {
  std::vector<double> x, open, high, low, close;
};

enum class Shape : std::uint8_t { Disc, Ring, TriangleUp, TriangleDown, Diamond, Cross };
struct Points {
  std::vector<double> x{}, y{};
  Ink ink{Ink::Shade1};
  Shape shape{Shape::Disc};
  double size{1.0};             ///< 1 is about as high as a small letter
  std::vector<double> sizes{};  ///< of each point, if not all are of `size`
  std::vector<double> signs{};  ///< colours each point by sign and height, as in HeatMap
  double sign_limit{3.0};
};

enum class Place : std::uint8_t { Left, Centre, Right };  ///< of the text, seen from its point
struct Text {
  double x, y;
  std::string text;
  Place place{Place::Centre};  ///< Right: the text begins at the point
  Ink ink{Ink::Quiet};
  double size{0.85};  ///< 1 is the size of axis labels
  bool bold{false};
  double turn{0.0};  ///< degrees
};
struct Texts {
  std::vector<Text> texts;
};

/// A line across the whole panel, at one value of x or y, with an optional label at its end.
struct Rule {
  double at{0.0};
  bool vertical{false};
  Ink ink{Ink::Quiet};
  Dash dash{Dash::Solid};
  double width{0.8};
  std::string label{};
};

/// Drawn in order, the first lowest.
using Mark = std::variant<Line, Band, Boxes, Segments, HeatMap, PriceBars, Points, Texts, Rule>;

/// How numbers on an axis are written.
enum class Unit : std::uint8_t {
  Number,   ///< 1.5
  Percent,  ///< 0.452 as 45%
  Points,   ///< 0.031 as +3.1, percentage points with their sign
  Signed,   ///< +1.5
  Price,    ///< 12.50
  Short,    ///< 1.2M
};

struct Tick {
  double at;
  std::string text;
};

struct Axis {
  std::optional<double> low{}, high{};  ///< empty: what the marks need, with a margin
  std::vector<Tick> ticks{};            ///< empty: round values
  Unit unit{Unit::Number};
  bool log{false};
  bool zero{false};   ///< the range holds 0
  bool labels{true};  ///< false: grid lines only
  bool grid{true};
  std::string title{};
};

struct Panel {
  std::string title;
  std::string note{};  ///< small print at the right end of the title's line
  std::vector<Mark> marks{};
  Axis x{}, y{};
  std::string empty{};           ///< why there is nothing to draw; shown in the place of the marks
  double width{1.0};             ///< share of its row
  double left{0.0}, right{0.0};  ///< inches of margin beyond the figure's, for long labels
};

/// Inches of a row's height to one share.
inline constexpr double kInchesPerShare = 0.085;
/// Inches left of the marks of every panel, for the labels of its axis.
inline constexpr double kLeftMargin = 0.62;

struct PanelRow {
  double height;  ///< in shares
  std::vector<Panel> panels;
};

struct Figure {
  std::string title;
  std::string subtitle{};
  std::vector<Fact> strip{};  ///< small facts below the title
  std::vector<PanelRow> rows{};
  std::vector<std::string> small_print{};  ///< as-of, sources, disclaimer; wrapped to the width
  double width{9.0};                       ///< inches
  double right_margin{0.9};                ///< inches, room for labels at the ends of lines
  Theme theme{Theme::Light};
};

/// Returns the inches that a figure over so many sessions, or weeks, takes: 4 + 0.11 x days, 9 to
/// 40. Beyond 17 inches what a figure says grows with it, so that it can be read as a whole.
[[nodiscard]] double width_for_days(std::size_t days);

/// Returns the height of a figure in inches.
[[nodiscard]] double height_of(const Figure& figure);

/// Returns the commands that draw the figure, data included; `Drawing::script` of `draw`.
[[nodiscard]] std::string figure_script(const Figure& figure, ImageFormat format);

}  // namespace offex::render
