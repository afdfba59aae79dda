#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

namespace offex::bindings {

/// Hands a vector to NumPy: one row of values, or `width` of them beside each other.
template <class T>
[[nodiscard]] nanobind::object array_of(std::vector<T> values, std::size_t width = 0) {
  auto held = std::make_unique<std::vector<T>>(std::move(values));
  T* const data = held->data();
  const std::size_t size = held->size();
  const nanobind::capsule owner(
      held.release(), [](void* vector) noexcept { delete static_cast<std::vector<T>*>(vector); });
  if (width == 0) {
    return nanobind::cast(
        nanobind::ndarray<nanobind::numpy, T, nanobind::ndim<1>>(data, {size}, owner));
  }
  return nanobind::cast(
      nanobind::ndarray<nanobind::numpy, T, nanobind::ndim<2>>(data, {size / width, width}, owner));
}

}  // namespace offex::bindings
