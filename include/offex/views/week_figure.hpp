#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/market/symbol.hpp"
#include "offex/render/figure.hpp"
#include "offex/store/reader.hpp"

namespace offex::views {

inline constexpr int kDrawerWeeks = 13;

struct WeekFigureRequest {
  std::vector<market::Symbol> symbols;
  int weeks{kDrawerWeeks};  ///< published ones; those still to come are added
  market::Instant now;      ///< use only what was known then
};

enum class WeekState : std::uint8_t {
  Nothing,    ///< no source has a row of the ticker
  Published,  ///< by FINRA
  Pending,    ///< over, but not yet published
  Running,    ///< sessions are still to come
};

/// One week of a ticker. NaN is missing everywhere.
struct DrawerWeek {
  static constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

  market::Day monday;
  WeekState state{WeekState::Nothing};
  std::string tier{};
  double share{kMissing};       ///< published, of the consolidated volume
  double trade_size{kMissing};  ///< shares a trade, published
  double ats{kMissing}, wholesaler{kMissing}, other{kMissing};  ///< of the off-exchange volume
  double nowcast{kMissing}, nowcast_low{kMissing}, nowcast_high{kMissing};  ///< of the share
};

enum class VenueSort : std::uint8_t { Ats, Wholesaler, Other };

/// A venue over the weeks of its ticker.
struct DrawerVenue {
  std::string name;
  VenueSort sort{VenueSort::Other};
  std::vector<double> ranks;  ///< by week, 1 is the largest
};

/// How good the nowcasts of a ticker were.
struct NowcastScore {
  int weeks{0};
  double error{DrawerWeek::kMissing};        ///< mean absolute one of the share
  double naive_error{DrawerWeek::kMissing};  ///< of taking the newest published week instead
  double inside{DrawerWeek::kMissing};       ///< share of weeks that the interval held
};

struct WeekFigureData {
  market::Symbol symbol;
  std::vector<DrawerWeek> weeks;    ///< Mondays in order, without a gap
  std::vector<DrawerVenue> venues;  ///< the largest of the newest week with venues come first
  NowcastScore score{};
};

/// Largest number of venues whose ranks are drawn.
inline constexpr std::size_t kDrawerVenues = 8;

/// Computes the drawers of some tickers, in order.
[[nodiscard]] Result<std::vector<WeekFigureData>> load_week_figures(
    const store::Reader& reader, const WeekFigureRequest& request);

struct WeekFigureOptions {
  std::vector<render::Fact> strip{};
  render::Footer footer{};
};

/// Describes the figure: share against trade size, ranks of venues, published against nowcast, and
/// who traded. Panels without data say so.
[[nodiscard]] render::Figure week_figure(const WeekFigureData& data,
                                         const WeekFigureOptions& options);

}  // namespace offex::views
