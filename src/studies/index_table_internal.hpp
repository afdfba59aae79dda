#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "offex/studies/index_table.hpp"

#include "studies/v2_stream_internal.hpp"

namespace offex::studies {

/// Sessions of an index table that are computed at a time.
inline constexpr std::size_t kIndexBlockDays = 250;

/// The index table of one loaded block; its warm-up rows are computed with it and left out.
[[nodiscard]] MetricPanels index_totals(const V2Stream& stream, const Axis& axis,
                                        SessionRange block,
                                        std::span<const IndexDefinition> indexes);

/// The facts of one index as they were known at a moment.
class IndexSource {
 public:
  /// \pre reader outlives this
  [[nodiscard]] static Result<IndexSource> load(const store::Reader& reader,
                                                const IndexRequest& request);

  [[nodiscard]] const Axis& axis() const { return *axis_; }  ///< all sessions, members and prices
  [[nodiscard]] const IndexDefinition& definition() const { return indexes_.front(); }
  [[nodiscard]] std::span<const IndexDefinition> indexes() const { return indexes_; }
  /// The sessions of `days`.
  [[nodiscard]] SessionRange sessions(market::DayRange days) const;
  /// `daily_metrics` v2 of the members on some sessions.
  [[nodiscard]] Result<MetricPanels> metrics(SessionRange block);
  /// The index table of some sessions.
  [[nodiscard]] Result<MetricPanels> totals(SessionRange block);

 private:
  std::unique_ptr<Axis> axis_;  // the stream keeps its address
  std::vector<IndexDefinition> indexes_;
  std::unique_ptr<V2Stream> stream_;
};

}  // namespace offex::studies
