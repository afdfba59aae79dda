#include "offex/columns/column.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include <fmt/format.h>

#include "offex/base/check.hpp"
#include "offex/base/decimal.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/market/quantity.hpp"

namespace offex::columns {
namespace {

Column::Storage storage_for(Type type) {
  switch (type) {
    case Type::Bool:
      return std::vector<std::int8_t>{};
    case Type::Int32:
    case Type::Day:
      return std::vector<std::int32_t>{};
    case Type::Int64:
    case Type::Quantity:
    case Type::Price:
    case Type::Instant:
      return std::vector<std::int64_t>{};
    case Type::Double:
      return std::vector<double>{};
    case Type::Symbol:
      return std::vector<market::Symbol>{};
    case Type::Text:
    case Type::Number:
      return std::vector<std::string>{};
    case Type::Label:
      return std::vector<std::uint8_t>{};
  }
  return std::vector<std::string>{};
}

constexpr std::uint64_t kAllValid = ~std::uint64_t{0};

}  // namespace

std::string_view to_string(Type type) {
  switch (type) {
    case Type::Bool:
      return "bool";
    case Type::Int32:
      return "int32";
    case Type::Int64:
      return "int64";
    case Type::Double:
      return "double";
    case Type::Quantity:
      return "quantity";
    case Type::Price:
      return "price";
    case Type::Day:
      return "day";
    case Type::Instant:
      return "instant";
    case Type::Symbol:
      return "symbol";
    case Type::Text:
      return "text";
    case Type::Number:
      return "number";
    case Type::Label:
      return "label";
  }
  return "unknown";
}

void Validity::set_missing(std::size_t row, std::size_t rows) {
  OFFEX_CHECK(row < rows);
  words_.resize((rows + 63) / 64, kAllValid);
  words_[row / 64] &= ~(std::uint64_t{1} << (row % 64));
}

void Validity::extend(std::size_t rows) {
  // Bits past the last row are always set, so growing only ever adds whole words.
  if (!words_.empty()) words_.resize((rows + 63) / 64, kAllValid);
}

void Validity::truncate(std::size_t rows) {
  const std::size_t kept = (rows + 63) / 64;
  if (kept > words_.size() || words_.empty()) return;
  words_.resize(kept);
  if (rows % 64 != 0) words_.back() |= kAllValid << (rows % 64);
}

std::size_t Validity::missing(std::size_t rows) const {
  if (words_.empty()) return 0;
  OFFEX_CHECK(words_.size() == (rows + 63) / 64);
  std::size_t set = 0;
  for (const std::uint64_t word : words_) set += static_cast<std::size_t>(std::popcount(word));
  return words_.size() * 64 - set;  // bits past the last row are set
}

Column::Column(std::string name, Type type)
    : name_{std::move(name)}, type_{type}, storage_{storage_for(type)} {
  OFFEX_CHECK(type != Type::Label);
}

Column::Column(std::string name, std::span<const std::string_view> words)
    : name_{std::move(name)},
      type_{Type::Label},
      words_{words},
      storage_{std::vector<std::uint8_t>{}} {
  OFFEX_CHECK(words.size() <= 256);
}

std::size_t Column::size() const {
  return std::visit([](const auto& rows) { return rows.size(); }, storage_);
}

void Column::push_missing() {
  std::visit([](auto& rows) { rows.emplace_back(); }, storage_);
  const std::size_t rows = size();
  validity_.extend(rows);
  validity_.set_missing(rows - 1, rows);
}

void Column::push_from(const Column& other, std::size_t row) {
  OFFEX_CHECK(type_ == other.type_);
  OFFEX_CHECK(words_.data() == other.words_.data() || std::ranges::equal(words_, other.words_));
  if (!other.valid(row)) {
    push_missing();
    return;
  }
  std::visit(
      [&](auto& rows) {
        using Rows = std::remove_cvref_t<decltype(rows)>;
        rows.push_back(std::get<Rows>(other.storage_)[row]);
      },
      storage_);
  validity_.extend(size());
}

void Column::reserve(std::size_t rows) {
  std::visit([rows](auto& values) { values.reserve(rows); }, storage_);
}

void Column::truncate(std::size_t rows) {
  if (rows >= size()) return;
  std::visit([rows](auto& values) { values.resize(rows); }, storage_);
  validity_.truncate(rows);
}

std::string cell_text(const Column& column, std::size_t row) {
  if (!column.valid(row)) return {};
  switch (column.type()) {
    case Type::Bool:
      return column.values<std::int8_t>()[row] != 0 ? "true" : "false";
    case Type::Int32:
      return fmt::format("{}", column.values<std::int32_t>()[row]);
    case Type::Int64:
      return fmt::format("{}", column.values<std::int64_t>()[row]);
    case Type::Double:
      return fmt::format("{}", column.values<double>()[row]);
    case Type::Quantity:
      return base::format_decimal(column.values<std::int64_t>()[row], market::Quantity::kDecimals);
    case Type::Price:
      return base::format_decimal(column.values<std::int64_t>()[row], market::Price::kDecimals);
    case Type::Day:
      return market::Day::from_days(column.values<std::int32_t>()[row]).iso();
    case Type::Instant:
      return market::Instant::from_nanos(column.values<std::int64_t>()[row]).iso();
    case Type::Symbol:
      return column.values<market::Symbol>()[row].str();
    case Type::Text:
    case Type::Number:
      return column.values<std::string>()[row];
    case Type::Label:
      return std::string{column.words()[column.values<std::uint8_t>()[row]]};
  }
  return {};
}

}  // namespace offex::columns
