#pragma once

#include <vector>

#include "offex/base/result.hpp"

#include "sim/model_internal.hpp"
#include "sim/universe_internal.hpp"
#include "sim/writer_internal.hpp"

namespace offex::sim {

/// Nasdaq's directory of its own names, and of those of other exchanges.
[[nodiscard]] FileText nasdaq_directory(const std::vector<Security>& universe, market::Day day);
[[nodiscard]] FileText other_directory(const std::vector<Security>& universe, market::Day day);

/// The vendor's exchanges and trade conditions.
[[nodiscard]] FileText exchanges_reply();
[[nodiscard]] FileText conditions_reply();

/// Replies of the Query API: regShoDaily of one session, in pages of JSON and as one CSV body.
[[nodiscard]] std::vector<FileText> reg_sho_pages(const std::vector<Security>& universe,
                                                  market::Day day,
                                                  const std::vector<Trading>& trading);
[[nodiscard]] FileText reg_sho_csv(const std::vector<Security>& universe, market::Day day,
                                   const std::vector<Trading>& trading);

/// Securities with large fails to deliver; some OTC names and a few listed ones.
[[nodiscard]] FileText threshold_reply(const std::vector<Security>& universe, market::Day day,
                                       const std::vector<Trading>& trading);

/// Short interest of one settlement date, in pages. It follows the usual volume of a name and
/// drifts from date to date.
[[nodiscard]] std::vector<FileText> short_interest_pages(const MarketSpec& spec,
                                                         const std::vector<Security>& universe,
                                                         market::Day settlement, int session);

/// Settlement dates whose short interest is public on the last session: the 15th and the end of
/// each month, or the session before, published seven sessions later.
struct Settlement {
  market::Day day;
  int session{0};
};
[[nodiscard]] std::vector<Settlement> settlements(const std::vector<market::Day>& sessions);

/// Writes all of these. `trading` is the newest session's.
[[nodiscard]] Result<void> write_reference(const MarketSpec& spec,
                                           const std::vector<Security>& universe,
                                           const std::vector<market::Day>& sessions,
                                           const std::vector<Trading>& trading, Writer& writer);

}  // namespace offex::sim
