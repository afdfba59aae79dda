#pragma once

#include "offex/cli/invocation.hpp"
#include "offex/render/table_view.hpp"
#include "offex/store/reader.hpp"
#include "offex/views/formats.hpp"

namespace offex::cli {

/// Returns the footer of a table made from the store: as-of, source vintages and the disclaimer.
[[nodiscard]] Result<render::Footer> store_footer(const Invocation& invocation,
                                                  const store::Reader& reader);

using views::metric_formats;
using views::number;
using views::percent;
using views::signed_number;

}  // namespace offex::cli
