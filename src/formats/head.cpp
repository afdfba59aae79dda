#include "offex/formats/head.hpp"

#include <algorithm>

#include "formats/gzip_internal.hpp"

namespace offex::formats {

std::string decoded_head(std::string_view bytes, std::size_t max_text) {
  if (looks_like_zip(bytes)) return {};
  if (!looks_like_gzip(bytes)) return std::string{bytes.substr(0, max_text)};
  // In steps, so that damage loses no more than one.
  constexpr std::size_t kStep = std::size_t{4} << 10U;
  std::string text;
  GzipInflater inflater;
  while (text.size() < max_text) {
    const std::size_t before = text.size();
    const std::size_t room = std::min(kStep, max_text - before);
    text.resize(before + room);
    // The bytes usually end inside a member, and nobody reads an error: what came before counts.
    const std::size_t filled = inflater.inflate(bytes, {text.data() + before, room}).value_or(0);
    text.resize(before + filled);
    if (filled < room) break;
  }
  return text;
}

}  // namespace offex::formats
