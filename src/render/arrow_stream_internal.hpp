#pragma once

#include <cstddef>
#include <memory>

#include "offex/columns/batch.hpp"
#include "offex/render/arrow_stream.hpp"

namespace offex::render {

/// Fills `out` with rows [begin, begin + count) as a struct array that keeps the table alive.
/// \pre the decimals and texts of these rows fit
void export_arrow_rows(const std::shared_ptr<const columns::Batch>& batch, std::size_t begin,
                       std::size_t count, ::ArrowArray& out);

}  // namespace offex::render
