#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "render/arrow_column_internal.hpp"
#include "render/arrow_stream_internal.hpp"

namespace offex::render {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;

// A buffer without bytes still has an address: some readers look at it.
alignas(64) constexpr std::array<char, 64> kNothing{};

const void* address_of(std::string_view bytes) {
  return bytes.empty() ? kNothing.data() : bytes.data();
}

/// What an array owns: the table, what had to be made of it, and its children until somebody takes
/// them.
struct ArrayOwner {
  explicit ArrayOwner(std::shared_ptr<const Batch> batch) : table{std::move(batch)} {}
  ArrayOwner(const ArrayOwner&) = delete;
  ArrayOwner& operator=(const ArrayOwner&) = delete;
  ArrayOwner(ArrayOwner&&) = delete;
  ArrayOwner& operator=(ArrayOwner&&) = delete;
  ~ArrayOwner() {
    for (::ArrowArray& column : columns) {
      if (column.release != nullptr) column.release(&column);
    }
  }

  std::shared_ptr<const Batch> table;
  std::optional<ArrowColumn> made{};
  std::string missing_bits{};
  std::vector<const void*> buffers{};
  std::vector<::ArrowArray> columns{};
  std::vector<::ArrowArray*> places{};
};

void release_array(::ArrowArray* array) {
  delete static_cast<ArrayOwner*>(array->private_data);
  array->release = nullptr;
}

void fill(std::size_t rows, std::size_t missing, std::unique_ptr<ArrayOwner> owner,
          ::ArrowArray& out) {
  for (::ArrowArray& column : owner->columns) owner->places.push_back(&column);
  out = ::ArrowArray{.length = static_cast<std::int64_t>(rows),
                     .null_count = static_cast<std::int64_t>(missing),
                     .offset = 0,
                     .n_buffers = static_cast<std::int64_t>(owner->buffers.size()),
                     .n_children = static_cast<std::int64_t>(owner->columns.size()),
                     .buffers = owner->buffers.data(),
                     .children = owner->places.data(),
                     .dictionary = nullptr,
                     .release = &release_array,
                     .private_data = nullptr};
  out.private_data = owner.release();
}

/// Writes one bit a row, set where there is a value, and returns how many are not.
std::size_t missing_bits(const Column& column, std::size_t begin, std::size_t count,
                         std::string& out) {
  if (column.validity().all_valid()) return 0;
  out.assign((count + 7) / 8, '\0');
  std::size_t present = 0;
  for (std::size_t row = 0; row < count; ++row) {
    const unsigned bit = column.valid(begin + row) ? 1U : 0U;
    present += bit;
    const unsigned byte = static_cast<unsigned char>(out[row / 8]) | bit << (row % 8);
    out[row / 8] = static_cast<char>(byte);
  }
  return count - present;
}

template <class T>
const void* lent(const Column& column, std::size_t begin) {
  const std::vector<T>& values = column.values<T>();
  return values.empty() ? static_cast<const void*>(kNothing.data()) : values.data() + begin;
}

/// Returns the values where the column's storage is Arrow's own, else nothing.
const void* lent_values(const Column& column, std::size_t begin) {
  switch (column.type()) {
    case Type::Int32:
    case Type::Day:
      return lent<std::int32_t>(column, begin);
    case Type::Int64:
    case Type::Instant:
      return lent<std::int64_t>(column, begin);
    case Type::Double:
      return lent<double>(column, begin);
    default:
      return nullptr;
  }
}

void export_column(const std::shared_ptr<const Batch>& table, const Column& column,
                   std::size_t begin, std::size_t count, ::ArrowArray& out) {
  auto owner = std::make_unique<ArrayOwner>(table);
  std::size_t missing = 0;
  if (const void* values = lent_values(column, begin)) {
    missing = missing_bits(column, begin, count, owner->missing_bits);
    owner->buffers = {missing > 0 ? owner->missing_bits.data() : nullptr, values};
  } else {
    ArrowColumn& made = owner->made.emplace(column.type());
    made.append(column, begin, count);
    missing = made.missing();
    std::vector<std::string_view> bytes;
    made.buffers(bytes);
    for (const std::string_view buffer : bytes) owner->buffers.push_back(address_of(buffer));
    if (missing == 0) owner->buffers.front() = nullptr;
  }
  fill(count, missing, std::move(owner), out);
}

}  // namespace

void export_arrow_rows(const std::shared_ptr<const Batch>& batch, std::size_t begin,
                       std::size_t count, ::ArrowArray& out) {
  auto owner = std::make_unique<ArrayOwner>(batch);
  owner->buffers = {nullptr};
  owner->columns.resize(batch->num_columns());  // their release is null until they are filled
  for (std::size_t i = 0; i < batch->num_columns(); ++i) {
    export_column(batch, batch->column(i), begin, count, owner->columns[i]);
  }
  fill(count, 0, std::move(owner), out);
}

}  // namespace offex::render
