#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "offex/render/day_axis.hpp"

#include "views/compare_internal.hpp"

namespace offex::views {
namespace {

using render::Ink;
using render::Place;

// Inches on paper.
constexpr double kMargins = render::kLeftMargin + 0.25;  // of a panel, left and right
constexpr double kWidestCell = 0.42;
constexpr double kLatest = 0.62;  // right end of the newest value, seen from the last cell
constexpr double kStreak = 1.08;
constexpr double kSparkFrom = 1.28;
constexpr double kSpark = 1.5;  // at least
constexpr double kLongestSpark = 3.0;

constexpr double kUnusual = 2.0;  // scores beyond it have a colour at the row's end
constexpr double kMissing = columns::Panel::kMissing;

/// One line of the matrix, from the top.
struct MatrixRow {
  std::string label{};    ///< of a ticker
  std::string heading{};  ///< of a sector; then there is nothing else
  std::vector<double> values{};
  std::vector<double> recent{};  ///< for the sparkline
  double latest{kMissing};
  int streak{0};
  bool is_ticker{false};
};

MatrixRow row_of(const CompareFigureData& data, std::string label, std::vector<double> columns,
                 std::vector<double> daily) {
  MatrixRow out{.label = std::move(label), .values = std::move(columns)};
  const auto shown = std::span{daily}.subspan(data.first);
  out.latest = newest_of(shown);
  const std::size_t kept = std::min(daily.size(), kCompareHistory);
  out.recent.assign(daily.end() - static_cast<std::ptrdiff_t>(kept), daily.end());
  return out;
}

MatrixRow ticker_row(const CompareFigureData& data, const CompareGrid& grid, std::size_t symbol) {
  const studies::Comparison& all = data.comparison;
  MatrixRow out =
      row_of(data, all.symbols[symbol].str(), grid.values[symbol], daily_values(data, symbol));
  out.is_ticker = true;
  out.streak = all.at(symbol, all.days.size() - 1).streak;
  return out;
}

std::vector<MatrixRow> rows_of(const CompareFigureData& data, const CompareGrid& grid) {
  std::vector<MatrixRow> out;
  const studies::Comparison& all = data.comparison;
  const bool by_sector = data.sort == CompareSort::Cluster;
  for (std::size_t symbol = 0; symbol < all.symbols.size(); ++symbol) {
    const std::string& sector = all.sectors[symbol];
    if (by_sector && (symbol == 0 || sector != all.sectors[symbol - 1])) {
      out.push_back({.heading = sector.empty() ? "No sector" : sector});
    }
    out.push_back(ticker_row(data, grid, symbol));
  }
  out.push_back({.heading = "Together"});
  out.push_back(row_of(data, "all", grid.together, together_daily(data)));
  return out;
}

/// Places things on one panel: x counts columns, y counts rows from the bottom.
class MatrixPanel {
 public:
  MatrixPanel(const CompareFigureData& data, const CompareGrid& grid, double inches)
      : data_{data},
        grid_{grid},
        scale_{heat_scale(data, grid)},
        rows_{rows_of(data, grid)},
        columns_{grid.days.size()} {
    const double room = inches - kSparkFrom - kSpark;
    const auto count = static_cast<double>(std::max<std::size_t>(columns_, 1));
    cell_ = std::min(room / count, kWidestCell);
    end_ = count - 0.5;
    spark_inches_ = std::clamp(inches - kSparkFrom - cell_ * count, kSpark, kLongestSpark) - 0.1;
    high_ = inches / cell_ - 0.5;
  }

  [[nodiscard]] static double height_in_rows(std::size_t rows) {
    return static_cast<double>(rows) + 0.6;
  }
  [[nodiscard]] std::size_t num_rows() const { return rows_.size(); }
  [[nodiscard]] const HeatScale& scale() const { return scale_; }

  [[nodiscard]] render::Panel panel() && {
    render::Panel out;
    out.x = render::day_axis(grid_.days, cell_ * static_cast<double>(columns_));
    out.x.low = -0.5;
    out.x.high = high_;
    out.x.grid = false;
    out.y.low = -0.5;
    out.y.high = static_cast<double>(rows_.size()) + 0.1;
    out.y.grid = false;
    heads();
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      const double y = static_cast<double>(rows_.size() - 1 - row);
      if (!rows_[row].heading.empty()) {
        heading(rows_[row], y);
        continue;
      }
      out.y.ticks.push_back({y, rows_[row].label});
      cells(rows_[row], rows_.size() - 1 - row);
      row_end(rows_[row], y);
    }
    map_.rows = rows_.size();
    map_.columns = columns_;
    map_.limit = 1.0;
    map_.is_signed = scale_.is_signed;
    map_.values.resize(map_.rows * map_.columns, kMissing);
    out.marks = {std::move(lines_), std::move(holes_), std::move(map_),
                 std::move(spark_), std::move(ends_),  std::move(texts_)};
    return out;
  }

 private:
  /// x of a point so many inches right of the last cell.
  [[nodiscard]] double right_of(double inches) const { return end_ + inches / cell_; }

  void heads() {
    const double y = static_cast<double>(rows_.size()) - 0.1;
    const auto head = [&](double inches, std::string text, Place place) {
      texts_.texts.push_back(
          {.x = right_of(inches), .y = y, .text = std::move(text), .place = place, .size = 0.78});
    };
    head(kLatest, "latest", Place::Left);
    head(kStreak, "streak", Place::Left);
    head(kSparkFrom, fmt::format("last {} sessions", rows_.back().recent.size()), Place::Right);
  }

