#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/studies/scan_stream.hpp"
#include "offex/studies/security_reference.hpp"

namespace offex::studies {

/// What a ranking goes by.
enum class RankBy : std::uint8_t { Omnibus, Ratio, Volume, Joint, Persistence };
[[nodiscard]] std::string_view to_string(RankBy by);  ///< "omnibus"
[[nodiscard]] std::optional<RankBy> parse_rank_by(std::string_view text);

enum class FundRule : std::uint8_t { Any, Only, Without };

/// Which names make up the family of tests, beyond those that can be tested at all. All quantities
/// are past ones: the day's own values never choose its family.
struct ScanFilter {
  std::optional<double> min_dollar_volume{};  ///< mean of the 20 sessions before, dollars
  std::optional<double> min_shares{};         ///< baseline of off-exchange shares
  std::optional<double> min_market_cap{}, max_market_cap{};
  std::string sector{};
  FundRule funds{FundRule::Any};
  bool test_issues{false};  ///< let the exchanges' test issues in

  /// Whether it is the default family.
  [[nodiscard]] bool is_default() const;
};

/// Why a row is not tested; the first that holds.
enum class Exclusion : std::uint8_t {
  None,  ///< it is in the family
  TestIssue,
  NeverSeen,     ///< no session before this one
  ShortHistory,  ///< fewer than 5
  ThinBaseline,  ///< under 10,000 baseline shares
  FewShares,     ///< under 1,000 shares today
  DollarVolume,
  Shares,
  MarketCap,
  Sector,
  Fund,  ///< by the filter; not known counts as not met
};
/// Returns a sentence part, for example "fewer than 5 sessions of history".
[[nodiscard]] std::string_view reason(Exclusion why);
/// Returns the stable word, for example "SHORT_HISTORY".
[[nodiscard]] std::string_view to_string(Exclusion why);

/// p- and q-values of one way to look.
struct Channel {
  std::vector<double> p, q;    ///< by row of the scores, NaN outside the family
  std::size_t discoveries{0};  ///< rows with q at most the false discovery rate
};

/// The tests of one session. Vectors go by row of `ScanSession::scores`.
struct Ranking {
  double scale_r{1.0}, scale_v{1.0}, scale_p{1.0};  ///< from the default family
  std::vector<Exclusion> exclusion;
  Channel r, v, j, o, p;
  std::vector<std::uint32_t> order;  ///< rows of the family, best first
  std::size_t default_family{0};

  [[nodiscard]] std::size_t family() const { return order.size(); }
  [[nodiscard]] const Channel& channel(RankBy by) const;
};

/// Tests every row of a session. Scales always come from the default family, shifts from the
/// filter.
/// \param rate false discovery rate
[[nodiscard]] Ranking rank_session(const ScanSession& session, const SecurityFacts& facts,
                                   const ScanFilter& filter, RankBy by, double rate);

/// What a row looks like: words of the columns `tag` and `grade`.
enum class Tag : std::uint8_t { SurgeShort, SurgeLong, Surge, Short, Long, None };
[[nodiscard]] Tag tag_of(double z_r, double z_v);
/// 0 to 3: A from 20 sessions of history, B from 10, C from 5, X below.
[[nodiscard]] std::uint8_t grade_of(std::int32_t count);
/// Share factor of a split that the open suggests, or NaN: |ln(open / previous close) + ln f| <
/// 0.03 for f in 2, 3, 4, 5, 8, 10, 20 and their inverses.
[[nodiscard]] double split_like(double open, double previous_close);

}  // namespace offex::studies
