#include "offex/sim/market.hpp"

#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "offex/formats/gzip_writer.hpp"
#include "offex/market/calendar.hpp"

#include "sim/files_internal.hpp"
#include "sim/model_internal.hpp"
#include "sim/universe_internal.hpp"

namespace offex::sim {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;

constexpr std::size_t kMaxSymbols = 20'000;

Result<std::vector<market::Day>> sessions_of(const MarketSpec& spec) {
  if (spec.symbols == 0 || spec.symbols > kMaxSymbols) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("a simulated market has 1 to {} symbols", kMaxSymbols));
  }
  if (spec.days < 1) {
    return fail(ErrorCode::InvalidArgument, "a simulated market has at least one session");
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

/// Writes the files of one market and counts them.
class Writer {
 public:
  Writer(fs::path root, const WriteOptions& options) : root_{std::move(root)}, options_{options} {
    out_.short_dir = root_ / "short";
    out_.bars_dir = root_ / "bars";
    if (options.grouped_json) out_.grouped_dir = root_ / "grouped";
    out_.constituents = root_ / "reference" / "constituents.csv";
    out_.securities = root_ / "reference" / "securities.csv";
    out_.corrections_dir = root_ / "corrections";
    out_.truth = root_ / "truth.csv";
  }

  [[nodiscard]] WrittenMarket& out() { return out_; }

  [[nodiscard]] Result<void> prepare() const {
    std::error_code error;
    for (const char* part : {"short", "bars", "grouped", "reference", "corrections", "truth.csv"}) {
      const fs::path path = root_ / part;
      if (!fs::exists(path, error)) continue;
      if (!options_.replace) {
        return fail(ErrorCode::InvalidArgument,
                    path.string() + " is already there; choose another folder, or say --force");
      }
      fs::remove_all(path, error);
      if (error) {
        return fail(ErrorCode::Io,
                    fmt::format("cannot remove {}: {}", path.string(), error.message()));
      }
    }
    return {};
  }

  [[nodiscard]] Result<void> put(const fs::path& path, const FileText& file) {
    OFFEX_TRY(put_bytes(path, file.text));
    ++out_.files;
    out_.rows += file.rows;
    out_.bytes += file.text.size();
    return {};
  }

  [[nodiscard]] Result<void> put_bars(market::Day day, const FileText& file) {
    const std::string iso = day.iso();
    const fs::path folder =
        out_.bars_dir / "us_stocks_sip" / "day_aggs_v1" / iso.substr(0, 4) / iso.substr(5, 2);
    if (!options_.compress_bars) return put(folder / (iso + ".csv"), file);
    OFFEX_ASSIGN(const std::string packed, formats::gzip(file.text));
    OFFEX_TRY(put_bytes(folder / (iso + ".csv.gz"), packed));
    ++out_.files;
    out_.rows += file.rows;
    out_.bytes += file.text.size();
    return {};
  }

  [[nodiscard]] Result<void> put_short(const fs::path& folder, market::Day day, std::size_t which,
                                       const ShortFiles& files) {
    const std::string name =
        fmt::format("{}shvol{}.txt", ShortFiles::kPrefixes[which], day.compact());
    return put(folder / name, files.files()[which]);
  }

 private:
  [[nodiscard]] static Result<void> put_bytes(const fs::path& path, std::string_view bytes) {
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    std::ofstream stream{path, std::ios::binary | std::ios::trunc};
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    stream.close();
    if (!stream) return fail(ErrorCode::Io, "cannot write " + path.string());
    return {};
  }

  fs::path root_;
  const WriteOptions& options_;
  WrittenMarket out_;
};

Result<void> write_correction(Writer& writer, market::Day day, std::vector<Trading> trading,
                              ShortFiles& files) {
  writer.out().corrected_day = day;
  if (!apply_correction(trading)) return {};
  files.write(day, trading);
  // Both, so that the sum over facilities holds in the corrected state as well.
  for (const auto which : {static_cast<std::size_t>(Venue::Carteret), ShortFiles::kConsolidated}) {
    OFFEX_TRY(writer.put_short(writer.out().corrections_dir, day, which, files));
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
  std::vector<Trading> trading;
  const std::size_t corrected = sessions.size() * 3 / 4;
  for (std::size_t index = 0; index < sessions.size(); ++index) {
    const market::Day day = sessions[index];
    model.step(day, trading);
    short_files.write(day, trading);
    for (std::size_t which = 0; which < ShortFiles::kPrefixes.size(); ++which) {
      OFFEX_TRY(writer.put_short(writer.out().short_dir, day, which, short_files));
    }
    bar_files.write_flat(day, trading);
    OFFEX_TRY(writer.put_bars(day, bar_files.flat()));
    if (options.grouped_json) {
      bar_files.write_grouped(day, trading);
      OFFEX_TRY(writer.put(writer.out().grouped_dir / (day.iso() + ".json"), bar_files.grouped()));
    }
    if (index == corrected) {
      OFFEX_TRY(write_correction(writer, day, trading, short_files));
    }
    if (options.progress) options.progress(index + 1, sessions.size());
  }
  return {};
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