  void heading(const MatrixRow& row, double y) {
    texts_.texts.push_back({.x = -0.5,
                            .y = y - 0.12,
                            .text = row.heading,
                            .place = Place::Right,
                            .ink = Ink::Quiet,
                            .size = 0.82,
                            .bold = true});
    lines_.segments.push_back({.x_low = -0.5,
                               .y_low = y - 0.48,
                               .x_high = right_of(kSparkFrom + spark_inches_),
                               .y_high = y - 0.48,
                               .ink = Ink::Grid,
                               .width = 0.8});
  }

  void cells(const MatrixRow& row, std::size_t y) {
    map_.values.resize(std::max(map_.values.size(), (y + 1) * columns_), kMissing);
    const auto low = static_cast<double>(y);
    for (std::size_t column = 0; column < columns_; ++column) {
      const double value = scale_.place(row.values[column]);
      map_.values[y * columns_ + column] = value;
      if (!std::isnan(value)) continue;
      const auto x = static_cast<double>(column);
      holes_.boxes.push_back({.x_low = x - 0.46,
                              .x_high = x + 0.46,
                              .y_low = low - 0.45,
                              .y_high = low + 0.45,
                              .ink = Ink::Shade3,
                              .hatched = true});
    }
  }

  [[nodiscard]] Ink ink_of(double latest) const {
    if (!scale_.is_signed || std::isnan(latest)) return Ink::Text;
    const double unusual = studies::is_score(data_.metric) ? kUnusual : scale_.high / 2;
    if (std::fabs(latest) < unusual) return Ink::Text;
    return latest < 0 ? Ink::Negative : Ink::Positive;
  }

  void row_end(const MatrixRow& row, double y) {
    const Ink ink = ink_of(row.latest);
    texts_.texts.push_back({.x = right_of(kLatest),
                            .y = y,
                            .text = value_text(data_.metric, row.latest),
                            .place = Place::Left,
                            .ink = ink,
                            .size = 0.9,
                            .bold = ink != Ink::Text || !row.is_ticker});
    if (row.is_ticker) {
      texts_.texts.push_back({.x = right_of(kStreak),
                              .y = y,
                              .text = row.streak > 0 ? fmt::format("{}", row.streak) : "·",
                              .place = Place::Left,
                              .ink = row.streak > 0 ? Ink::Text : Ink::Quiet,
                              .size = 0.9});
    }
    sparkline(row, y, ink);
  }

  // Scores have one scale for all rows, other values one of their own.
  [[nodiscard]] ValueRange spark_range(const MatrixRow& row) const {
    if (studies::is_score(data_.metric)) return {scale_.low, scale_.high};
    ValueRange out = range_of(std::span{&row.recent, 1});
    if (scale_.is_signed) {
      out.high = std::max(std::fabs(out.low), std::fabs(out.high));
      out.low = -out.high;
    }
    if (!(out.high > out.low)) out = {out.low - 1.0, out.low + 1.0};
    return out;
  }

  void sparkline(const MatrixRow& row, double y, Ink ink) {
    const ValueRange range = spark_range(row);
    const double left = right_of(kSparkFrom);
    const double step = (right_of(kSparkFrom + spark_inches_) - left) /
                        static_cast<double>(std::max<std::size_t>(row.recent.size(), 2) - 1);
    for (std::size_t i = 0; i < row.recent.size(); ++i) {
      const double part =
          (std::clamp(row.recent[i], range.low, range.high) - range.low) / (range.high - range.low);
      spark_.x.push_back(left + static_cast<double>(i) * step);
      spark_.y.push_back(std::isnan(row.recent[i]) ? kMissing : y + 0.76 * (part - 0.5));
    }
    if (!row.recent.empty()) {
      ends_.x.push_back(spark_.x.back());
      ends_.y.push_back(spark_.y.back());
      ends_.signs.push_back(ink == Ink::Positive ? 1.0 : ink == Ink::Negative ? -1.0 : kMissing);
    }
    spark_.x.push_back(kMissing);
    spark_.y.push_back(kMissing);
  }

  const CompareFigureData& data_;
  const CompareGrid& grid_;
  HeatScale scale_;
  std::vector<MatrixRow> rows_;
  std::size_t columns_;
  double cell_{1.0}, end_{0.0}, high_{0.0}, spark_inches_{0.0};
  render::Segments lines_{};
  render::Boxes holes_{};
  render::HeatMap map_{};
  render::Line spark_{.x = {}, .y = {}, .ink = Ink::Shade2, .width = 1.0};
  render::Points ends_{.x = {}, .y = {}, .ink = Ink::Shade1, .size = 0.4, .sign_limit = 1.0};
  render::Texts texts_{};
};

double row_inches(std::size_t rows) { return rows <= 40 ? 0.215 : rows <= 90 ? 0.19 : 0.172; }

}  // namespace

void draw_matrix(const CompareFigureData& data, const CompareGrid& grid, render::Figure& out) {
  out.width = std::max(render::width_for_days(grid.days.size()), 9.0);
  out.right_margin = 0.25;
  std::size_t longest = 0;
  for (const market::Symbol& symbol : data.comparison.symbols) {
    longest = std::max(longest, symbol.size());
  }
  const double left = std::max(0.0, static_cast<double>(longest) * kPerCharacter - 0.45);
  const double inches = out.width - kMargins - left;
  const double each = row_inches(data.comparison.symbols.size());
  MatrixPanel matrix{data, grid, inches};
  const double rows = MatrixPanel::height_in_rows(matrix.num_rows());
  render::Panel key = matrix_key(data, matrix.scale(), inches);
  key.left = left;
  render::Panel panel = std::move(matrix).panel();
  panel.left = left;
  out.rows = {{.height = 0.15 / render::kInchesPerShare, .panels = {std::move(key)}},
              {.height = rows * each / render::kInchesPerShare, .panels = {std::move(panel)}}};
}

}  // namespace offex::views
