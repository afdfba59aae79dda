#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"

namespace offex::render {

/// Bits in the order of Arrow: the lowest bit of a byte first.
class ArrowBits {
 public:
  void push(bool bit);
  /// Appends that many ones.
  void push_ones(std::size_t count);
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  void clear();

 private:
  std::string bytes_;
  std::size_t size_{0};
};

/// Refuses a table with a quantity or price of more digits than its decimal type.
[[nodiscard]] Result<void> check_arrow_decimals(const columns::Batch& batch);

/// The rows of one column of the record batch in the making, as the bytes of Arrow's buffers.
class ArrowColumn {
 public:
  explicit ArrowColumn(columns::Type type) : type_{type} { clear(); }

  /// Appends rows [begin, begin + count). \pre `column` has the type of this
  void append(const columns::Column& column, std::size_t begin, std::size_t count);
  [[nodiscard]] std::size_t missing() const { return missing_; }
  /// Appends the column's buffers in Arrow's order: validity (empty when nothing is missing), then
  /// offsets of texts, then values. They live until the next call.
  void buffers(std::vector<std::string_view>& out) const;
  void clear();

 private:
  void append_validity(const columns::Column& column, std::size_t begin, std::size_t count);
  template <class T>
  void append_plain(const columns::Column& column, std::size_t begin, std::size_t count);
  void append_decimals(const columns::Column& column, std::size_t begin, std::size_t count);
  void append_bools(const columns::Column& column, std::size_t begin, std::size_t count);
  template <class TextOf>
  void append_texts(const columns::Column& column, std::size_t begin, std::size_t count,
                    const TextOf& text_of);

  columns::Type type_;
  std::size_t rows_{0};
  std::size_t missing_{0};
  ArrowBits validity_;                 // no bits before the first missing row
  ArrowBits bools_;                    // values of Bool
  std::vector<std::int32_t> offsets_;  // ends of texts, after a zero
  std::string values_;
};

}  // namespace offex::render
