#pragma once

#include <cstddef>
#include <string>

#include <nanobind/nanobind.h>

#include "bindings/table_internal.hpp"
#include "bindings/typing_internal.hpp"

namespace offex::bindings {

/// Returns a column of numbers, days or instants as a NumPy array that is read-only. Without a
/// copy where all cells are there and the storage is Arrow's own. Missing cells are NaN, in whole
/// numbers too, and NaT. Another type is InvalidArgument, an unknown name NotFound.
[[nodiscard]] nanobind::object numpy_column(const Table& table, const std::string& name);

/// Returns the rows as a list of dicts; a missing cell is None. \param exact quantities, prices and
/// wide numbers as decimal.Decimal, else int where whole and float where not
[[nodiscard]] Dicts rows_as_dicts(const Table& table, bool exact);

/// Returns the first rows, each a list of texts as the text formats write them.
[[nodiscard]] TextRows head_as_text(const Table& table, std::size_t count);

}  // namespace offex::bindings
