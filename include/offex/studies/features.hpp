#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/market/symbol.hpp"
#include "offex/store/reader.hpp"

namespace offex::studies {

inline constexpr std::string_view kFeatureVersion = "offexchange-features-v1";

struct FeatureRequest {
  market::Day day;
  std::vector<market::Symbol> symbols{};   ///< empty: all that the day's files name
  std::optional<market::Instant> as_of{};  ///< use only what was known then
};

/// Returns `daily_features` of one day by symbol: short_vol_share, short_exempt_share and where
/// they come from.
///
/// A requested symbol without data has a row of nulls, and so has every one when the day has no
/// file: an absent file is not an error.
[[nodiscard]] Result<columns::Batch> features(const store::Reader& reader,
                                              const FeatureRequest& request);

}  // namespace offex::studies
