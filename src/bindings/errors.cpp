#include <string>

#include <nanobind/stl/string.h>

#include "bindings/errors_internal.hpp"

namespace nb = nanobind;

namespace offex::bindings {
namespace {

// None where nothing is known.
nb::object place_of(const base::Place& place) {
  nb::dict out;
  if (!place.file.empty()) out["file"] = place.file;
  if (place.line > 0) out["line"] = place.line;
  if (place.column > 0) out["column"] = place.column;
  if (place.byte > 0) out["byte"] = place.byte;
  if (!place.field.empty()) out["field"] = place.field;
  if (!place.excerpt.empty()) out["excerpt"] = place.excerpt;
  return out.empty() ? nb::none() : nb::object(out);
}

}  // namespace

nb::object error_object(const base::Error& error) {
  return nb::module_::import_("offex._errors")
      .attr("error_of")(std::string{base::to_string(error.code)}, error.message,
                        place_of(error.place), base::format_error(error));
}

void raise(const base::Error& error) {
  const nb::object problem = error_object(error);
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(problem.ptr())), problem.ptr());
  throw nb::python_error();
}

}  // namespace offex::bindings
