#pragma once

#include <expected>
#include <string>
#include <utility>

#include "offex/base/error.hpp"

namespace offex {

/// A value, or the error that prevented it. Everything that input can cause travels this way.
template <class T>
using Result = std::expected<T, base::Error>;

/// Returns an error to be converted into any `Result<T>`.
[[nodiscard]] inline std::unexpected<base::Error> fail(base::ErrorCode code, std::string message,
                                                       base::Place place = {}) {
  return std::unexpected{base::Error{code, std::move(message), std::move(place)}};
}

}  // namespace offex

#define OFFEX_CONCAT_INNER(a, b) a##b
#define OFFEX_CONCAT(a, b) OFFEX_CONCAT_INNER(a, b)

/// Evaluates a `Result<void>` expression and returns its error from the current function.
#define OFFEX_TRY(expression)                                                            \
  do {                                                                                   \
    if (auto OFFEX_CONCAT(offex_outcome_, __LINE__) = (expression);                      \
        !OFFEX_CONCAT(offex_outcome_, __LINE__)) {                                       \
      return std::unexpected{std::move(OFFEX_CONCAT(offex_outcome_, __LINE__)).error()}; \
    }                                                                                    \
  } while (false)

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot stand in parentheses.
/// Declares `name` from a `Result<T>` expression, or returns its error.
#define OFFEX_ASSIGN(declaration, expression)                                         \
  auto OFFEX_CONCAT(offex_result_, __LINE__) = (expression);                          \
  if (!OFFEX_CONCAT(offex_result_, __LINE__)) {                                       \
    return std::unexpected{std::move(OFFEX_CONCAT(offex_result_, __LINE__)).error()}; \
  }                                                                                   \
  declaration = std::move(*OFFEX_CONCAT(offex_result_, __LINE__))
// NOLINTEND(bugprone-macro-parentheses)
