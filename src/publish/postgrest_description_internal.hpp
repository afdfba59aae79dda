#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "publish/postgrest_json_internal.hpp"
#include "publish/postgrest_wire_internal.hpp"

namespace offex::publish {

/// What a table server says of its tables. Asked for when it is needed, and kept.
class PostgrestDescription {
 public:
  /// \param wire must outlive this
  explicit PostgrestDescription(PostgrestWire& wire) : wire_{wire} {}

  struct Described {
    std::string name;
    std::string format;  ///< "double precision", "numeric"; empty: the server does not say
  };
  /// Returns the columns of a table, none where the server does not describe it. No error: a server
  /// may be set to describe nothing.
  [[nodiscard]] std::vector<Described> columns_of(std::string_view table);

 private:
  PostgrestWire& wire_;
  std::optional<JsonTree> tree_;
};

}  // namespace offex::publish
