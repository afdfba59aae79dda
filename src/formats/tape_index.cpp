#include <algorithm>
#include <bit>

#include "formats/tape_index_internal.hpp"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "offex/base/multiversion.hpp"

namespace offex::formats {
namespace {

// One bit for each of 64 bytes.
struct Masks {
  std::uint64_t feeds{0};
  std::uint64_t commas{0};
  std::uint64_t quotes{0};
  std::uint64_t controls{0};  // below 0x20, and 0x7F
};

#if defined(__SSE2__)
[[gnu::always_inline]] inline std::uint64_t bits(__m128i bytes) {
  return static_cast<std::uint32_t>(_mm_movemask_epi8(bytes));
}

[[gnu::always_inline]] inline Masks masks16(const char* text) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
  const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
  return {.feeds = bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'))),
          .commas = bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(','))),
          .quotes = bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'))),
          .controls = bits(_mm_or_si128(low, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7F))))};
}
#else
[[gnu::always_inline]] inline Masks masks16(const char* text) {
  Masks out;
  for (unsigned i = 0; i < 16; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    out.feeds |= static_cast<std::uint64_t>(byte == '\n') << i;
    out.commas |= static_cast<std::uint64_t>(byte == ',') << i;
    out.quotes |= static_cast<std::uint64_t>(byte == '"') << i;
    out.controls |= static_cast<std::uint64_t>(byte < 0x20 || byte == 0x7F) << i;
  }
  return out;
}
#endif

[[gnu::always_inline]] inline Masks masks64(const char* text) {
  Masks out;
  for (unsigned part = 0; part < 4; ++part) {
    const Masks some = masks16(text + std::size_t{16} * part);
    out.feeds |= some.feeds << (16 * part);
    out.commas |= some.commas << (16 * part);
    out.quotes |= some.quotes << (16 * part);
    out.controls |= some.controls << (16 * part);
  }
  return out;
}

// Bit i of the result is the parity of the bits up to i.
[[gnu::always_inline]] inline std::uint64_t prefix_parity(std::uint64_t mask) {
  for (unsigned shift = 1; shift < 64; shift *= 2) mask ^= mask << shift;
  return mask;
}

// Carriage returns that a line feed follows.
[[gnu::always_inline]] inline std::uint64_t line_returns(const char* text, std::uint64_t controls,
                                                         std::uint64_t feeds) {
  std::uint64_t out = 0;
  while (controls != 0) {
    const auto at = static_cast<unsigned>(std::countr_zero(controls));
    const bool feed = at == 63 ? text[64] == '\n' : ((feeds >> (at + 1)) & 1U) != 0;
    if (text[at] == '\r' && feed) out |= std::uint64_t{1} << at;
    controls &= controls - 1;
  }
  return out;
}

// Writes twelve entries without asking how many there are: rows of the tape have nine to ten ends
// in 64 bytes.
[[gnu::always_inline]] inline std::uint32_t* write_ends(std::uint64_t mask, std::uint32_t base,
                                                        std::uint32_t* out) {
  constexpr int kUsual = 12;
  const int count = std::popcount(mask);
  for (int i = 0; i < kUsual; ++i) {
    out[i] = base + static_cast<std::uint32_t>(std::countr_zero(mask));
    mask &= mask - 1;
  }
  for (int i = kUsual; i < count; ++i) [[unlikely]] {
    out[i] = base + static_cast<std::uint32_t>(std::countr_zero(mask));
    mask &= mask - 1;
  }
  return out + count;
}

[[gnu::always_inline]] inline std::uint32_t* write_lines(std::uint64_t mask, std::uint32_t base,
                                                         std::uint32_t* out) {
  const int count = std::popcount(mask);
  for (int i = 0; i < count || i < 2; ++i) {
    out[i] = base + static_cast<std::uint32_t>(std::countr_zero(mask));
    mask &= mask - 1;
  }
  return out + count;
}

}  // namespace

OFFEX_CLONES void index_tape(std::string_view text, TapeIndex& index) {
  const std::size_t size = std::min(text.size(), TapeIndex::kChunk);
  index.ends[0] = static_cast<std::uint32_t>(-1);
  std::uint32_t* end = index.ends.data() + 1;
  std::uint32_t* line = index.lines.data();
  std::uint64_t open = 0;  // all bits: the text before ended inside quotes
  for (std::size_t at = 0; at < size; at += 64) {
    const char* const bytes = text.data() + at;
    Masks masks = masks64(bytes);
    if (size - at < 64) {
      const std::uint64_t keep = (std::uint64_t{1} << (size - at)) - 1;
      masks.feeds &= keep;
      masks.commas &= keep;
      masks.controls &= keep;
      masks.quotes &= keep;
    }
    const std::uint64_t quoted = prefix_parity(masks.quotes) ^ open;
    std::uint64_t odd = masks.controls & ~masks.feeds;
    if (odd != 0) odd &= ~line_returns(bytes, odd, masks.feeds);
    if ((odd | (masks.feeds & quoted)) != 0) [[unlikely]]
      break;
    open = std::uint64_t{0} - (quoted >> 63U);
    const auto base = static_cast<std::uint32_t>(at);
    end = write_ends((masks.commas & ~quoted) | masks.feeds, base, end);
    line = write_lines(masks.feeds, base, line);
  }
  index.num_ends = static_cast<std::size_t>(end - index.ends.data());
  index.num_lines = static_cast<std::size_t>(line - index.lines.data());
}

}  // namespace offex::formats
