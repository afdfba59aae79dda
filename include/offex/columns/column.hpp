#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "offex/market/symbol.hpp"

namespace offex::columns {

/// Logical type of a column; the storage behind it is named after the arrow.
enum class Type : std::uint8_t {
  Bool,      ///< -> int8_t, 0 or 1
  Int32,     ///< -> int32_t
  Int64,     ///< -> int64_t
  Double,    ///< -> double
  Quantity,  ///< -> int64_t, millionths of a share
  Price,     ///< -> int64_t, nano-dollars
  Day,       ///< -> int32_t, days since 1970
  Instant,   ///< -> int64_t, nanoseconds UTC
  Symbol,    ///< -> market::Symbol
  Text,      ///< -> std::string
  Number,    ///< -> std::string that holds an exact decimal too wide for 64 bits
  Label,     ///< -> uint8_t index into the column's fixed list of words
};

[[nodiscard]] std::string_view to_string(Type type);

/// One bit a row; no bits at all means that every row is valid.
class Validity {
 public:
  [[nodiscard]] bool all_valid() const { return words_.empty(); }
  [[nodiscard]] bool valid(std::size_t row) const {
    return words_.empty() || ((words_[row / 64] >> (row % 64)) & 1U) != 0;
  }
  /// Marks `row` as missing in a column that has `rows` rows so far (row < rows).
  void set_missing(std::size_t row, std::size_t rows);
  /// Tells the mask that the column has grown to `rows` valid rows.
  void extend(std::size_t rows);
  /// Drops all rows from `rows` on.
  void truncate(std::size_t rows);
  void clear() { words_.clear(); }
  [[nodiscard]] std::size_t missing(std::size_t rows) const;

 private:
  std::vector<std::uint64_t> words_;
};

/// A named, typed vector with a validity mask.
class Column {
 public:
  using Storage =
      std::variant<std::vector<std::int8_t>, std::vector<std::int32_t>, std::vector<std::int64_t>,
                   std::vector<double>, std::vector<market::Symbol>, std::vector<std::string>,
                   std::vector<std::uint8_t>>;

  Column(std::string name, Type type);
  /// A `Label` column over a fixed list of words. `words` must outlive the column (static data).
  Column(std::string name, std::span<const std::string_view> words);

  [[nodiscard]] const std::string& name() const { return name_; }
  void rename(std::string name) { name_ = std::move(name); }
  [[nodiscard]] Type type() const { return type_; }
  [[nodiscard]] std::span<const std::string_view> words() const { return words_; }
  [[nodiscard]] std::size_t size() const;

  /// Storage by its C++ type. \pre T is the storage of type()
  template <class T>
  [[nodiscard]] std::vector<T>& values() {
    return std::get<std::vector<T>>(storage_);
  }
  template <class T>
  [[nodiscard]] const std::vector<T>& values() const {
    return std::get<std::vector<T>>(storage_);
  }
  [[nodiscard]] Validity& validity() { return validity_; }
  [[nodiscard]] const Validity& validity() const { return validity_; }
  [[nodiscard]] bool valid(std::size_t row) const { return validity_.valid(row); }

  template <class T>
  void push(T value) {
    auto& rows = values<T>();
    rows.push_back(std::move(value));
    validity_.extend(rows.size());
  }
  /// Appends one missing row (the storage gets a zero or empty value that nobody reads).
  void push_missing();
  /// Appends row `row` of `other`. \pre same type, and the same words for labels
  void push_from(const Column& other, std::size_t row);
  void reserve(std::size_t rows);
  void truncate(std::size_t rows);
  void clear() { truncate(0); }

 private:
  std::string name_;
  Type type_;
  std::span<const std::string_view> words_{};
  Storage storage_;
  Validity validity_;
};

/// Returns the cell as exact text for people and text formats; empty for a missing one.
/// Doubles are written with the fewest digits that read back equal.
[[nodiscard]] std::string cell_text(const Column& column, std::size_t row);

}  // namespace offex::columns
