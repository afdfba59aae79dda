#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/json_internal.hpp"
#include "sim/serve_internal.hpp"

namespace offex::sim {

/// Tables behind PostgREST, in memory. A table is made by the first rows that are sent to it.
class PostgrestPart {
 public:
  [[nodiscard]] HttpReply answer(const HttpRequest& request);

 private:
  using Row = std::vector<std::pair<std::string, Json>>;
  struct Table {
    std::vector<std::string> key;     // of the unique index; empty: none
    std::map<std::string, Row> rows;  // by key, or by number
  };
  struct Upload {
    std::vector<Json> rows;
    std::vector<std::string> key;
    bool merges{false};
    bool ignores{false};
  };

  /// Returns the refusal of rows that do not go together, or nothing.
  [[nodiscard]] static std::optional<HttpReply> refuse(const Upload& upload);
  /// Returns the refusal of rows that do not fit to the table, or nothing.
  [[nodiscard]] static std::optional<HttpReply> refuse(const Upload& upload, const Table& table);
  /// Returns the number of new rows.
  static std::size_t put(Upload upload, Table& table);
  [[nodiscard]] static std::vector<const Row*> find(const HttpRequest& request, const Table& table);
  [[nodiscard]] HttpReply insert(const HttpRequest& request, const std::string& name);
  [[nodiscard]] HttpReply select(const HttpRequest& request, const std::string& name);

  std::mutex lock_;
  std::map<std::string, Table> tables_;
};

}  // namespace offex::sim
