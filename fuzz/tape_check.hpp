#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "offex/base/check.hpp"

#include "formats/tape_reader_internal.hpp"

namespace offex::fuzz {

template <class Value>
void put(std::string& out, const std::vector<Value>& values) {
  out.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value));
  out += '|';
}

inline void put_runs(std::string& out, const std::vector<columns::TapeRun>& runs,
                     std::size_t rows) {
  std::uint32_t end = 0;
  for (const columns::TapeRun& run : runs) {
    OFFEX_CHECK(run.begin == end && run.end > run.begin);
    end = run.end;
    out += run.symbol.view();
    out += std::to_string(end) + ' ';
  }
  OFFEX_CHECK(end == rows && rows > 0 && rows <= columns::kTapeBlockRows);
}

template <class Block>
void put_block(std::string& out, const Block& block) {
  put_runs(out, block.runs, block.rows());
  columns::for_each_column([&out](const auto& column) { put(out, column); }, block);
}

/// Everything a tape holds, or its error, so that two ways of reading can be compared.
template <class Block>
std::string tape_text(std::string_view text, std::size_t piece, formats::TapeReading reading,
                      const formats::TapeOptions& options) {
  std::size_t at = 0;
  const base::ByteSource source = [&](std::span<char> buffer) -> Result<std::size_t> {
    const std::size_t size = std::min({buffer.size(), piece, text.size() - at});
    std::memcpy(buffer.data(), text.data() + at, size);
    at += size;
    return size;
  };
  formats::TapeReader<Block> reader{source, options, false, reading};
  std::string out;
  while (true) {
    const auto block = reader.next();
    if (!block)
      return out + base::format_error(block.error()) + std::to_string(block.error().place.byte);
    if (*block == nullptr) return out + std::to_string(reader.summary().rows);
    put_block(out, **block);
  }
}

/// Stops the process when the fast and the careful reader differ, or two ways to cut the source.
template <class Block>
void check_tape_reader(std::string_view text, const formats::TapeOptions& options) {
  using formats::TapeReading;
  const std::string whole = tape_text<Block>(text, text.size() + 1, TapeReading::Fast, options);
  OFFEX_CHECK(tape_text<Block>(text, text.size() + 1, TapeReading::Careful, options) == whole);
  OFFEX_CHECK(tape_text<Block>(text, 7, TapeReading::Fast, options) == whole);
}

}  // namespace offex::fuzz
