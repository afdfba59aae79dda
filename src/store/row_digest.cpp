#include "offex/store/row_digest.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <vector>

#include "store/layout_internal.hpp"

namespace offex::store {

namespace {

using columns::Column;
using columns::Type;

/// Rows are hashed in blocks that stay in the first cache level.
constexpr std::size_t kBlockRows = 256;
/// Validity byte and eight bytes of value.
constexpr std::size_t kCellBytes = 9;

/// Canonical bytes of a value of at most eight bytes.
std::uint64_t value_bits(const Column& column, std::size_t row) {
  switch (column.type()) {
    case Type::Int32:
    case Type::Day:
      return static_cast<std::uint64_t>(std::int64_t{column.values<std::int32_t>()[row]});
    case Type::Double:
      return std::bit_cast<std::uint64_t>(column.values<double>()[row]);
    default:
      return static_cast<std::uint64_t>(column.values<std::int64_t>()[row]);
  }
}

void append_text(std::string& out, const std::string& text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out += text;
}

/// Writes one column's cells for a block of rows, one after the other.
void append_cells(const Column* column, std::span<const std::uint32_t> rows, std::string& out) {
  if (column != nullptr && column->type() == Type::Text) {
    for (const std::uint32_t row : rows) {
      const bool valid = column->valid(row);
      out += valid ? '\1' : '\0';
      append_text(out, valid ? column->values<std::string>()[row] : std::string{});
    }
    return;
  }
  const std::size_t start = out.size();
  out.resize(start + rows.size() * kCellBytes, '\0');
  if (column == nullptr) {
    return;  // an absent column equals one without values
  }
  char* to = out.data() + start;
  for (const std::uint32_t row : rows) {
    if (column->valid(row)) {
      const std::uint64_t bits = value_bits(*column, row);
      to[0] = 1;
      std::memcpy(to + 1, &bits, sizeof bits);
    }
    to += kCellBytes;
  }
}

}  // namespace

base::Digest digest_of(const KeyedRows& keyed) {
  const FactLayout& layout = layout_of(keyed.key.dataset);
  const auto& symbols = keyed.batch->find("symbol")->values<market::Symbol>();
  base::Hasher hasher;
  // Names the form, so that a later one cannot be mistaken for it. Data sets that share a table
  // share it too: equal rows have equal digests.
  hasher.update(std::string{"offex rows 1 "} + std::string{layout.table} + '\n');
  std::vector<const Column*> columns;
  for (const FactColumn& column : layout.columns) {
    columns.push_back(keyed.batch->find(column.name));
  }
  std::string block;
  const std::span<const std::uint32_t> rows{keyed.rows};
  for (std::size_t begin = 0; begin < rows.size(); begin += kBlockRows) {
    const auto some = rows.subspan(begin, std::min(kBlockRows, rows.size() - begin));
    block.clear();
    for (const std::uint32_t row : some) {
      block.append(reinterpret_cast<const char*>(&symbols[row]), sizeof(market::Symbol));
    }
    for (const Column* column : columns) {
      append_cells(column, some, block);
    }
    hasher.update(block);
  }
  return hasher.finish();
}

base::Digest row_digest(const FactRows& rows) {
  const auto keyed = split_by_key(rows);
  if (!keyed) {
    return {};
  }
  if (keyed->size() == 1) {
    return digest_of(keyed->front());
  }
  std::map<FactKey, base::Digest> by_key;
  for (const KeyedRows& one : *keyed) {
    by_key.emplace(one.key, digest_of(one));
  }
  base::Hasher hasher;
  for (const auto& [key, digest] : by_key) {
    hasher.update(key.text() + '\n' + digest.hex() + '\n');
  }
  return hasher.finish();
}

}  // namespace offex::store
