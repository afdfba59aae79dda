#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "offex/market/day.hpp"
#include "offex/market/symbol.hpp"
#include "offex/store/types.hpp"
#include "offex/studies/metric_panels.hpp"

namespace offex::studies {

/// Which fund stands for an index that has no prices of its own, for example SPX -> SPY.
using ProxyMap = std::map<market::Symbol, market::Symbol>;

/// Returns SPX -> SPY.
[[nodiscard]] ProxyMap default_proxies();

/// One security of an index with the days on which it belongs to it.
struct IndexMember {
  market::Symbol symbol;
  std::optional<std::size_t> position{};  ///< in the axis; empty when no input names it
  std::vector<market::DayRange> valid{};  ///< open ends are the smallest and largest day

  [[nodiscard]] bool valid_on(market::Day day) const;
};

/// An index, its members in order of symbol and the symbol whose price stands for it.
struct IndexDefinition {
  market::Symbol index;
  std::vector<IndexMember> members;
  market::Symbol price_symbol;
  bool is_proxy{false};
  std::optional<std::size_t> price_position{};
};

/// When a mapped proxy stands for an index.
enum class ProxyRule : std::uint8_t {
  WhenAbsent,  ///< the index itself is not in the axis (`PhaseA_v1`)
  Always,      ///< so that a row never depends on what arrives later (`v2`)
};

/// Gives members that no fact names the identity of the one security of `axis` that their spelling
/// may mean: `BRK/B`, `BRK-B`, `BRK B` and `BRKB` are BRK.B. Case counts; a spelling that fits
/// several securities, or none, is left as it is.
void settle_members(std::vector<store::Constituent>& constituents, const Axis& axis);

/// Returns the part of `axis` that the indexes need: members, the indexes themselves and proxies.
[[nodiscard]] Axis index_universe(const Axis& axis,
                                  std::span<const store::Constituent> constituents,
                                  const ProxyMap& proxies);

/// Returns the indexes of a constituent list in order of symbol.
[[nodiscard]] std::vector<IndexDefinition> index_definitions(
    std::span<const store::Constituent> constituents, const ProxyMap& proxies, const Axis& axis,
    ProxyRule rule);

/// Returns dollars of a volume (millionths of a share) at a price (nano-dollars); NaN stays NaN.
[[nodiscard]] double dollars_of(double close, double volume);

/// Adds up the members of every index, a tile of symbols after the other.
///
/// Tiles must come in order of symbol; the sums are then the same bits for any tile width.
class IndexAggregate {
 public:
  /// \param version "PhaseA_v1" or "v2" \pre both outlive this
  IndexAggregate(std::span<const IndexDefinition> indexes, std::span<const market::Day> days,
                 std::string_view version);

  /// Takes the `daily_metrics` of the same version for all days and some symbols.
  void add(const MetricPanels& tile, std::size_t first_symbol);

  /// Returns the finished table over (sessions x indexes). \param first_day rows before it are
  /// warm-up and are left out of the result
  [[nodiscard]] MetricPanels finish(std::size_t first_day = 0) const;

 private:
  struct Totals {
    double short_volume{0.0};
    double denominator{0.0};
    bool finra{false};
    bool polygon{false};
    double covered{0.0};
    // v2 only.
    double ratios{0.0};         ///< sum of the members' short ratios
    double short_dollars{0.0};  ///< of members with a ratio and a close
    double dollars{0.0};        ///< the same of their total volume
    double priced{0.0};         ///< members in the two sums of dollars
  };
  void add_member(const MetricPanels& tile, std::size_t cell, std::size_t index,
                  const IndexMember& member);
  void write_totals(std::size_t day, std::size_t index, std::size_t first_day,
                    MetricPanels& out) const;
  /// Writes what v2 has beyond the seed's table.
  void write_weighted(std::size_t first_day, MetricPanels& out) const;
  [[nodiscard]] Totals& totals(std::size_t day, std::size_t index) {
    return totals_[day * indexes_.size() + index];
  }

  std::span<const IndexDefinition> indexes_;
  std::span<const market::Day> days_;
  const TableSpec* spec_;
  bool phase_a_;
  std::vector<Totals> totals_;  // day-major
  columns::Panel returns_;
  columns::Panel returns_z_;
};

/// Returns the day and symbol axis of an index table.
[[nodiscard]] Axis index_axis(std::span<const IndexDefinition> indexes,
                              std::span<const market::Day> days);

}  // namespace offex::studies
