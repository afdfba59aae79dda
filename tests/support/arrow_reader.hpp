#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

// A reader of Arrow IPC that shares no code with the writer. It is strict: it throws
// std::runtime_error for whatever the format forbids and for buffers that are not aligned.
namespace offex::test_support {

/// A double that equals another when its bits do, so that NaN equals NaN.
struct ArrowDouble {
  double value{0.0};
  friend bool operator==(const ArrowDouble& a, const ArrowDouble& b) {
    return std::bit_cast<std::uint64_t>(a.value) == std::bit_cast<std::uint64_t>(b.value);
  }
};

/// Nothing, a bool, an integer (decimals unscaled, days, nanoseconds), a double or a text.
using ArrowCell = std::variant<std::monostate, bool, std::int64_t, ArrowDouble, std::string>;

struct ArrowReadColumn {
  std::string name;
  std::string type;  ///< as pyarrow spells it: "decimal128(18, 6)"
  std::vector<ArrowCell> cells{};
  friend bool operator==(const ArrowReadColumn&, const ArrowReadColumn&) = default;
};

struct ArrowTable {
  std::vector<ArrowReadColumn> columns;
  std::vector<std::pair<std::string, std::string>> notes;
  std::vector<std::int64_t> batch_rows;
  std::vector<std::int64_t> validity_bytes;  ///< of each column of each batch
  friend bool operator==(const ArrowTable&, const ArrowTable&) = default;
};

/// Reads front to back, up to the mark of the end, which must be the last bytes.
[[nodiscard]] ArrowTable read_arrow_stream(std::string_view bytes);

/// Reads by the footer, and checks that reading front to back finds the same.
[[nodiscard]] ArrowTable read_arrow_file(std::string_view bytes);

}  // namespace offex::test_support
