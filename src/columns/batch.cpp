#include "offex/columns/batch.hpp"

namespace offex::columns {

const Column* Batch::find(std::string_view name) const {
  for (const Column& column : columns_) {
    if (column.name() == name) return &column;
  }
  return nullptr;
}

Column* Batch::find(std::string_view name) {
  for (Column& column : columns_) {
    if (column.name() == name) return &column;
  }
  return nullptr;
}

void Batch::truncate(std::size_t rows) {
  for (Column& column : columns_) column.truncate(rows);
}

}  // namespace offex::columns
