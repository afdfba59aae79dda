#include <algorithm>
#include <array>
#include <cstring>

#include "offex/base/check.hpp"
#include "offex/market/symbol.hpp"

#include "render/arrow_column_internal.hpp"
#include "render/utf8_internal.hpp"

namespace offex::render {
namespace {

using columns::Column;
using columns::Type;

std::string_view bytes_of(const std::vector<std::int32_t>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(std::int32_t)};
}

bool is_ascii(std::string_view text) {
  return std::ranges::none_of(text,
                              [](char byte) { return static_cast<unsigned char>(byte) >= 0x80; });
}

// Readers may refuse a whole file for one bad byte.
void append_utf8(std::string& out, std::string_view text) {
  if (is_ascii(text)) {
    out += text;
    return;
  }
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Char next = decode_utf8(text, at);
    out += next.valid ? text.substr(at, next.bytes) : kReplacement;
    at += next.bytes;
  }
}

}  // namespace

void ArrowBits::push(bool bit) {
  if (size_ % 8 == 0) bytes_.push_back('\0');
  if (bit) {
    const unsigned byte = static_cast<unsigned char>(bytes_.back()) | (1U << (size_ % 8));
    bytes_.back() = static_cast<char>(byte);
  }
  ++size_;
}

void ArrowBits::push_ones(std::size_t count) {
  for (; count > 0 && size_ % 8 != 0; --count) push(true);
  bytes_.append(count / 8, static_cast<char>(0xFF));
  size_ += count / 8 * 8;
  for (count %= 8; count > 0; --count) push(true);
}

void ArrowBits::clear() {
  bytes_.clear();
  size_ = 0;
}

void ArrowColumn::append(const Column& column, std::size_t begin, std::size_t count) {
  OFFEX_CHECK(column.type() == type_);
  OFFEX_CHECK(begin + count <= column.size());
  append_validity(column, begin, count);
  switch (type_) {
    case Type::Bool:
      append_bools(column, begin, count);
      break;
    case Type::Int32:
    case Type::Day:
      append_plain<std::int32_t>(column, begin, count);
      break;
    case Type::Int64:
    case Type::Instant:
      append_plain<std::int64_t>(column, begin, count);
      break;
    case Type::Double:
      append_plain<double>(column, begin, count);
      break;
    case Type::Quantity:
    case Type::Price:
      append_decimals(column, begin, count);
      break;
    case Type::Symbol:
      append_texts(column, begin, count,
                   [&values = column.values<market::Symbol>()](std::size_t row) {
                     return values[row].view();
                   });
      break;
    case Type::Text:
    case Type::Number:
      append_texts(column, begin, count,
                   [&values = column.values<std::string>()](std::size_t row) -> std::string_view {
                     return values[row];
                   });
      break;
    case Type::Label:
      append_texts(column, begin, count,
                   [&column, &values = column.values<std::uint8_t>()](std::size_t row) {
                     return column.words()[values[row]];
                   });
      break;
  }
  rows_ += count;
}

void ArrowColumn::append_validity(const Column& column, std::size_t begin, std::size_t count) {
  if (column.validity().all_valid()) {
    if (missing_ > 0) validity_.push_ones(count);
    return;
  }
  for (std::size_t row = begin; row < begin + count; ++row) {
    const bool valid = column.valid(row);
    if (!valid && missing_ == 0) validity_.push_ones(rows_ + row - begin);
    missing_ += valid ? 0 : 1;
    if (missing_ > 0) validity_.push(valid);
  }
}

template <class T>
void ArrowColumn::append_plain(const Column& column, std::size_t begin, std::size_t count) {
  const std::vector<T>& values = column.values<T>();
  const std::size_t at = values_.size();
  values_.resize(at + count * sizeof(T));
  char* out = values_.data() + at;
  if (column.validity().all_valid()) {
    if (count > 0) std::memcpy(out, values.data() + begin, count * sizeof(T));
    return;
  }
  // A missing cell is zero whatever its storage holds: equal tables make equal files.
  for (std::size_t i = 0; i < count; ++i) {
    const T value = column.valid(begin + i) ? values[begin + i] : T{};
    std::memcpy(out + i * sizeof(T), &value, sizeof(T));
  }
}

void ArrowColumn::append_decimals(const Column& column, std::size_t begin, std::size_t count) {
  const std::vector<std::int64_t>& values = column.values<std::int64_t>();
  const std::size_t at = values_.size();
  using Words = std::array<std::int64_t, 2>;  // low and high
  values_.resize(at + count * sizeof(Words));
  char* out = values_.data() + at;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t value = column.valid(begin + i) ? values[begin + i] : 0;
    const Words words{value, value < 0 ? -1 : 0};
    std::memcpy(out + i * sizeof(Words), words.data(), sizeof(Words));
  }
}

void ArrowColumn::append_bools(const Column& column, std::size_t begin, std::size_t count) {
  const std::vector<std::int8_t>& values = column.values<std::int8_t>();
  for (std::size_t row = begin; row < begin + count; ++row) {
    bools_.push(column.valid(row) && values[row] != 0);
  }
}

template <class TextOf>
void ArrowColumn::append_texts(const Column& column, std::size_t begin, std::size_t count,
                               const TextOf& text_of) {
  for (std::size_t row = begin; row < begin + count; ++row) {
    if (column.valid(row)) append_utf8(values_, text_of(row));
    offsets_.push_back(static_cast<std::int32_t>(values_.size()));
  }
}

void ArrowColumn::buffers(std::vector<std::string_view>& out) const {
  out.push_back(validity_.bytes());
  switch (type_) {
    case Type::Bool:
      out.push_back(bools_.bytes());
      return;
    case Type::Symbol:
    case Type::Text:
    case Type::Number:
    case Type::Label:
      out.push_back(bytes_of(offsets_));
      break;
    default:
      break;
  }
  out.push_back(values_);
}

void ArrowColumn::clear() {
  rows_ = 0;
  missing_ = 0;
  validity_.clear();
  bools_.clear();
  offsets_.assign(1, 0);
  values_.clear();
}

}  // namespace offex::render
