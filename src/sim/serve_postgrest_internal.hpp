#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
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

  [[nodiscard]] HttpReply insert(const HttpRequest& request, const std::string& name);
  [[nodiscard]] HttpReply select(const HttpRequest& request, const std::string& name);

  std::mutex lock_;
  std::map<std::string, Table> tables_;
};

}  // namespace offex::sim
