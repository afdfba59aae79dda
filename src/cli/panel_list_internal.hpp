#pragma once

#include <sstream>
#include <string>
#include <vector>

namespace offex::cli {

/// Returns the names of `--panels`, which commas separate.
[[nodiscard]] inline std::vector<std::string> panel_list(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in{text};
  for (std::string name; std::getline(in, name, ',');) out.push_back(name);
  return out;
}

}  // namespace offex::cli
