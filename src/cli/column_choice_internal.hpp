#pragma once

#include <string>
#include <string_view>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"

namespace offex::cli {

/// Returns the columns of `all` that `typed` names (commas between them), or those of `usual` that
/// are there when nothing was typed. \param table for the message about an unknown name
[[nodiscard]] Result<columns::Batch> choose_columns(std::string_view typed, std::string_view usual,
                                                    columns::Batch all, std::string_view table);

}  // namespace offex::cli
