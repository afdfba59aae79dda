#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace offex::base {

/// What kind of failure an `Error` reports. The command line maps each kind to one exit code.
enum class ErrorCode : std::uint8_t {
  Internal,         ///< our own mistake, or the engine's
  InvalidArgument,  ///< a flag, date, symbol or setting that cannot be used
  NotFound,         ///< nothing matched the question
  NotPublished,     ///< the upstream has not published it yet
  Partial,          ///< some parts failed, the rest is done
  Integrity,        ///< damaged or contradictory input, or a broken stored fact
  Upstream,         ///< a server did not answer after retries
  Credentials,      ///< missing or refused credentials, or a spent quota
  Busy,             ///< another process writes to the store
  UnknownLayout,    ///< an input of no layout that offex knows; it may be no data at all
  Io,               ///< the operating system refused a read or a write
  Interrupted,      ///< the user stopped the run; it can be resumed
};

/// Returns the stable name of a code, for example "integrity".
[[nodiscard]] std::string_view to_string(ErrorCode code);

/// Where in a file a failure was met. Zero and empty mean "not known".
struct Place {
  std::string file{};       ///< path or archive member as the user would name it
  std::uint64_t line{0};    ///< counts from 1
  std::uint32_t column{0};  ///< first byte of the field in its line, counts from 1
  std::uint64_t byte{0};    ///< offset in the decoded text, counts from 0
  std::string field{};      ///< name of the field in the layout
  std::string excerpt{};    ///< at most 80 bytes of the row, unprintable bytes escaped
};

/// A failure with its kind, a sentence for people and the place in the input.
struct Error {
  ErrorCode code{ErrorCode::Internal};
  std::string message;
  Place place{};
};

/// Returns one line: "file:line:column: field: message: `excerpt`", unknown parts left out.
[[nodiscard]] std::string format_error(const Error& error);

/// Returns `text` cut to `max_bytes` with unprintable bytes written as \xNN.
[[nodiscard]] std::string printable_excerpt(std::string_view text, std::size_t max_bytes = 80);

}  // namespace offex::base
