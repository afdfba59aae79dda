#include "offex/base/error.hpp"

#include <iterator>

#include <fmt/format.h>

namespace offex::base {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::Internal:
      return "internal";
    case ErrorCode::InvalidArgument:
      return "invalid-argument";
    case ErrorCode::NotFound:
      return "not-found";
    case ErrorCode::NotPublished:
      return "not-published";
    case ErrorCode::Partial:
      return "partial";
    case ErrorCode::Integrity:
      return "integrity";
    case ErrorCode::Upstream:
      return "upstream";
    case ErrorCode::Credentials:
      return "credentials";
    case ErrorCode::Busy:
      return "busy";
    case ErrorCode::UnknownLayout:
      return "unknown-layout";
    case ErrorCode::Io:
      return "io";
    case ErrorCode::Interrupted:
      return "interrupted";
  }
  return "unknown";
}

std::string format_error(const Error& error) {
  std::string out;
  const Place& place = error.place;
  if (!place.file.empty()) {
    out += place.file;
    if (place.line > 0) out += fmt::format(":{}", place.line);
    if (place.line > 0 && place.column > 0) out += fmt::format(":{}", place.column);
    out += ": ";
  } else if (place.line > 0) {
    out += fmt::format("line {}", place.line);
    if (place.column > 0) out += fmt::format(", column {}", place.column);
    out += ": ";
  }
  if (!place.field.empty()) out += fmt::format("{}: ", place.field);
  out += error.message;
  if (!place.excerpt.empty()) out += fmt::format(": `{}`", place.excerpt);
  return out;
}

std::string printable_excerpt(std::string_view text, std::size_t max_bytes) {
  std::string out;
  for (const char c : text.substr(0, max_bytes)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    }
  }
  if (text.size() > max_bytes) out += "...";
  return out;
}

}  // namespace offex::base
