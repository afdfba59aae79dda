#include <nanobind/nanobind.h>

#include "bindings/log_internal.hpp"

namespace nb = nanobind;

namespace offex::bindings {
namespace {

const char* method_of(base::LogLevel level) {
  switch (level) {
    case base::LogLevel::Debug:
      return "debug";
    case base::LogLevel::Info:
      return "info";
    case base::LogLevel::Warning:
      return "warning";
    case base::LogLevel::Error:
      return "error";
  }
  return "error";
}

}  // namespace

void PythonLog::write(base::LogLevel level, std::string_view message) {
  const nb::gil_scoped_acquire locked;
  try {
    const nb::object logger = nb::module_::import_("logging").attr("getLogger")("offex");
    logger.attr(method_of(level))("%s", nb::str(message.data(), message.size()));
  } catch (nb::python_error& error) {
    error.discard_as_unraisable("the logger of offex");
  }
}

}  // namespace offex::bindings
