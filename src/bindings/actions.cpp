#include "bindings/bindings_internal.hpp"
namespace offex::bindings { void add_actions(nanobind::module_&) {} void add_kernels(nanobind::module_&) {} void add_parsers(nanobind::module_&) {} }
