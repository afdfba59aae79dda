#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/json_body_internal.hpp"

namespace offex::formats {

/// Reads rows with objects in them. A key such as `rules.volume` names a member of a member; a list
/// or an object of texts that has a key of its own becomes one text: `trade nbbo` or, sorted,
/// `CTA:B,UTP:W`.
class NestedRow {
 public:
  /// \param keys wanted; `joined` is 1 for those that hold lists or objects of texts
  NestedRow(std::span<const std::string_view> keys, std::span<const std::uint8_t> joined);

  /// Fills a cell for each key, as JsonBody::read_row does, and returns where the row starts. The
  /// cells live until the next call.
  [[nodiscard]] Result<const char*> read(JsonBody& body, JsonBody::Value row,
                                         std::span<JsonCell> cells);

 private:
  [[nodiscard]] Result<void> read_object(JsonBody& body, JsonBody::Value& object,
                                         const std::string& prefix, std::span<JsonCell> cells);
  [[nodiscard]] Result<void> read_joined(JsonBody& body, JsonBody::Value& value,
                                         std::string_view key, std::size_t slot, JsonCell& cell);
  [[nodiscard]] bool leads_to_a_key(std::string_view path) const;

  std::vector<std::string_view> keys_;
  std::vector<std::uint8_t> joined_;
  std::vector<std::string> texts_;  // what a joined cell shows
};

}  // namespace offex::formats
