#pragma once

#include <memory>

#include "offex/base/byte_source.hpp"
#include "offex/columns/tape_block.hpp"
#include "offex/formats/tape.hpp"

#include "formats/tape_feed_internal.hpp"
#include "formats/tape_lines_internal.hpp"
#include "formats/tape_stream_internal.hpp"
#include "formats/tape_tally_internal.hpp"

namespace offex::formats {

/// One tape file, block by block on request, of any layout that has such blocks.
template <class Block>
class TapeReader {
 public:
  /// \param hash whether the summary gets the SHA-256 of the text
  TapeReader(base::ByteSource bytes, TapeOptions options, bool hash, TapeReading reading);

  /// Returns the next block, or nullptr at the end. The block is good until the next call.
  [[nodiscard]] Result<const Block*> next();
  /// Returns what was read. \pre next() returned nullptr
  [[nodiscard]] TapeSummary summary();

 private:
  Result<void> open();

  TapeOptions options_;
  TapeReading reading_;
  TextFeed feed_;
  TapeLines lines_;
  TapeTally tally_;
  std::unique_ptr<BlockStream<Block>> stream_;
};

}  // namespace offex::formats
