#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace offex::sim {

/// A table as its statements make it.
struct TableShape {
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::string> formats;  ///< types of the columns: "double precision", "numeric"
  std::vector<std::string> key;      ///< of its unique index, else its primary key
};

/// Adds what CREATE TABLE, ALTER TABLE ... ADD COLUMN and CREATE UNIQUE INDEX in `sql` say; all
/// other statements, and bodies between dollar quotes, are skipped.
void add_shapes(std::string_view sql, std::vector<TableShape>& out);

}  // namespace offex::sim
