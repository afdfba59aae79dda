#include "bindings/bindings_internal.hpp"

NB_MODULE(_offex, module) {
  module.doc() = "What offex computes, in C++. Use the package `offex`.";
  module.attr("version") = OFFEX_VERSION;
  offex::bindings::add_table(module);
  offex::bindings::add_store(module);
  offex::bindings::add_actions(module);
  offex::bindings::add_kernels(module);
  offex::bindings::add_parsers(module);
}
