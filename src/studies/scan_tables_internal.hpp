#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "offex/studies/session_table.hpp"
#include "offex/studies/table_rows.hpp"

namespace offex::studies {

/// Returns how many of the omnibus order are hits: the first 50, and all with `q_o` at most `rate`.
[[nodiscard]] std::size_t count_hits(const Ranking& ranking, double rate);

/// Sets the cells of `scan_hit` for one row of a session, controls excepted, and leaves the row
/// open. \param rank place in the order asked for, 0: it has none
void set_hit(const ScanSession& session, const Ranking& ranking, std::uint32_t row,
             std::size_t rank, const std::string& version, TableRows& out);

/// Part of the discoveries that chance alone is expected to give: family x largest p among them.
[[nodiscard]] double expected_by_chance(const Channel& channel, std::size_t family, double rate);

/// The table `scan_hit`. \param symbol_column how to name the security
[[nodiscard]] std::unique_ptr<SessionTable> hit_table(const kernels::SurpriseParameters& parameters,
                                                      SymbolColumn symbol_column);
/// The table `scan_session`.
[[nodiscard]] std::unique_ptr<SessionTable> summary_table(
    const kernels::SurpriseParameters& parameters);

}  // namespace offex::studies
