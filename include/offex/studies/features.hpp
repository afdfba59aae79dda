#pragma once

#include <optional>
#include <string>
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
  std::optional<market::Instant> as_of{};  ///< use only what was known then; empty: now
  /// What the clock says. Without `as_of`, weeks that come out later are not looked at; a daily
  /// file is taken as soon as it is there, also before the hour at which FINRA promises it.
  std::optional<market::Instant> now{};
  std::string version{};  ///< label of the rows; empty: kFeatureVersion
};

/// Returns `daily_features` of one day by symbol: short_vol_share, short_exempt_share,
/// ats_share_of_total and where they come from.
///
/// A requested symbol without data has a row of nulls, and so has every one when the day has no
/// file: an absent file is not an error.
///
/// `ats_share_of_total` is that of the day's week, by the second seed's rule the one that ends on
/// the Friday on or after the day. Without `as_of` the answer is what is known now: it holds weeks
/// that came out 3 to 5 weeks after the day. To ask what the evening of the day knew, pass it as
/// `as_of`; the share is null then.
[[nodiscard]] Result<columns::Batch> features(const store::Reader& reader,
                                              const FeatureRequest& request);

}  // namespace offex::studies
