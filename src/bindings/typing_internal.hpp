#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/typing.h>

// Types that the stubs tell of dicts and lists.
namespace offex::bindings {

using Dict = nanobind::typed<nanobind::dict, nanobind::str, nanobind::any>;
using Dicts = nanobind::typed<nanobind::list, Dict>;
using TextRows = nanobind::typed<nanobind::list, nanobind::typed<nanobind::list, nanobind::str>>;
using Values = nanobind::typed<nanobind::list, nanobind::any>;

}  // namespace offex::bindings
