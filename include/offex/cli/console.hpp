#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

#include "offex/base/log.hpp"
#include "offex/cli/invocation.hpp"

namespace offex::cli {

/// Writes what the rooms say to a stream, as text or as one JSON object a line.
class ConsoleSink final : public base::LogSink {
 public:
  explicit ConsoleSink(std::ostream& out) : out_{out} {}
  void configure(const Settings& settings);
  void write(base::LogLevel level, std::string_view message) override;

 private:
  std::ostream& out_;
  base::LogLevel lowest_{base::LogLevel::Info};
  bool json_{false};
};

/// One progress bar on stderr. Draws at most ten times a second, and nothing when the work ends
/// before half a second has gone.
class ProgressBar {
 public:
  ProgressBar(Invocation& invocation, std::string label, std::string unit);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ProgressBar(ProgressBar&&) = delete;
  ProgressBar& operator=(ProgressBar&&) = delete;
  ~ProgressBar();

  void update(std::uint64_t done, std::uint64_t total);

 private:
  void draw(std::uint64_t done, std::uint64_t total);

  Invocation& invocation_;
  std::string label_;
  std::string unit_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point drawn_;
  ProgressMode mode_;
  bool on_screen_{false};
};

}  // namespace offex::cli
