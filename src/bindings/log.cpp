#include <nanobind/nanobind.h>

#include "bindings/log_internal.hpp"

namespace nb = nanobind;

namespace offex::bindings {
void PythonLog::write(base::LogLevel level, std::string_view message) {
  const nb::gil_scoped_acquire locked;
  try {
    const nb::object logger = nb::module_::import_("logging").attr("getLogger")("offex");
    logger.attr(base::to_string(level).data())("%s", nb::str(message.data(), message.size()));
  } catch (nb::python_error& error) {
    error.discard_as_unraisable("the logger of offex");
  }
}

}  // namespace offex::bindings
