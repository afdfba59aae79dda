#include "offex/formats/head.hpp"

#include <algorithm>

#include "formats/gzip_internal.hpp"

namespace offex::formats {

std::string decoded_head(std::string_view bytes, std::size_t max_text) {
  if (looks_like_zip(bytes)) return {};
  if (!looks_like_gzip(bytes)) return std::string{bytes.substr(0, max_text)};
  std::string text;
  GzipDecoder decoder{[&](std::string_view block) -> Result<void> {
    text += block.substr(0, std::min(block.size(), max_text - text.size()));
    // Any error ends the decoding; nobody reads this one.
    if (text.size() == max_text) return fail(base::ErrorCode::Interrupted, "enough");
    return {};
  }};
  // The bytes usually end inside a member: what came before is what we want.
  if (decoder.push(bytes)) {
    [[maybe_unused]] const Result<void> cut = decoder.finish();
  }
  return text;
}

}  // namespace offex::formats
