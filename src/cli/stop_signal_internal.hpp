#pragma once

namespace offex::cli {

/// While it lives, the first Ctrl-C (SIGINT) or SIGTERM only sets a flag, so that finished work can
/// be committed; the second one ends the process.
class StopSignal {
 public:
  StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;
  StopSignal(StopSignal&&) = delete;
  StopSignal& operator=(StopSignal&&) = delete;
  ~StopSignal();

  [[nodiscard]] bool requested() const;
};

}  // namespace offex::cli
