#pragma once

#include <memory>

#include "offex/formats/document.hpp"

#include "formats/table_layout_internal.hpp"

namespace offex::formats {

/// Returns a reader for a table. `layout` must outlive it (static data).
[[nodiscard]] std::unique_ptr<Reader> make_table_reader(const TableLayout& layout,
                                                        ReadOptions options, char delimiter = ',');

}  // namespace offex::formats
