#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offex/columns/panel.hpp"
#include "offex/kernels/series_filter.hpp"
#include "offex/studies/macro.hpp"
#include "offex/studies/table_rows.hpp"

namespace offex::studies {

/// Series that are judged against their own past.
enum class MacroSeries : std::uint8_t {
  Breadth,
  VolumeBreadth,
  CommonR,
  CommonV,
  DispersionR,
  DispersionV,
  SurgeShare,
  Tilt,
};
inline constexpr std::size_t kMacroSeries = 8;
/// Columns of the series; `_z` behind the name is the column of its score.
inline constexpr std::array<std::string_view, kMacroSeries> kMacroSeriesNames{
    "breadth",      "volume_breadth", "common_r",    "common_v",
    "dispersion_r", "dispersion_v",   "surge_share", "tilt"};

/// The members of a group on one day.
struct MacroGroup {
  MacroGroupName id;
  std::vector<std::uint32_t> rows;  ///< of the scores, ascending
  const Ranking* ranking{nullptr};  ///< whose discoveries count
  bool has_proxy{false};            ///< its return is that of one security
  std::optional<std::size_t> proxy{};
};

/// A name behind the tilt: weights add up to 1.
struct TiltMember {
  std::size_t position;
  double weight;
  double ratio;
};
struct TiltBook {
  double tilt{columns::Panel::kMissing};
  std::vector<TiltMember> members;  ///< by position
};

/// Why a tilt moved. The three add up to the change.
struct TiltChange {
  double total{columns::Panel::kMissing};
  double within{columns::Panel::kMissing};  ///< ratios moved, of names in both days
  double mix{columns::Panel::kMissing};     ///< weights moved, of names in both days
  double entry{columns::Panel::kMissing};   ///< names in one of the days only
};
[[nodiscard]] TiltChange tilt_change(const TiltBook& before, const TiltBook& now);

/// What one session says of a group; NaN is null.
struct MacroMeasures {
  MacroMeasures() { series.fill(columns::Panel::kMissing); }
  [[nodiscard]] double& operator[](MacroSeries which) {
    return series[static_cast<std::size_t>(which)];
  }
  [[nodiscard]] double operator[](MacroSeries which) const {
    return series[static_cast<std::size_t>(which)];
  }

  std::size_t names{0};
  std::array<double, kMacroSeries> series{};
  double breadth_se{columns::Panel::kMissing};
  double common_r_se{columns::Panel::kMissing};
  double common_v_se{columns::Panel::kMissing};
  double tilt_se{columns::Panel::kMissing};
  double extreme_breadth{columns::Panel::kMissing};
  double short_share{columns::Panel::kMissing};
  double group_z_r{columns::Panel::kMissing};
  double group_z_v{columns::Panel::kMissing};
  double proxy_return{columns::Panel::kMissing};
  std::size_t discoveries{0};
  TiltBook book;
};
[[nodiscard]] MacroMeasures measure_group(const MacroGroup& group, const ScanSession& session);

/// Returns market, tiers, sectors and indexes that have a name in the default family, in order.
[[nodiscard]] std::vector<MacroGroup> standard_groups(const ScanSession& session,
                                                      const SecurityFacts& facts,
                                                      const Ranking& ranking,
                                                      std::span<const IndexDefinition> indexes);
/// Returns the family of a ranking as a group, or only those at some positions of the axis.
[[nodiscard]] MacroGroup list_group(const std::string& name, const ScanSession& session,
                                    const Ranking& ranking,
                                    std::optional<std::span<const std::size_t>> positions);

/// The filters of one group.
class MacroFilters {
 public:
  using Scores = std::array<double, kMacroSeries>;

  /// Scores a day; a partial one is not taken in.
  [[nodiscard]] Scores step(const MacroMeasures& measures, bool learn);
  /// Takes a day in without its scores.
  void advance(const MacroMeasures& measures);

 private:
  std::array<kernels::SeriesState, kMacroSeries> states_{};
};

/// One row of the table.
struct MacroRow {
  MacroGroupName id;
  MacroMeasures measures;
  MacroFilters::Scores z{};
  TiltChange change;
  double q_r{columns::Panel::kMissing};
  double q_v{columns::Panel::kMissing};
};

/// Carries what groups say from session to session.
class MacroEngine {
 public:
  /// Takes a stored day in, oldest first.
  void replay(const MacroGroupName& id, const MacroMeasures& measures);
  /// Notes weights and ratios of a day whose row is there already.
  void warm(const ScanSession& session, std::span<const MacroGroup> groups);
  /// Judges a session.
  [[nodiscard]] std::vector<MacroRow> add(const ScanSession& session,
                                          std::span<const MacroGroup> groups);

 private:
  std::map<MacroGroupName, MacroFilters> filters_;
  std::map<MacroGroupName, TiltBook> books_;  // of the session before
};

/// The table in the catalogue.
[[nodiscard]] const TableSpec& macro_spec();
/// Appends a row.
void write_macro_row(const ScanSession& session, std::string_view version, const MacroRow& row,
                     TableRows& out);
/// Reads what rows before `first` say into `engine`.
[[nodiscard]] Result<void> replay_macro(const store::Reader& reader, const std::string& version,
                                        market::Day first, MacroEngine& engine);
/// Returns the stored rows of a version by day, kind and name, in the types of the table.
[[nodiscard]] Result<columns::Batch> stored_macro(const store::Reader& reader,
                                                  const std::string& version,
                                                  const std::optional<market::DayRange>& days);

}  // namespace offex::studies
