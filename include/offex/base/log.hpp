#pragma once

#include <cstdint>
#include <string_view>

namespace offex::base {

enum class LogLevel : std::uint8_t { Debug, Info, Warning, Error };

/// Returns "debug", "info", "warning" or "error", which are static texts that end with a zero.
[[nodiscard]] constexpr std::string_view to_string(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return "debug";
    case LogLevel::Info:
      return "info";
    case LogLevel::Warning:
      return "warning";
    case LogLevel::Error:
      break;
  }
  return "error";
}

/// Receives what rooms have to say. The library never prints; the program installs a sink.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void write(LogLevel level, std::string_view message) = 0;
};

/// Drops everything.
class NullSink final : public LogSink {
 public:
  void write(LogLevel /*level*/, std::string_view /*message*/) override {}
};

}  // namespace offex::base
