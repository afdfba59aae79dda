#pragma once

#include <type_traits>
#include <utility>

#include <nanobind/nanobind.h>

#include "offex/base/result.hpp"

namespace offex::bindings {

/// Returns the exception that stands for an error. \pre the interpreter lock is held
[[nodiscard]] nanobind::object error_object(const base::Error& error);

/// Raises the exception class that stands for the error's code. \pre the interpreter lock is held
[[noreturn]] void raise(const base::Error& error);

/// Returns the value, or raises what prevented it.
template <class T>
T unwrap(Result<T>&& result) {
  if (!result) raise(result.error());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// Runs `work`, which touches no Python object, without the interpreter lock.
template <class Work>
auto without_lock(const Work& work) {
  const nanobind::gil_scoped_release released;
  return work();
}

/// The same with a `work` that returns a Result: returns its value, or raises.
template <class Work>
auto unlocked(const Work& work) {
  return unwrap(without_lock(work));
}

}  // namespace offex::bindings
