#pragma once

#include <string_view>
#include <vector>

#include "offex/cli/invocation.hpp"
#include "offex/render/table_view.hpp"
#include "offex/store/reader.hpp"

namespace offex::cli {

/// Returns the footer of a table made from the store: as-of, source vintages and the disclaimer.
[[nodiscard]] Result<render::Footer> store_footer(const Invocation& invocation,
                                                  const store::Reader& reader);

// How a column is shown: a share in percent, a number, a number whose sign has a colour.
[[nodiscard]] render::ColumnFormat percent(std::string_view column, int drop_priority);
[[nodiscard]] render::ColumnFormat number(std::string_view column, int decimals, int drop_priority);
[[nodiscard]] render::ColumnFormat signed_number(std::string_view column, int decimals,
                                                 int drop_priority);

/// Returns how the columns of the daily metrics are shown to people.
[[nodiscard]] std::vector<render::ColumnFormat> metric_formats();

}  // namespace offex::cli
