#include "offex/sim/market.hpp"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "offex/market/calendar.hpp"

#include "sim/files_internal.hpp"
#include "sim/model_internal.hpp"
#include "sim/reference_internal.hpp"
#include "sim/tape_files_internal.hpp"
#include "sim/universe_internal.hpp"
#include "sim/weekly_files_internal.hpp"
#include "sim/writer_internal.hpp"

namespace offex::sim {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;

constexpr std::size_t kMaxSymbols = 20'000;
constexpr double kSmallestTrade = 20.0;

Result<std::vector<market::Day>> sessions_of(const MarketSpec& spec) {
  if (spec.symbols == 0 || spec.symbols > kMaxSymbols) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("a simulated market has 1 to {} symbols", kMaxSymbols));
  }
  if (spec.days < 1) {
    return fail(ErrorCode::InvalidArgument, "a simulated market has at least one session");
  }
  if (!(spec.trade_size >= kSmallestTrade)) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("trades have {} shares or more on average", kSmallestTrade));
  }
  const market::DayRange known = market::calendar_range();
  if (!known.contains(spec.last_day) || !market::is_session(spec.last_day)) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("{} is no session of the exchange", spec.last_day.iso()));
  }
  market::Day first = spec.last_day;
  if (spec.days > 1) {
    OFFEX_ASSIGN(first, market::session_before(spec.last_day, spec.days - 1));
  }
  return market::sessions({first, spec.last_day});
}

Result<void> put_short(Writer& writer, const fs::path& folder, market::Day day, std::size_t which,
                       const ShortFiles& files) {
  const std::string name =
      fmt::format("{}shvol{}.txt", ShortFiles::kPrefixes[which], day.compact());
  return writer.put(folder / name, files.files()[which]);
}

Result<void> write_correction(Writer& writer, market::Day day, std::vector<Trading> trading,
                              ShortFiles& files) {
  writer.out().corrected_day = day;
  if (!apply_correction(trading)) return {};
  files.write(day, trading);
  // Both, so that the sum over facilities holds in the corrected state as well.
  for (const auto which : {static_cast<std::size_t>(Venue::Carteret), ShortFiles::kConsolidated}) {
    OFFEX_TRY(put_short(writer, writer.out().corrections_dir, day, which, files));
  }
  return {};
}

Result<void> write_sessions(const MarketSpec& spec, const std::vector<market::Day>& sessions,
                            const std::vector<Security>& universe,
                            const std::vector<Episode>& episodes, const WriteOptions& options,
                            Writer& writer) {
  MarketModel model{spec, universe, episodes};
  ShortFiles short_files{universe};
  BarFiles bar_files{universe};
  WeeklyFiles weekly{spec, universe, sessions, writer};
  TapeFiles tape{spec, universe, episodes, writer};
  std::vector<Trading> trading;
  const std::size_t corrected = sessions.size() * 3 / 4;
  for (std::size_t index = 0; index < sessions.size(); ++index) {
    const market::Day day = sessions[index];
    model.step(day, trading);
    short_files.write(day, trading);
    for (std::size_t which = 0; which < ShortFiles::kPrefixes.size(); ++which) {
      OFFEX_TRY(put_short(writer, writer.out().short_dir, day, which, short_files));
    }
    bar_files.write_flat(day, trading);
    OFFEX_TRY(writer.put_flat(writer.out().bars_dir, "day_aggs_v1", day, bar_files.flat()));
    if (options.grouped_json) {
      bar_files.write_grouped(day, trading);
      OFFEX_TRY(writer.put(writer.out().grouped_dir / (day.iso() + ".json"), bar_files.grouped()));
    }
    if (options.weekly) {
      OFFEX_TRY(weekly.add(day, trading));
    }
    OFFEX_TRY(tape.add(static_cast<int>(index), day, trading));
    if (index == corrected) {
      OFFEX_TRY(write_correction(writer, day, trading, short_files));
    }
    if (options.progress) options.progress(index + 1, sessions.size());
  }
  if (options.reference) {
    OFFEX_TRY(write_reference(spec, universe, sessions, trading, writer));
  }
  OFFEX_TRY(tape.finish());
  return weekly.finish();
}

}  // namespace

Result<WrittenMarket> write_market(const MarketSpec& spec, const fs::path& out_dir,
                                   const WriteOptions& options) {
  OFFEX_ASSIGN(const std::vector<market::Day> sessions, sessions_of(spec));
  Writer writer{out_dir, options};
  OFFEX_TRY(writer.prepare());
  const std::vector<Security> universe = make_universe(spec);
  const std::vector<Episode> episodes = make_episodes(spec, universe);
  OFFEX_TRY(write_sessions(spec, sessions, universe, episodes, options, writer));
  OFFEX_TRY(writer.put(writer.out().constituents, constituents_text(universe, sessions)));
  OFFEX_TRY(writer.put(writer.out().securities, securities_text(universe, sessions)));
  OFFEX_TRY(writer.put(writer.out().truth, truth_text(universe, episodes, sessions)));
  writer.out().sessions = {sessions.front(), sessions.back()};
  return std::move(writer.out());
}

}  // namespace offex::sim
