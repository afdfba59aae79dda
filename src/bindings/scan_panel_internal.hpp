#pragma once

#include <cstdint>
#include <optional>

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include "bindings/typing_internal.hpp"

namespace offex::bindings {

using Panel =
    nanobind::ndarray<const double, nanobind::ndim<2>, nanobind::c_contig, nanobind::device::cpu>;
using Ordinals = nanobind::ndarray<const std::int32_t, nanobind::ndim<1>, nanobind::c_contig,
                                   nanobind::device::cpu>;

/// Steps the scanner's filter over sessions x symbols and returns its scores by name, each of the
/// shape of the inputs.
[[nodiscard]] Dict scan_panel(const Panel& short_volume, const Panel& total_volume,
                              const std::optional<Ordinals>& ordinals);

}  // namespace offex::bindings
