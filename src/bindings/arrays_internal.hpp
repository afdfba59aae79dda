#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

namespace offex::bindings {

/// Returns a capsule that frees a vector. \param data filled with where its values are
template <class T>
[[nodiscard]] nanobind::capsule owner_of(std::vector<T> values, T*& data) {
  auto held = std::make_unique<std::vector<T>>(std::move(values));
  data = held->data();
  return {held.release(),
          [](void* vector) noexcept { delete static_cast<std::vector<T>*>(vector); }};
}

/// Hands a vector to NumPy.
template <class T>
[[nodiscard]] nanobind::object array_of(std::vector<T> values) {
  const std::size_t size = values.size();
  T* data = nullptr;
  const nanobind::capsule owner = owner_of(std::move(values), data);
  return nanobind::cast(
      nanobind::ndarray<nanobind::numpy, T, nanobind::ndim<1>>(data, {size}, owner));
}

/// Hands a vector to NumPy, rows one behind the other. \pre values.size() == rows * width
template <class T>
[[nodiscard]] nanobind::object grid_of(std::vector<T> values, std::size_t rows, std::size_t width) {
  T* data = nullptr;
  const nanobind::capsule owner = owner_of(std::move(values), data);
  return nanobind::cast(
      nanobind::ndarray<nanobind::numpy, T, nanobind::ndim<2>>(data, {rows, width}, owner));
}

}  // namespace offex::bindings
