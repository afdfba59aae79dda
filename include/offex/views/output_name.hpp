#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/market/symbol.hpp"

namespace offex::views {

/// What tells one file of the output tree from all others.
struct OutputName {
  market::Day date;  ///< of the folder: the evening that the output is about
  std::string kind;  ///< "ticker", "scan", "report": a folder, too
  std::vector<market::Symbol> symbols{};
  std::string
      subject{};  ///< in the place of symbols: the name of a group, or what else it is about
  std::optional<market::DayRange> range{};
  market::Instant as_of;
  std::string version{};  ///< empty: left out
};

/// Returns `home/out/<date>/<kind>/<subject>_<first>_<last>_asof-<time>_<version>.<extension>`.
///
/// Up to four symbols stand by name; of more, the first does, with their number and six digits
/// that only this list of symbols has. No part can leave its folder. Names of two symbols differ
/// on disks that do not tell case as well: a small letter of a symbol has `~` before it, and a
/// byte that is neither letter, digit nor an inner point is written as `=2F`.
/// \param extension without the point
[[nodiscard]] std::filesystem::path output_path(const std::filesystem::path& home,
                                                const OutputName& name, std::string_view extension);

}  // namespace offex::views
