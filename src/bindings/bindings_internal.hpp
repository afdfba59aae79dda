#pragma once

#include <nanobind/nanobind.h>

// The parts of the module offex._offex. What people call is python/offex: it turns their days,
// paths and options into the plain arguments of these functions, and documents them.
namespace offex::bindings {

void add_table(nanobind::module_& module);
void add_store(nanobind::module_& module);
void add_actions(nanobind::module_& module);
void add_kernels(nanobind::module_& module);
void add_parsers(nanobind::module_& module);

}  // namespace offex::bindings
