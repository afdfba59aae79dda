#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "offex/cli/invocation.hpp"

namespace offex::cli {

/// Returns the five symbols with the largest dollar volume of the newest day.
[[nodiscard]] Result<std::vector<std::string>> demo_tickers(const std::filesystem::path& home,
                                                            const Invocation& invocation);

struct ReportText {
  std::string title;
  std::string about;  ///< one sentence below it
};

/// Writes a page of tables on the newest data of a store. Replaces `target`.
[[nodiscard]] Result<void> write_report(const std::filesystem::path& home,
                                        const std::filesystem::path& target, const ReportText& text,
                                        const Invocation& invocation);

}  // namespace offex::cli
