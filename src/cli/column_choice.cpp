#include <sstream>

#include <fmt/format.h>

#include "cli/column_choice_internal.hpp"

namespace offex::cli {

Result<columns::Batch> choose_columns(std::string_view typed, std::string_view usual,
                                      columns::Batch all, std::string_view table) {
  std::istringstream names{std::string{typed.empty() ? usual : typed}};
  columns::Batch out;
  std::string name;
  while (std::getline(names, name, ',')) {
    columns::Column* column = all.find(name);
    if (column == nullptr) {
      if (typed.empty()) continue;
      return fail(base::ErrorCode::InvalidArgument,
                  fmt::format("no column `{}` in {}; --wide shows all", name, table));
    }
    out.add(*column);
  }
  return out;
}

}  // namespace offex::cli
