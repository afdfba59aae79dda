#include <algorithm>
#include <bit>

#include "formats/tape_index_internal.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// The vector forms need more than baseline x86-64 has: each is compiled for its own level, and
// the best that the machine can run is picked once.
namespace offex::formats {
namespace {

// One bit for each of 64 bytes.
struct Masks {
  std::uint64_t feeds{0};
  std::uint64_t commas{0};
  std::uint64_t quotes{0};
  std::uint64_t controls{0};  // below 0x20, and 0x7F

  [[gnu::always_inline]] void keep_first(std::size_t bytes) {
    const std::uint64_t keep = (std::uint64_t{1} << bytes) - 1;
    feeds &= keep;
    commas &= keep;
    quotes &= keep;
    controls &= keep;
  }
};

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

// Where a scan is: the part that all forms share.
struct Scan {
  explicit Scan(TapeIndex& index) : end{index.ends.data() + 1}, line{index.lines.data()} {
    index.ends[0] = static_cast<std::uint32_t>(-1);
  }

  /// Returns the ends in 64 bytes, 0 where the scan stops. `parity` has the parity of the quotes
  /// up to each byte.
  [[gnu::always_inline]] std::uint64_t step(const char* text, const Masks& masks,
                                            std::uint64_t parity, bool& stop) {
    const std::uint64_t quoted = parity ^ open;
    std::uint64_t odd = masks.controls & ~masks.feeds;
    if (odd != 0) odd &= ~line_returns(text, odd, masks.feeds);
    stop = (odd | (masks.feeds & quoted)) != 0;
    open = std::uint64_t{0} - (quoted >> 63U);
    return (masks.commas & ~quoted) | masks.feeds;
  }
  /// Notes the line feeds: mostly one, seldom none or two.
  [[gnu::always_inline]] void add_lines(std::uint64_t feeds, std::uint32_t base) {
    const int count = std::popcount(feeds);
    for (int i = 0; i < count; ++i) {
      line[i] = base + static_cast<std::uint32_t>(__builtin_ctzll(feeds));
      feeds &= feeds - 1;
    }
    line += count;
  }
  /// Notes ends without asking how many there are up to twelve: rows have nine to ten in 64 bytes.
  [[gnu::always_inline]] void add_ends(std::uint64_t mask, std::uint32_t base) {
    constexpr int kUsual = 12;
    constexpr std::uint64_t kLast = std::uint64_t{1} << 63U;  // what is written past the end
    const int count = std::popcount(mask);
    for (int i = 0; i < kUsual; ++i) {
      end[i] = base + static_cast<std::uint32_t>(__builtin_ctzll(mask | kLast));
      mask &= mask - 1;
    }
    for (int i = kUsual; i < count; ++i) [[unlikely]] {
      end[i] = base + static_cast<std::uint32_t>(__builtin_ctzll(mask));
      mask &= mask - 1;
    }
    end += count;
  }
  void finish(TapeIndex& index) const {
    index.num_ends = static_cast<std::size_t>(end - index.ends.data());
    index.num_lines = static_cast<std::size_t>(line - index.lines.data());
  }

  std::uint32_t* end;
  std::uint32_t* line;
  std::uint64_t open{0};  // all bits: the text before ended inside quotes
};

Masks plain_masks(const char* text) {
  Masks out;
  for (unsigned i = 0; i < 64; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    out.feeds |= static_cast<std::uint64_t>(byte == '\n') << i;
    out.commas |= static_cast<std::uint64_t>(byte == ',') << i;
    out.quotes |= static_cast<std::uint64_t>(byte == '"') << i;
    out.controls |= static_cast<std::uint64_t>(byte < 0x20 || byte == 0x7F) << i;
  }
  return out;
}

std::uint64_t plain_parity(std::uint64_t mask) {
  for (unsigned shift = 1; shift < 64; shift *= 2) mask ^= mask << shift;
  return mask;
}

void index_plain(std::string_view text, TapeIndex& index) {
  Scan scan{index};
  bool stop = false;
  for (std::size_t at = 0; at < text.size(); at += 64) {
    Masks masks = plain_masks(text.data() + at);
    if (text.size() - at < 64) masks.keep_first(text.size() - at);
    const auto base = static_cast<std::uint32_t>(at);
    const std::uint64_t ends = scan.step(text.data() + at, masks, plain_parity(masks.quotes), stop);
    if (stop) break;
    scan.add_ends(ends, base);
    scan.add_lines(masks.feeds, base);
  }
  scan.finish(index);
}

#if defined(__x86_64__)
#define OFFEX_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt,pclmul")))
#define OFFEX_AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi2,bmi,bmi2,popcnt,pclmul")))

// Parity by carry-less multiplication with all ones.
#define OFFEX_PARITY(mask)                                           \
  static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_clmulepi64_si128( \
      _mm_set_epi64x(0, static_cast<std::int64_t>(mask)), _mm_set1_epi8(-1), 0)))

