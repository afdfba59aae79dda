#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include <nanobind/nanobind.h>

namespace offex::bindings {

/// Lets Python follow a long work that runs without the interpreter lock, and stop it: by Ctrl-C,
/// or by an exception of its progress function.
class Watch {
 public:
  /// \param progress called with (done, total), or None
  explicit Watch(nanobind::object progress) : progress_{std::move(progress)} {}

  /// Calls the progress function.
  void tell(std::uint64_t done, std::uint64_t total);
  /// Returns whether the work should end.
  [[nodiscard]] bool stop();
  /// Raises what the progress function raised, or that the user stopped the work. \pre the
  /// interpreter lock is held
  void raise_what_failed();

 private:
  nanobind::object progress_;
  std::optional<nanobind::python_error> failed_;
  bool interrupted_{false};
};

}  // namespace offex::bindings
