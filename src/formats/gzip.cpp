#include <algorithm>
#include <cstddef>
#include <utility>

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

class GzipInflater::Impl {
 public:
  Impl() { reset(); }

  Result<std::size_t> inflate(std::string_view& in, std::span<char> out) {
    std::size_t filled = 0;
    bool more = true;
    while (filled < out.size() && more) {
      if (!inside_) {
        if (in.empty()) break;
        OFFEX_TRY(start_member(in.front()));
      }
      OFFEX_ASSIGN(const std::size_t added, step(in, out.subspan(filled)));
      filled += added;
      more = !in.empty() || filled == out.size();
    }
    return filled;
  }

  Result<void> finish() const {
    if (inside_ || members_ == 0) {
      return damage("gzip: the data end inside a member: the file is cut");
    }
    return {};
  }

 private:
  // The library counts in 32 bits.
  static constexpr std::size_t kMaxPiece = std::size_t{1} << 30U;

  static std::unexpected<base::Error> damage(std::string_view reason) {
    return fail(base::ErrorCode::Integrity, std::string{reason});
  }

  void reset() {
    isal_inflate_reset(&state_);
    state_.crc_flag = ISAL_GZIP;
  }

  Result<std::size_t> step(std::string_view& in, std::span<char> out) {
    const std::size_t piece = std::min(in.size(), kMaxPiece);
    const std::size_t room = std::min(out.size(), kMaxPiece);
    // The library takes input by a pointer to non-const bytes and only reads them.
    state_.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(in.data()));
    state_.avail_in = static_cast<std::uint32_t>(piece);
    state_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    state_.avail_out = static_cast<std::uint32_t>(room);
    const int status = isal_inflate(&state_);
    if (status < 0 || status > ISAL_OUT_OVERFLOW) return damage(describe_inflate(status));
    in.remove_prefix(piece - state_.avail_in);
    if (state_.block_state == ISAL_BLOCK_FINISH) {
      inside_ = false;
      ++members_;
    }
    return room - state_.avail_out;
  }

  Result<void> start_member(char first) {
    if (members_ > 0 && first != '\x1F') {
      return damage("gzip: bytes behind the end of the data that are no gzip member");
    }
    reset();
    inside_ = true;
    return {};
  }

  std::size_t members_{0};
  bool inside_{false};
  inflate_state state_{};
};

GzipInflater::GzipInflater() : impl_{std::make_unique<Impl>()} {}
GzipInflater::~GzipInflater() = default;

Result<std::size_t> GzipInflater::inflate(std::string_view& in, std::span<char> out) {
  return impl_->inflate(in, out);
}
Result<void> GzipInflater::finish() const { return impl_->finish(); }

GzipDecoder::GzipDecoder(TextSink sink) : sink_{std::move(sink)}, block_(kBlockBytes) {}

Result<void> GzipDecoder::push(std::string_view bytes) {
  bool full = false;
  while (!bytes.empty() || full) {
    const std::span<char> room{block_.data() + filled_, block_.size() - filled_};
    OFFEX_ASSIGN(const std::size_t added, inflater_.inflate(bytes, room));
    filled_ += added;
    full = filled_ == block_.size();
    if (full) OFFEX_TRY(flush());
  }
  return {};
}

Result<void> GzipDecoder::finish() {
  OFFEX_TRY(inflater_.finish());
  return flush();
}

Result<void> GzipDecoder::flush() {
  const std::size_t size = std::exchange(filled_, 0);
  if (size == 0) return {};
  return sink_({block_.data(), size});
}

bool looks_like_gzip(std::string_view bytes) { return bytes.starts_with("\x1F\x8B"); }

bool looks_like_zip(std::string_view bytes) {
  return bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06") ||
         bytes.starts_with("PK\x07\x08");
}

}  // namespace offex::formats
