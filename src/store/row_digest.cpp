#include "offex/store/row_digest.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <type_traits>
#include <utility>
#include <vector>

#include "store/layout_internal.hpp"

namespace offex::store {

namespace {

using columns::Column;
using columns::Type;

/// Rows are hashed in blocks that stay in the first cache level.
constexpr std::size_t kBlockRows = 256;
/// Writes one byte a row that tells whether there is a value, then eight bytes a row: the value,
/// or zeros.
template <class T>
void append_values(const Column& column, std::span<const std::uint32_t> rows, std::string& out) {
  const std::size_t start = out.size();
  out.resize(start + rows.size() * (1 + sizeof(std::int64_t)), '\0');
  char* present = out.data() + start;
  char* to = present + rows.size();
  const T* values = column.values<T>().data();
  for (const std::uint32_t row : rows) {
    if (column.valid(row)) {
      *present = 1;
      if constexpr (std::is_same_v<T, double>) {
        std::memcpy(to, values + row, sizeof(double));
      } else {
        const std::int64_t value{values[row]};
        std::memcpy(to, &value, sizeof value);
      }
    }
    ++present;
    to += sizeof(std::int64_t);
  }
}

void append_symbols(const Column& column, std::span<const std::uint32_t> rows, std::string& out) {
  const std::vector<market::Symbol>& symbols = column.values<market::Symbol>();
  for (const std::uint32_t row : rows) {
    out.append(reinterpret_cast<const char*>(&symbols[row]), sizeof(market::Symbol));
  }
}

void append_text(std::string& out, const std::string& text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out += text;
}

/// Writes one column's cells for a block of rows, one after the other.
void append_cells(const Column* column, Type type, std::span<const std::uint32_t> rows,
                  std::string& out) {
  if (column == nullptr) {  // an absent column equals one without values
    const std::size_t value = type == Type::Text ? sizeof(std::uint32_t) : sizeof(std::int64_t);
    out.append(rows.size() * (1 + value), '\0');
    return;
  }
  switch (column->type()) {
    case Type::Text:
      for (const std::uint32_t row : rows) {
        const bool valid = column->valid(row);
        out += valid ? '\1' : '\0';
        append_text(out, valid ? column->values<std::string>()[row] : std::string{});
      }
      break;
    case Type::Bool:
      append_values<std::int8_t>(*column, rows, out);
      break;
    case Type::Int32:
    case Type::Day:
      append_values<std::int32_t>(*column, rows, out);
      break;
    case Type::Double:
      append_values<double>(*column, rows, out);
      break;
    default:
      append_values<std::int64_t>(*column, rows, out);
  }
}

}  // namespace

base::Digest digest_of(const KeyedRows& keyed) {
  const FactLayout& layout = layout_of(keyed.key.dataset);
  const Column* symbol = layout.symbols == SymbolUse::None ? nullptr : keyed.batch->find("symbol");
  base::Hasher hasher;
  // Names the form, so that a later one cannot be mistaken for it. Data sets that share a table
  // share it too: equal rows have equal digests.
  hasher.update(std::string{"offex rows 1 "} + std::string{layout.table} + '\n');
  std::vector<std::pair<const Column*, Type>> columns;
  for (const FactColumn& column : batch_columns(layout)) {
    columns.emplace_back(keyed.batch->find(column.name), column.type);
  }
  std::string block;
  const std::span<const std::uint32_t> rows{keyed.rows};
  for (std::size_t begin = 0; begin < rows.size(); begin += kBlockRows) {
    const auto some = rows.subspan(begin, std::min(kBlockRows, rows.size() - begin));
    block.clear();
    if (symbol != nullptr) {
      append_symbols(*symbol, some, block);
    }
    for (const auto& [column, type] : columns) {
      append_cells(column, type, some, block);
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
