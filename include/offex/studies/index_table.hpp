#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/index_aggregate.hpp"

namespace offex::studies {

/// Sessions before the first of an answer that its percentile looks back on.
inline constexpr std::size_t kIndexPercentileSessions = 252;
/// Fewer values in them give no percentile.
inline constexpr std::size_t kIndexPercentileValues = 60;

struct IndexRequest {
  market::Symbol index;
  market::DayRange days;
  std::optional<market::Instant> as_of{};  ///< use only what was known then
  ProxyMap proxies{default_proxies()};
};

/// Finds the index that a person means by `typed` among the lists of members. NotFound names those
/// that there are.
[[nodiscard]] Result<market::Symbol> find_index(const store::Reader& reader, std::string_view typed,
                                                std::optional<market::Instant> as_of);

/// Computes `index_constituent_short_agg_daily` v2 of one index in memory from the facts, by the
/// code that builds the stored table, one row a session. Behind its columns comes
/// `dollar_weighted_short_ratio_percentile`: the share of the values of the 252 sessions before
/// that lie below the session's, equal ones counted half; null with fewer than 60 of them.
[[nodiscard]] Result<columns::Batch> index_table(const store::Reader& reader,
                                                 const IndexRequest& request);

/// What one member brings to the dollar-weighted ratio of a session, and to its change.
struct Contribution {
  static constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

  double weight{kMissing};       ///< share of the members' dollar volume
  double short_ratio{kMissing};  ///< of the member
  double value{kMissing};        ///< weight x (short_ratio - the index's): all add up to 0
  double within{kMissing};       ///< mean weight of both sessions x change of the ratio
  double mix{kMissing};          ///< change of the weight x mean ratio of both sessions
  double change{kMissing};       ///< within + mix: all add up to the change of the index's ratio
};

/// A member's ratio and dollar volume on one session; missing where it is not among those added up.
struct IndexCell {
  double short_ratio{Contribution::kMissing};
  double dollars{Contribution::kMissing};
};

/// Takes a ratio apart, member by member. A member of one session alone has weight 0 and the same
/// ratio on the other one, so that all of its change is mix; of neither session, nothing.
/// \param before empty, or without dollars: the changes are missing \pre as long as `now`
[[nodiscard]] std::vector<Contribution> contributions_of(std::span<const IndexCell> now,
                                                         std::span<const IndexCell> before);

/// The dollar-weighted ratio of one session, taken apart.
struct IndexContributions {
  market::Day day;
  std::optional<market::Day> before;  ///< the session before
  double short_ratio{Contribution::kMissing};
  double short_ratio_before{Contribution::kMissing};
  std::size_t members{0};  ///< with a weight on `day`
  /// trade_date, symbol, weight, short_ratio, contribution, change_within, change_mix, change; the
  /// largest contribution first, whatever its sign, members that left since the session before
  /// last.
  columns::Batch rows;
};

/// Takes apart the last session of `request.days`.
[[nodiscard]] Result<IndexContributions> index_contributions(const store::Reader& reader,
                                                             const IndexRequest& request);

}  // namespace offex::studies
