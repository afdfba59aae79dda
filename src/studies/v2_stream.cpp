#include <algorithm>
#include <utility>

#include "offex/kernels/tiles.hpp"

#include "studies/v2_stream_internal.hpp"

namespace offex::studies {
namespace {

// Rows of 5 KiB fall into four different places of a cache, so that a window of 20 fits; a power of
// two would put them all into one.
constexpr std::size_t kTileWidth = 640;

std::size_t place(std::span<const market::Day> days, market::Day day) {
  return static_cast<std::size_t>(std::ranges::lower_bound(days, day) - days.begin());
}

}  // namespace

void V2Workspaces::with(std::size_t count, const std::function<void(V2Workspace&)>& work) {
  std::unique_ptr<V2Workspace> workspace;
  {
    const std::scoped_lock lock{mutex_};
    auto& idle = idle_[count];
    if (!idle.empty()) {
      workspace = std::move(idle.back());
      idle.pop_back();
    }
  }
  if (!workspace) {
    workspace = std::make_unique<V2Workspace>();
  }
  work(*workspace);
  const std::scoped_lock lock{mutex_};
  idle_[count].push_back(std::move(workspace));
}

V2Stream::V2Stream(const store::Reader& reader, const Axis& axis,
                   std::optional<market::Instant> as_of)
    : reader_{reader}, axis_{axis}, as_of_{as_of}, breaks_{baseline_breaks(axis.days)} {}

Result<void> V2Stream::load(SessionRange block) {
  const std::size_t warm_up = std::min(block.begin, kV2WarmUp);
  const std::size_t begin = block.begin - warm_up;
  const bool follows = loaded_end_ == block.begin && loaded_begin_ <= begin && loaded_end_ > 0;
  std::size_t load_from = begin;
  if (follows) {
    inputs_.roll(warm_up, block.size());
    load_from = block.begin;
  } else {
    inputs_ = V2Inputs{warm_up + block.size(), axis_.symbols.size()};
  }
  loaded_end_ = 0;  // nothing to follow when the load fails
  OFFEX_TRY(load_v2(reader_, axis_, load_from, block.end, load_from - begin, as_of_, inputs_));
  for (std::size_t day = load_from; day < block.end; ++day) {
    inputs_.breaks[day - begin] = breaks_[day];
  }
  warm_up_ = warm_up;
  loaded_begin_ = begin;
  loaded_end_ = block.end;
  return {};
}

std::vector<SessionRange> affected_sessions(std::span<const market::Day> days,
                                            std::span<const market::Day> changed) {
  std::vector<SessionRange> out;
  for (const market::Day day : changed) {
    const std::size_t begin = place(days, day);
    const std::size_t end = std::min(days.size(), begin + kV2WarmUp + 1);
    if (begin >= end) {
      continue;
    }
    if (!out.empty() && begin <= out.back().end) {
      out.back().end = std::max(out.back().end, end);
    } else {
      out.push_back({begin, end});
    }
  }
  return out;
}

std::vector<SessionRange> clip(const std::vector<SessionRange>& ranges,
                               std::span<const market::Day> axis_days,
                               const market::DayRange& days) {
  const std::size_t first = place(axis_days, days.first);
  const std::size_t end = place(axis_days, days.last.plus(1));
  std::vector<SessionRange> out;
  for (const SessionRange& range : ranges) {
    const SessionRange part{std::max(range.begin, first), std::min(range.end, end)};
    if (part.begin < part.end) {
      out.push_back(part);
    }
  }
  return out;
}

std::vector<SessionRange> blocks_of(SessionRange range, std::size_t block_days) {
  std::vector<SessionRange> out;
  const std::size_t step = std::max<std::size_t>(block_days, 1);
  for (std::size_t begin = range.begin; begin < range.end; begin += step) {
    out.push_back({begin, std::min(range.end, begin + step)});
  }
  return out;
}

std::vector<columns::Batch> v2_batches(V2Stream& stream, const Axis& axis, SessionRange block,
                                       unsigned threads, SymbolColumn symbol_column) {
  const std::size_t symbols = axis.symbols.size();
  const V2Inputs& inputs = stream.inputs();
  std::vector<columns::Batch> out(kernels::num_tiles(symbols, kTileWidth));
  const auto compute = [&](std::size_t tile, std::size_t first_symbol, std::size_t count) {
    stream.workspaces().with(count, [&](V2Workspace& workspace) {
      const MetricPanels& panels = workspace.compute(inputs, stream.warm_up(), first_symbol, count);
      out[tile] = RowWriter::header(panels.spec(), symbol_column);
      RowWriter{panels, axis, block.begin, first_symbol, symbol_column}.append(
          v2_rows(inputs, stream.warm_up(), first_symbol, count), out[tile]);
    });
  };
  kernels::for_each_tile(symbols, kTileWidth, threads, compute);
  return out;
}

}  // namespace offex::studies
