#include <signal.h>

#include "cli/stop_signal_internal.hpp"

namespace offex::cli {
namespace {

volatile sig_atomic_t stop_requested = 0;

void on_signal(int number) {
  stop_requested = 1;
  static_cast<void>(::signal(number, SIG_DFL));
}

}  // namespace

StopSignal::StopSignal() {
  stop_requested = 0;
  static_cast<void>(::signal(SIGINT, &on_signal));
  static_cast<void>(::signal(SIGTERM, &on_signal));
}

StopSignal::~StopSignal() {
  static_cast<void>(::signal(SIGINT, SIG_DFL));
  static_cast<void>(::signal(SIGTERM, SIG_DFL));
}

bool StopSignal::requested() const { return stop_requested != 0; }

}  // namespace offex::cli
