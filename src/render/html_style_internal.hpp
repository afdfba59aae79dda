#pragma once

#include <string_view>

namespace offex::render {

/// The style sheet of a report, inlined into the page.
[[nodiscard]] std::string_view report_style();

}  // namespace offex::render
