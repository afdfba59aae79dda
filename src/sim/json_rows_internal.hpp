#pragma once

#include <string>
#include <string_view>
#include <vector>

// Rows of the simulator's own JSON files, split where they stand: much faster than a full parser.
namespace offex::sim {

/// A member of an object whose values are no objects or arrays. `raw` is the value as it stands.
struct FlatMember {
  std::string_view key;
  std::string_view raw;
};
/// Splits an object of the simulator's own files. Keys have no escapes there.
void split_flat_object(std::string_view object, std::vector<FlatMember>& out);
/// Returns the objects of an array of such objects.
[[nodiscard]] std::vector<std::string_view> split_flat_array(std::string_view text);
/// Returns what a raw value says: a string without quotes and escapes, a number as written, nothing
/// for null.
[[nodiscard]] std::string plain_value(std::string_view raw);

}  // namespace offex::sim
