// Containers of any kind, and gzip in pieces against gzip whole.

#include <vector>

#include "formats/gzip_internal.hpp"
#include "split_check.hpp"

namespace {

// Text that a stream decodes to before its error or its end, and whether there was one.
std::string decode(std::string_view bytes, std::size_t piece) {
  constexpr std::size_t kEnough = std::size_t{1} << 22U;
  std::string out;
  bool full = false;
  offex::formats::GzipDecoder decoder{[&](std::string_view text) -> offex::Result<void> {
    out += text;
    full = out.size() > kEnough;
    if (full) return offex::fail(offex::base::ErrorCode::Integrity, "enough");
    return {};
  }};
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    if (!decoder.push(bytes.substr(at, piece))) return full ? "full" : "damaged";
  }
  return decoder.finish() ? out : "damaged";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace formats = offex::formats;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  formats::ReadOptions options;
  options.file = "CNMSshvol20240102.zip";
  formats::DecodeLimits limits;
  limits.max_text_bytes = std::uint64_t{4} << 20U;
  limits.max_members = 16;
  for (const auto& document : formats::read_documents(bytes, options, limits)) {
    OFFEX_CHECK(!offex::fuzz::to_text(document).empty());
  }
  if (formats::looks_like_gzip(bytes)) {
    const std::string whole = decode(bytes, size + 1);
    OFFEX_CHECK(decode(bytes, 1) == whole && decode(bytes, 13) == whole);
  }
  return 0;
}
