#include "bindings/errors_internal.hpp"
#include "bindings/watch_internal.hpp"

namespace nb = nanobind;

namespace offex::bindings {

void Watch::tell(std::uint64_t done, std::uint64_t total) {
  if (failed_ || progress_.is_none()) return;
  const nb::gil_scoped_acquire locked;
  try {
    progress_(done, total);
  } catch (nb::python_error& error) {
    if (error.matches(PyExc_KeyboardInterrupt)) {
      interrupted_ = true;
    } else {
      failed_.emplace(std::move(error));
    }
  }
}

bool Watch::stop() {
  if (failed_ || interrupted_) return true;
  const nb::gil_scoped_acquire locked;
  if (PyErr_CheckSignals() != 0) {
    PyErr_Clear();  // our own exception is a KeyboardInterrupt, too
    interrupted_ = true;
  }
  return interrupted_;
}

void Watch::raise_what_failed() {
  if (failed_) throw std::move(*failed_);
  if (interrupted_) raise({base::ErrorCode::Interrupted, "stopped; what was whole is stored", {}});
}

}  // namespace offex::bindings
