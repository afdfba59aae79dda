#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/market/instant.hpp"
#include "offex/market/symbol.hpp"
#include "offex/render/figure.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/index_table.hpp"

namespace offex::views {

struct IndexFigureRequest {
  studies::IndexRequest index;
  market::Instant now;  ///< the as-of of the question, for the clock strip
};

/// Daily bars of what stands for an index; NaN is missing.
struct PriceHistory {
  std::string symbol;
  std::vector<market::Day> days;
  std::vector<double> open, high, low, close;  ///< dollars, unadjusted
};

/// The members of an index over some sessions.
struct IndexFigureData {
  market::Symbol index;
  std::vector<market::Day> sessions;    ///< that are shown
  columns::Batch rows{};                ///< of index_table, also of sessions before, for the band
  studies::IndexContributions parts{};  ///< of the last session
  PriceHistory price{};
  std::vector<render::Fact> strip{};
};

struct IndexFigureOptions {
  render::Footer footer{};            ///< of the command; notes on what is drawn are added
  std::vector<std::string> panels{};  ///< names of index_panels in order; empty: all
};

/// Returns the names of the panels in their usual order.
[[nodiscard]] std::span<const std::string_view> index_panels();

[[nodiscard]] Result<IndexFigureData> load_index_figure(const store::Reader& reader,
                                                        const IndexFigureRequest& request);

/// A panel of an unknown name is InvalidArgument.
[[nodiscard]] Result<render::Figure> index_figure(const IndexFigureData& data,
                                                  const IndexFigureOptions& options);

}  // namespace offex::views
