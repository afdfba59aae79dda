#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace offex::formats {

/// Where the fields of the next lines end: commas outside quotes, and line feeds. Offsets count
/// from the start of the text.
// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): filled before it is read, and large.
struct TapeIndex {
  static constexpr std::size_t kChunk = 16384;

  /// ends[0] is the byte before the first field (2^32 - 1), so that field i of a row that starts
  /// with end e lies in (ends[e + i], ends[e + i + 1]).
  std::array<std::uint32_t, kChunk + 128> ends;
  std::array<std::uint32_t, kChunk + 128> lines;  ///< the line feeds among them
  std::size_t num_ends{1};
  std::size_t num_lines{0};
};

/// Fills `index` with at most kChunk bytes of `text`, which starts outside quotes. Stops early
/// before a line feed inside quotes and before control characters other than LF and CRLF.
/// \pre 64 bytes behind the text may be read
void index_tape(std::string_view text, TapeIndex& index);

/// The forms of `index_tape` that this machine can run, the plain one first; the text has at most
/// kChunk bytes. They differ in speed only.
using TapeIndexForm = void (*)(std::string_view, TapeIndex&);
[[nodiscard]] std::vector<TapeIndexForm> tape_index_forms();

}  // namespace offex::formats
