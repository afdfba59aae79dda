#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace offex::test_support {

/// How a program is started.
struct ProcessOptions {
  std::filesystem::path folder;                    ///< working folder; its output files go here
  std::map<std::string, std::string> variables{};  ///< added to the environment
  std::string input{};                             ///< standard input
};

/// How a program ended.
struct ProcessOutcome {
  int exit_code{-1};  ///< -1 when a signal ended it
  int signal{0};
  bool timed_out{false};
  std::string out;
  std::string err;
};

/// A running program whose output goes to files, so that it never waits for a reader. Variables
/// of ours (OFFEX_*, XDG_*, NO_COLOR) are not inherited.
class Process {
 public:
  Process(const std::filesystem::path& program, const std::vector<std::string>& arguments,
          const ProcessOptions& options);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  Process(Process&&) = delete;
  Process& operator=(Process&&) = delete;
  /// Kills what still runs.
  ~Process();

  /// Waits for the end, at most so long. Returns whether it ended.
  bool wait(std::chrono::microseconds limit);
  void send(int signal) const;
  /// Waits for the end and collects the output; a program over the limit is killed.
  [[nodiscard]] ProcessOutcome finish(std::chrono::seconds limit = std::chrono::seconds{60});

 private:
  std::filesystem::path files_;
  pid_t pid_{-1};
  std::optional<int> status_;
};

}  // namespace offex::test_support
