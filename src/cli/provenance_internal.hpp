#pragma once

#include "offex/cli/invocation.hpp"
#include "offex/render/table_view.hpp"
#include "offex/store/reader.hpp"

namespace offex::cli {

/// Returns the footer of a table made from the store: as-of, source vintages and the disclaimer.
[[nodiscard]] Result<render::Footer> store_footer(const Invocation& invocation,
                                                  const store::Reader& reader);

/// Returns how the columns of the daily metrics are shown to people.
[[nodiscard]] std::vector<render::ColumnFormat> metric_formats();

}  // namespace offex::cli
