#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/kernels/surprise_filter.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/market/symbol.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/index_aggregate.hpp"
#include "offex/studies/scan.hpp"
#include "offex/studies/session_table.hpp"

namespace offex::studies {

/// What a group of names has in common. All groups lie inside the default family of the scanner.
enum class MacroKind : std::uint8_t {
  Market,  ///< "market": all of the family
  Tier,    ///< "large", "mid", "small": thirds by dollar volume of the 20 sessions before
  Sector,
  Index,  ///< the members of the day
  List,   ///< names, or a filter, of the asker; never stored
};
[[nodiscard]] std::string_view to_string(MacroKind kind);  ///< "market"
[[nodiscard]] std::optional<MacroKind> parse_macro_kind(std::string_view text);

/// Names one series of rows of the table.
struct MacroGroupName {
  MacroKind kind{};
  std::string name;

  friend auto operator<=>(const MacroGroupName&, const MacroGroupName&) = default;
};

/// With fewer names a group has no breadth, shift, dispersion, surge share or tilt.
inline constexpr std::size_t kMacroMinNames = 10;

/// Makes `macro_daily`. Days before the `first` that prepare was told only tell the weights and
/// ratios of the day before: they give no rows. To continue a stored table, prepare it with its
/// first new day and feed the session before that one first; the rows are then those of a full
/// build, bit for bit.
[[nodiscard]] std::unique_ptr<SessionTable> macro_table(
    const kernels::SurpriseParameters& parameters, ProxyMap proxies = default_proxies());

/// Which rows of `macro_daily` to return: those of all `kinds`, those of all `names`, and the group
/// of the asker; of the market when nothing is asked for.
struct MacroRequest {
  std::optional<market::DayRange> days{};  ///< empty: all
  std::optional<market::Instant> as_of{};  ///< use only what was known then
  std::vector<MacroKind> kinds{};
  std::vector<std::string> names{};    ///< of tiers, sectors and indexes
  std::vector<market::Symbol> list{};  ///< a group of its own, called `list_name`
  std::optional<ScanFilter> filter{};  ///< the family of a filter, called `list_name`
  std::string list_name{"list"};       ///< \pre not both a list and a filter
  kernels::SurpriseParameters parameters{};
  ProxyMap proxies{default_proxies()};
  unsigned threads{1};
  bool stored{true};  ///< take stored rows where they hold for the question
};

/// Returns rows of `macro_daily` by day, kind and name. They are read where the stored table is up
/// to date and answers the question, and else computed from the facts; both are the same. A name
/// that no row has is NotFound and lists those that there are.
[[nodiscard]] Result<columns::Batch> macro(const store::Reader& reader,
                                           const MacroRequest& request);

}  // namespace offex::studies
