#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/market/symbol.hpp"
#include "offex/render/figure.hpp"
#include "offex/store/reader.hpp"
#include "offex/views/week_time.hpp"

// The figure of one ticker: price, what trades away from the exchanges, who sells short, who
// crosses the spread, what the scanner says.
namespace offex::views {

enum class TickerPanel : std::uint8_t {
  Share,  ///< daily and weekly off-exchange share, with the nowcast of weeks to come
  Mix,    ///< ATS, wholesalers and others, by week
  Short,  ///< short ratio against its own past
  Lit,    ///< who crossed the spread on the exchanges
  Price,
  Surprise,  ///< a row of z for each metric
  Score,     ///< the composite
  LogRatio,  ///< ln(lit buy / lit sell), as the first seed shows it
  OtcFlow,   ///< weekly off-exchange volume split by the week's lit buy ratio; an estimate
  Decision,  ///< the composite's label
};
inline constexpr std::size_t kTickerPanels = 10;
[[nodiscard]] std::string_view to_string(TickerPanel panel);  ///< "share"
[[nodiscard]] std::optional<TickerPanel> parse_ticker_panel(std::string_view text);
/// Returns share, mix, short, lit and price.
[[nodiscard]] std::vector<TickerPanel> default_ticker_panels();

/// One series of values by slot; NaN is missing.
using Series = std::vector<double>;

/// One week of FINRA's weekly data.
struct TickerWeek {
  market::Day monday;
  std::optional<market::Day> published{};         ///< empty: not yet, as of the question
  double share{};                                 ///< published, or expected; NaN: neither
  double low{}, high{};                           ///< of what is expected; NaN for published weeks
  double band_low{}, band_middle{}, band_high{};  ///< middle half and median of 26 weeks before
  double ats{}, wholesaler{}, other{};            ///< of the off-exchange volume
  double volume{};                                ///< shares, published or expected
};

struct TickerHit {
  std::size_t slot;
  double z_v, z_r;
};

/// What one slot has of one ticker; volumes are shares.
enum class TickerValue : std::uint8_t {
  Open,
  High,
  Low,
  Close,
  Volume,
  ShortVolume,
  TotalVolume,
  OffexShare,
  ShortRatio,
  ShortChange,  ///< less the median of the 60 sessions before
  ShortLow,     ///< 10 % of them lie below; less their median
  ShortHigh,    ///< 10 % of them lie above; less their median
  LitBuy,
  LitSell,
  LitUnclassified,
  LitImbalance,  ///< (buy - sell) / (buy + sell), where the metrics have it
  ZR,
  ZV,
  ZP,
  ZShare,
  ZLit,
  Score,
  ScoreLow,
  ScoreHigh,
  ScoreCoverage,
};
inline constexpr std::size_t kTickerValues = 25;

/// Everything that the figure shows of one ticker. Slots are sessions, or weeks where the range is
/// too long for sessions.
struct TickerData {
  market::Symbol symbol;
  std::vector<market::Day> days;  ///< of the slots: sessions, or Mondays
  std::size_t sessions{0};        ///< in the range
  market::DayRange range{};       ///< the first and the last of them
  bool by_week{false};
  std::array<Series, kTickerValues> values;
  std::vector<std::string> label;  ///< of the composite, by slot; empty: none
  std::vector<TickerHit> hits;
  std::vector<TickerWeek> weeks;  ///< ascending
  double nowcast_error{};         ///< mean absolute error of past nowcasts; NaN: none
  double nowcast_inside{};        ///< share of them inside their interval
  std::size_t nowcast_weeks{0};

  [[nodiscard]] Series& operator[](TickerValue which) {
    return values[static_cast<std::size_t>(which)];
  }
  [[nodiscard]] const Series& operator[](TickerValue which) const {
    return values[static_cast<std::size_t>(which)];
  }
};

struct TickerRequest {
  std::vector<market::Symbol> symbols;
  market::DayRange days;
  std::optional<market::Instant> as_of{};  ///< use only what was known then
  market::Instant now;                     ///< of the question, `as_of` where there is one
  std::vector<TickerPanel> panels{default_ticker_panels()};
  unsigned threads{1};
  std::size_t most_sessions{260};  ///< beyond it slots are weeks
};

/// Loads some tickers at once, in the order they were asked for. What only panels need that are not
/// asked for is left missing.
[[nodiscard]] Result<std::vector<TickerData>> load_tickers(const store::Reader& reader,
                                                           const TickerRequest& request);

/// Turns sessions into weeks: prices from first open to last close, sums and ratios of sums, the
/// largest z of the week.
[[nodiscard]] TickerData by_week(const TickerData& daily);

struct TickerFigureOptions {
  std::vector<TickerPanel> panels{default_ticker_panels()};
  WeekTime time{WeekTime::Event};
  bool price_on_top{false};  ///< else the price lies at the bottom
  std::vector<render::Fact> clock{};
  std::vector<std::string> small_print{};
};

[[nodiscard]] render::Figure ticker_figure(const TickerData& data,
                                           const TickerFigureOptions& options);

}  // namespace offex::views
