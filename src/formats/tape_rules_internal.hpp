#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "offex/columns/tape_block.hpp"

#include "formats/tape_header_internal.hpp"

// The rules of one row: what decides wherever the fast readers are not sure.
namespace offex::formats {

/// Reads cells of one row and remembers the first fault. Values after a fault mean nothing.
class TapeRow {
 public:
  TapeRow(const TapeCells& cells, const TapeColumns& columns, std::span<const TapeField> fields)
      : cells_{cells}, columns_{columns}, fields_{fields} {}

  [[nodiscard]] market::Symbol symbol(std::size_t field);
  /// Returns nano-dollars; `if_empty` for an empty cell, none: a value must be there.
  [[nodiscard]] std::int64_t price(std::size_t field, std::optional<std::int64_t> if_empty = {});
  /// Returns millionths.
  [[nodiscard]] std::int64_t quantity(std::size_t field, std::optional<std::int64_t> if_empty = {});
  /// Returns a whole number up to `max`; 0 for an empty cell or an absent column.
  [[nodiscard]] std::int64_t whole(std::size_t field, std::int64_t max);
  /// Returns nanoseconds since 1970; 0 for an empty cell.
  [[nodiscard]] std::int64_t time(std::size_t field);
  [[nodiscard]] std::uint64_t conditions(std::size_t field);
  /// Returns the text of a cell; empty for an absent column.
  [[nodiscard]] std::string_view text(std::size_t field) const;
  void refuse(std::size_t field, std::string reason);

  [[nodiscard]] const std::optional<RowFault>& fault() const { return fault_; }

 private:
  [[nodiscard]] std::int64_t decimal(std::size_t field, int scale,
                                     std::optional<std::int64_t> if_empty);

  const TapeCells& cells_;
  const TapeColumns& columns_;
  std::span<const TapeField> fields_;
  std::optional<RowFault> fault_;
};

/// Returns conditions as bits: bit i = condition i (0..62), bit 63 = any other. Takes nothing, a
/// number, or a comma list; nothing comes back for anything else.
[[nodiscard]] std::optional<std::uint64_t> condition_bits(std::string_view text);

/// Returns the FNV-1a hash of a trade id.
[[nodiscard]] std::uint64_t hash_id(std::string_view id);

}  // namespace offex::formats
