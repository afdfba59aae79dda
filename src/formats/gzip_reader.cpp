#include "offex/formats/gzip_reader.hpp"

#include "formats/gzip_internal.hpp"

namespace offex::formats {

Result<std::string> gunzip(std::string_view bytes, std::uint64_t max_bytes) {
  std::string out;
  GzipDecoder decoder{[&](std::string_view text) -> Result<void> {
    if (out.size() + text.size() > max_bytes) {
      return fail(base::ErrorCode::Integrity, "decodes to more than is allowed");
    }
    out.append(text);
    return {};
  }};
  OFFEX_TRY(decoder.push(bytes));
  OFFEX_TRY(decoder.finish());
  return out;
}

}  // namespace offex::formats
