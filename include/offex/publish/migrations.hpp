#pragma once

#include <span>
#include <string_view>

namespace offex::publish {

/// One numbered step of the tables that offex pushes to: a file of `migrations/`.
struct Migration {
  std::string_view name;  ///< "0001_daily_features"
  std::string_view sql;   ///< may be run again without harm
};

/// Returns all of them in order.
[[nodiscard]] std::span<const Migration> migrations();

}  // namespace offex::publish
