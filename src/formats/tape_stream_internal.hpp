#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "offex/columns/tape_block.hpp"
#include "offex/formats/tape.hpp"

#include "formats/tape_feed_internal.hpp"
#include "formats/tape_lines_internal.hpp"

namespace offex::formats {

/// How rows are read. `Careful` uses the rules alone: the reference for the fast readers.
enum class TapeReading : std::uint8_t { Fast, Careful };

/// Blocks of one file on request.
template <class Block>
class BlockStream {
 public:
  BlockStream() = default;
  BlockStream(const BlockStream&) = delete;
  BlockStream& operator=(const BlockStream&) = delete;
  BlockStream(BlockStream&&) = delete;
  BlockStream& operator=(BlockStream&&) = delete;
  virtual ~BlockStream() = default;

  /// Returns the next block, or nullptr at the end. The block is good until the next call.
  [[nodiscard]] virtual Result<const Block*> next() = 0;
  /// Returns what the user should know of the file.
  [[nodiscard]] virtual std::vector<std::string> warnings() const { return {}; }
};

/// Returns the rows of comma-separated text. \pre the window of `lines` has the header; `dataset`
/// is one that has such blocks. `lines` outlives the stream.
template <class Block>
[[nodiscard]] Result<std::unique_ptr<BlockStream<Block>>> make_flat_stream(TapeLines& lines,
                                                                           market::Dataset dataset,
                                                                           TapeReading reading);

/// Returns the rows of a REST page. Reads `feed` to its end; `first` is its first piece.
template <class Block>
[[nodiscard]] Result<std::unique_ptr<BlockStream<Block>>> make_page_stream(TextFeed& feed,
                                                                           std::string first,
                                                                           TapeOptions options,
                                                                           TapeReading reading);

}  // namespace offex::formats
