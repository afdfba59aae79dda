#include <bit>
#include <cstring>

#include "formats/delimiters_internal.hpp"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "offex/base/multiversion.hpp"

namespace offex::formats {
namespace {

#if defined(__SSE2__)
[[gnu::always_inline]] inline std::uint64_t delimiter_bits16(const char* text) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
  const __m128i pipes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('|'));
  const __m128i feeds = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'));
  return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(pipes, feeds)));
}
#else
[[gnu::always_inline]] inline std::uint64_t delimiter_bits16(const char* text) {
  std::uint64_t bits = 0;
  for (unsigned i = 0; i < 16; ++i) {
    bits |= static_cast<std::uint64_t>(text[i] == '|' || text[i] == '\n') << i;
  }
  return bits;
}
#endif

[[gnu::always_inline]] inline std::uint64_t delimiter_bits64(const char* text) {
  return delimiter_bits16(text) | delimiter_bits16(text + 16) << 16U |
         delimiter_bits16(text + 32) << 32U | delimiter_bits16(text + 48) << 48U;
}

// Writes eight entries without asking how many there are: rows hold six delimiters each, so that
// a loop over the bits would mispredict its end nearly every time.
[[gnu::always_inline]] inline std::uint32_t* write_offsets(std::uint64_t bits, std::uint32_t base,
                                                           std::uint32_t* out) {
  const int count = std::popcount(bits);
  for (int i = 0; i < 8; ++i) {
    out[i] = base + static_cast<std::uint32_t>(std::countr_zero(bits));
    bits &= bits - 1;
  }
  if (count > 8) [[unlikely]] {
    for (int i = 8; i < 16; ++i) {
      out[i] = base + static_cast<std::uint32_t>(std::countr_zero(bits));
      bits &= bits - 1;
    }
    for (int i = 16; bits != 0; ++i) {
      out[i] = base + static_cast<std::uint32_t>(std::countr_zero(bits));
      bits &= bits - 1;
    }
  }
  return out + count;
}

}  // namespace

OFFEX_CLONES std::size_t find_delimiters(const char* text, std::size_t size, std::uint32_t* out) {
  std::uint32_t* end = out;
  std::size_t at = 0;
  for (; at + 64 <= size; at += 64) {
    end = write_offsets(delimiter_bits64(text + at), static_cast<std::uint32_t>(at), end);
  }
  if (at < size) {
    char padded[64] = {};
    std::memcpy(padded, text + at, size - at);
    end = write_offsets(delimiter_bits64(padded), static_cast<std::uint32_t>(at), end);
  }
  return static_cast<std::size_t>(end - out);
}

}  // namespace offex::formats
