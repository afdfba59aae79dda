#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/market/symbol.hpp"
#include "offex/render/figure.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/compare.hpp"

namespace offex::views {

/// How tickers are held beside each other.
enum class CompareForm : std::uint8_t {
  Matrix,     ///< a row a ticker, a column a session, colour is the value
  Multiples,  ///< a small panel a ticker, all with the same axes
  Overlay,    ///< a line a ticker in one panel
};
[[nodiscard]] std::string_view to_string(CompareForm form);  ///< "matrix"
[[nodiscard]] std::optional<CompareForm> parse_compare_form(std::string_view text);

/// In which order the tickers stand.
enum class CompareSort : std::uint8_t {
  Cluster,  ///< by sector; inside one, those that move alike are neighbours
  Latest,   ///< the largest newest value first, over all sectors
  Streak,   ///< the longest streak first, then the value farthest from zero
  Given,    ///< as they were asked for
};
[[nodiscard]] std::string_view to_string(CompareSort sort);  ///< "cluster"
[[nodiscard]] std::optional<CompareSort> parse_compare_sort(std::string_view text);

/// Most tickers that a form can show.
inline constexpr std::size_t kMatrixMost = 500;
inline constexpr std::size_t kMultiplesMost = 12;
inline constexpr std::size_t kOverlayMost = 5;
/// Refuses more tickers than the form can show; says which form can.
[[nodiscard]] Result<void> check_compare_form(CompareForm form, std::size_t tickers);

/// Sessions before a value that its band is made of, and that a sparkline holds.
inline constexpr std::size_t kCompareHistory = 60;

struct CompareFigureRequest {
  studies::CompareRequest compare;  ///< `days` are those shown
  studies::CompareMetric metric{studies::CompareMetric::ZR};
  CompareSort sort{CompareSort::Cluster};
};

/// Tickers in the order that the table and the figure share.
struct CompareFigureData {
  studies::CompareMetric metric{studies::CompareMetric::ZR};
  CompareSort sort{CompareSort::Cluster};
  /// With up to kCompareHistory sessions before those shown.
  studies::Comparison comparison;
  std::size_t first{0};  ///< number of sessions before those shown
};

/// Puts the symbols of a comparison, which stand by sector, into an order. Cluster looks at the
/// last kCompareHistory sessions and starts each sector with the ticker that moves most with the
/// others. \param given the symbols as they were asked for
void sort_comparison(studies::Comparison& comparison, studies::CompareMetric metric,
                     CompareSort sort, std::span<const market::Symbol> given);

/// Computes what the figure, and the table beside it, say.
[[nodiscard]] Result<CompareFigureData> load_compare_figure(const store::Reader& reader,
                                                            const CompareFigureRequest& request);

/// Returns the comparison without the sessions before those shown.
[[nodiscard]] studies::Comparison shown_comparison(const CompareFigureData& data);

struct CompareFigureOptions {
  CompareForm form{CompareForm::Matrix};
  std::vector<render::Fact> strip{};
  render::Footer footer{};
};

/// Describes the figure. More than 260 sessions become columns of weekly means.
/// \pre the form can show that many tickers
[[nodiscard]] render::Figure compare_figure(const CompareFigureData& data,
                                            const CompareFigureOptions& options);

}  // namespace offex::views
