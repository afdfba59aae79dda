#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "offex/market/symbol.hpp"
#include "offex/sim/market.hpp"

namespace offex::sim {

enum class Kind : std::uint8_t { Common, Fund, Preferred, Warrant, Unit, Right, TestIssue, Otc };

[[nodiscard]] std::string_view to_string(Kind kind);

/// What never changes about a security. Rates are per session.
struct Security {
  market::Symbol symbol;     ///< our spelling, which is also the vendor's
  std::string finra_symbol;  ///< as the daily short-sale files spell it
  Kind kind{Kind::Common};
  std::string_view sector;
  double log_volume{0.0};   ///< natural logarithm of the usual share volume
  double first_price{0.0};  ///< dollars
  double volatility{0.0};   ///< of the part of the return that the market does not explain
  double market_beta{0.0};
  double offex_logit{0.0};  ///< usual off-exchange share
  double short_logit{0.0};  ///< usual short ratio
  double nyse_share{0.0};   ///< of off-exchange volume, at the FINRA/NYSE facility
  double chicago_share{0.0};
  double gap_chance{0.0};  ///< of a session without any row
  int first_session{0};
  int last_session{0};  ///< included
  std::int64_t shares_outstanding{0};
};

/// An injected stretch of unusual off-exchange flow.
struct Episode {
  std::size_t security{0};
  int first{0};
  int last{0};              ///< included
  bool accumulation{true};  ///< else distribution
  double strength{0.0};     ///< 0.5 to 2
};

/// Returns the listed securities of a spec and after them the OTC names.
[[nodiscard]] std::vector<Security> make_universe(const MarketSpec& spec);

/// Returns at most one episode a security, in order of security.
[[nodiscard]] std::vector<Episode> make_episodes(const MarketSpec& spec,
                                                 const std::vector<Security>& universe);

/// Returns the members of the index: the most traded common stocks by dollar volume.
[[nodiscard]] std::vector<std::size_t> index_members(const std::vector<Security>& universe);

}  // namespace offex::sim
