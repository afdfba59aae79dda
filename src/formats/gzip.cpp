#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <isa-l/igzip_lib.h>

#include "formats/gzip_internal.hpp"

namespace offex::formats {
namespace {

std::string_view describe_inflate(int status) {
  switch (status) {
    case ISAL_INCORRECT_CHECKSUM:
      return "gzip: the checksum or length does not match the content";
    case ISAL_INVALID_WRAPPER:
    case ISAL_UNSUPPORTED_METHOD:
      return "gzip: not a gzip header";
    default:
      return "gzip: the compressed data are damaged";
  }
}

}  // namespace

class GzipDecoder::Impl {
 public:
  explicit Impl(TextSink sink) : sink_{std::move(sink)}, block_(kBlockBytes) { reset(); }

  Result<void> push(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::size_t piece = std::min<std::size_t>(bytes.size(), kMaxPiece);
      OFFEX_TRY(inflate(bytes.substr(0, piece)));
      bytes.remove_prefix(piece);
    }
    return {};
  }

  Result<void> finish() {
    if (inside_ || members_ == 0) {
      return damage("gzip: the data end inside a member: the file is cut");
    }
    return flush();
  }

 private:
  // The library counts input in 32 bits.
  static constexpr std::size_t kMaxPiece = std::size_t{1} << 30U;

  static std::unexpected<base::Error> damage(std::string_view reason) {
    return fail(base::ErrorCode::Integrity, std::string{reason});
  }

  void reset() {
    isal_inflate_reset(&state_);
    state_.crc_flag = ISAL_GZIP;
  }

  Result<void> inflate(std::string_view bytes) {
    // The library takes input by a pointer to non-const bytes and only reads them.
    state_.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(bytes.data()));
    state_.avail_in = static_cast<std::uint32_t>(bytes.size());
    bool output_full = false;
    while (state_.avail_in > 0 || output_full) {
      if (!inside_) {
        OFFEX_TRY(start_member());
      }
      state_.next_out = reinterpret_cast<std::uint8_t*>(block_.data() + filled_);
      state_.avail_out = static_cast<std::uint32_t>(block_.size() - filled_);
      const int status = isal_inflate(&state_);
      if (status < 0 || status > ISAL_OUT_OVERFLOW) return damage(describe_inflate(status));
      filled_ = block_.size() - state_.avail_out;
      output_full = filled_ == block_.size();
      if (output_full) OFFEX_TRY(flush());
      if (state_.block_state == ISAL_BLOCK_FINISH) {
        inside_ = false;
        output_full = false;
        ++members_;
      }
    }
    return {};
  }

  Result<void> start_member() {
    if (members_ > 0 && state_.next_in[0] != 0x1F) {
      return damage("gzip: bytes behind the end of the data that are no gzip member");
    }
    reset();
    inside_ = true;
    return {};
  }

  Result<void> flush() {
    const std::size_t size = std::exchange(filled_, 0);
    if (size == 0) return {};
    return sink_({block_.data(), size});
  }

  TextSink sink_;
  std::vector<char> block_;
  std::size_t filled_{0};
  std::size_t members_{0};
  bool inside_{false};
  inflate_state state_{};
};

GzipDecoder::GzipDecoder(TextSink sink) : impl_{std::make_unique<Impl>(std::move(sink))} {}
GzipDecoder::~GzipDecoder() = default;

Result<void> GzipDecoder::push(std::string_view bytes) { return impl_->push(bytes); }
Result<void> GzipDecoder::finish() { return impl_->finish(); }

bool looks_like_gzip(std::string_view bytes) { return bytes.starts_with("\x1F\x8B"); }

bool looks_like_zip(std::string_view bytes) {
  return bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06") ||
         bytes.starts_with("PK\x07\x08");
}

}  // namespace offex::formats