// NOLINTBEGIN(portability-simd-intrinsics): each form is for one kind of machine.
OFFEX_AVX2 inline std::uint64_t bits64(__m256i low, __m256i high) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
         static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32U;
}

OFFEX_AVX2 inline std::uint64_t equal64(__m256i low, __m256i high, char byte) {
  const __m256i wanted = _mm256_set1_epi8(byte);
  return bits64(_mm256_cmpeq_epi8(low, wanted), _mm256_cmpeq_epi8(high, wanted));
}

OFFEX_AVX2 inline __m256i controls32(__m256i bytes) {
  const __m256i low = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1F)), bytes);
  return _mm256_or_si256(low, _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(0x7F)));
}

OFFEX_AVX2 void index_avx2(std::string_view text, TapeIndex& index) {
  Scan scan{index};
  bool stop = false;
  for (std::size_t at = 0; at < text.size(); at += 64) {
    const char* const bytes = text.data() + at;
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + 32));
    Masks masks{.feeds = equal64(low, high, '\n'),
                .commas = equal64(low, high, ','),
                .quotes = equal64(low, high, '"'),
                .controls = bits64(controls32(low), controls32(high))};
    if (text.size() - at < 64) masks.keep_first(text.size() - at);
    const auto base = static_cast<std::uint32_t>(at);
    const std::uint64_t ends = scan.step(bytes, masks, OFFEX_PARITY(masks.quotes), stop);
    if (stop) break;
    scan.add_ends(ends, base);
    scan.add_lines(masks.feeds, base);
  }
  scan.finish(index);
}

// `iota` has 0 to 63: picked by a mask it gives the places of the bits.
OFFEX_AVX512 void index_avx512(std::string_view text, TapeIndex& index) {
  alignas(64) std::array<std::uint8_t, 64> numbers{};
  for (unsigned i = 0; i < 64; ++i) numbers[i] = static_cast<std::uint8_t>(i);
  const __m512i iota = _mm512_load_si512(numbers.data());
  Scan scan{index};
  bool stop = false;
  for (std::size_t at = 0; at < text.size(); at += 64) {
    const __m512i bytes = _mm512_loadu_si512(text.data() + at);
    Masks masks{.feeds = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\n')),
                .commas = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(',')),
                .quotes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')),
                .controls = _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(0x20)) |
                            _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(0x7F))};
    if (text.size() - at < 64) masks.keep_first(text.size() - at);
    const auto base = static_cast<std::uint32_t>(at);
    const std::uint64_t ends = scan.step(text.data() + at, masks, OFFEX_PARITY(masks.quotes), stop);
    if (stop) break;
    const __m512i places = _mm512_maskz_compress_epi8(ends, iota);
    const __m512i bases = _mm512_set1_epi32(static_cast<int>(base));
    const int count = std::popcount(ends);
    // The forms with a mask: GCC 12 warns of the undefined value inside the plain ones.
    const __m128i first = _mm512_maskz_extracti32x4_epi32(0xF, places, 0);
    const __m512i wide = _mm512_maskz_cvtepu8_epi32(0xFFFF, first);
    _mm512_storeu_si512(scan.end, _mm512_add_epi32(wide, bases));
    if (count > 16) [[unlikely]] {
      scan.add_ends(ends, base);
    } else {
      scan.end += count;
    }
    scan.add_lines(masks.feeds, base);
  }
  scan.finish(index);
}
// NOLINTEND(portability-simd-intrinsics)
#endif

TapeIndexForm best_form() {
#if defined(__x86_64__)
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
                  __builtin_cpu_supports("bmi") && __builtin_cpu_supports("pclmul");
  if (v3 && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2")) {
    return index_avx512;
  }
  if (v3) return index_avx2;
#endif
  return index_plain;
}

}  // namespace

std::vector<TapeIndexForm> tape_index_forms() {
  std::vector<TapeIndexForm> forms{index_plain};
#if defined(__x86_64__)
  if (best_form() != index_plain) forms.push_back(index_avx2);
  if (best_form() == index_avx512) forms.push_back(index_avx512);
#endif
  return forms;
}

void index_tape(std::string_view text, TapeIndex& index) {
  static const TapeIndexForm form = best_form();
  form(text.substr(0, TapeIndex::kChunk), index);
}

}  // namespace offex::formats
