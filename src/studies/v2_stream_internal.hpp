#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/load.hpp"
#include "offex/studies/v2.hpp"

namespace offex::studies {

/// Sessions [begin, end) by their place in the axis.
struct SessionRange {
  std::size_t begin{0};
  std::size_t end{0};

  [[nodiscard]] std::size_t size() const { return end - begin; }
  friend bool operator==(const SessionRange&, const SessionRange&) = default;
};

/// Workspaces that tiles of one width take turns with: as many of a width as there are threads.
class V2Workspaces {
 public:
  /// Calls `work` with a workspace that nobody else uses meanwhile. Safe from many threads.
  void with(std::size_t count, const std::function<void(V2Workspace&)>& work);

 private:
  std::mutex mutex_;
  std::map<std::size_t, std::vector<std::unique_ptr<V2Workspace>>> idle_;  // by width of the tile
};

/// Hands out v2 inputs a block of sessions at a time, each with its warm-up in front. Blocks that
/// follow each other reuse what is in memory: the window bounds it, not the history.
class V2Stream {
 public:
  /// \pre reader and axis outlive this
  V2Stream(const store::Reader& reader, const Axis& axis, std::optional<market::Instant> as_of);

  /// Makes `inputs()` hold `block` and up to kV2WarmUp sessions before it.
  [[nodiscard]] Result<void> load(SessionRange block);
  [[nodiscard]] const V2Inputs& inputs() const { return inputs_; }
  /// Number of warm-up rows in front.
  [[nodiscard]] std::size_t warm_up() const { return warm_up_; }
  /// Memory for the computation, kept from block to block.
  [[nodiscard]] V2Workspaces& workspaces() { return workspaces_; }

 private:
  const store::Reader& reader_;
  const Axis& axis_;
  std::optional<market::Instant> as_of_;
  std::vector<std::uint8_t> breaks_;
  V2Inputs inputs_;
  V2Workspaces workspaces_;
  std::size_t warm_up_{0};
  std::size_t loaded_begin_{0};
  std::size_t loaded_end_{0};
};

/// Returns the sessions that facts of `changed` days can alter, joined where they touch.
[[nodiscard]] std::vector<SessionRange> affected_sessions(std::span<const market::Day> days,
                                                          std::span<const market::Day> changed);

/// Returns the part of each range that lies in `days`.
[[nodiscard]] std::vector<SessionRange> clip(const std::vector<SessionRange>& ranges,
                                             std::span<const market::Day> axis_days,
                                             const market::DayRange& days);

/// Cuts a range into blocks.
[[nodiscard]] std::vector<SessionRange> blocks_of(SessionRange range, std::size_t block_days);

/// Computes one loaded block, tile by tile, and returns the rows in order of tile.
[[nodiscard]] std::vector<columns::Batch> v2_batches(V2Stream& stream, const Axis& axis,
                                                     SessionRange block, unsigned threads,
                                                     SymbolColumn symbol_column);

}  // namespace offex::studies
