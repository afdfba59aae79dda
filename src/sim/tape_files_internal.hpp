#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "offex/base/result.hpp"

#include "sim/tape_internal.hpp"
#include "sim/tape_text_internal.hpp"
#include "sim/writer_internal.hpp"

namespace offex::sim {

/// Returns the securities that have a tape, by the vendor's spelling: the most active ones that
/// live through the whole market, and up to a quarter of names with an episode in `days`.
[[nodiscard]] std::vector<std::size_t> tape_securities(const std::vector<Security>& universe,
                                                       const std::vector<Episode>& episodes,
                                                       const MarketSpec& spec,
                                                       const WriteOptions& options);

/// Writes the tape of the newest sessions as flat files, the first names also as REST pages, and
/// the daily aggregates of those names.
class TapeFiles {
 public:
  TapeFiles(const MarketSpec& spec, const std::vector<Security>& universe,
            const std::vector<Episode>& episodes, Writer& writer);

  /// Takes the next session.
  [[nodiscard]] Result<void> add(int index, market::Day day, const std::vector<Trading>& trading);
  /// Writes what spans sessions.
  [[nodiscard]] Result<void> finish();

 private:
  struct Flat {
    FlatFile trades, quotes, minutes, truth;
  };

  [[nodiscard]] Result<void> write_day(const TapeSession& session,
                                       const std::vector<Trading>& trading);
  [[nodiscard]] Result<void> open(Flat& flat, market::Day day) const;
  [[nodiscard]] Result<void> close(Flat& flat);
  [[nodiscard]] Result<void> write_trades(Flat& flat, std::string_view ticker) const;
  [[nodiscard]] Result<void> write_quotes(Flat& flat, std::string_view ticker) const;
  [[nodiscard]] Result<void> write_rest(std::string_view ticker, const TapeSession& session);
  [[nodiscard]] Result<void> write_minutes(Flat& flat, std::string_view ticker) const;
  void add_daily(market::Day day, const std::vector<Trading>& trading);

  const MarketSpec& spec_;
  const std::vector<Security>& universe_;
  Writer& writer_;
  std::vector<std::size_t> chosen_;
  SymbolTape tape_;
  std::vector<FileText> daily_;  // items of the aggregates of the first names
};

}  // namespace offex::sim
