#pragma once

#include <array>
#include <string_view>

// The SQL of the schema steps, each run in this order.
namespace offex::store {

[[nodiscard]] std::array<std::string_view, 2> step1_tables();
[[nodiscard]] std::string_view step1_rules();
[[nodiscard]] std::array<std::string_view, 2> step1_macros();
[[nodiscard]] std::array<std::string_view, 2> step1_views();
[[nodiscard]] std::string_view step2_ledger();
[[nodiscard]] std::string_view step3_corporate_actions();

}  // namespace offex::store
