#include <utility>

#include <fmt/format.h>

#include "formats/faults_internal.hpp"

namespace offex::formats {

base::Place in_file(const std::string& file) {
  base::Place place;
  place.file = file;
  return place;
}

base::Place place_of(const std::string& file, const Line& line, const RowFault& fault) {
  std::size_t offset = 0;
  if (fault.bytes.data() != nullptr) {
    offset = static_cast<std::size_t>(fault.bytes.data() - line.text.data());
  }
  return {.file = file,
          .line = line.number,
          .column = static_cast<std::uint32_t>(offset + 1),
          .byte = line.byte + offset,
          .field = std::string{fault.field},
          .excerpt = base::printable_excerpt(line.text)};
}

std::unexpected<base::Error> damaged(const std::string& file, const Line& line,
                                     std::string_view field, std::string reason) {
  return fail(base::ErrorCode::Integrity, std::move(reason),
              place_of(file, line, {.field = field, .bytes = {}, .reason = {}}));
}

std::string control_character_reason(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0) return "a zero byte: this is binary, or a damaged copy";
    if (byte < 0x20 || byte == 0x7F) {
      return fmt::format("control character 0x{:02x}: this is binary, or a damaged copy", byte);
    }
  }
  return {};
}

Result<void> RejectList::add(const Line& line, const RowFault& fault) {
  return add(place_of(file_, line, fault), fault.reason);
}

Result<void> RejectList::add(base::Place place, std::string reason) {
  if (rows_.size() < max_rejects_) {
    rows_.push_back({.place = std::move(place), .reason = std::move(reason)});
    return {};
  }
  if (max_rejects_ > 0) {
    reason +=
        fmt::format(" (no more than {} bad rows may be set aside, and they were)", max_rejects_);
  }
  return fail(base::ErrorCode::Integrity, std::move(reason), std::move(place));
}

}  // namespace offex::formats
