#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/digest.hpp"
#include "offex/columns/column.hpp"

#include "store/reader_internal.hpp"

namespace offex::store {

/// Feeds cells to a hash: a length and the exact text, or a mark for a missing one. Doubles go in
/// by their bits.
class CellHasher {
 public:
  void add(const columns::Column& column, std::size_t row) {
    if (!column.valid(row)) {
      hasher_.update(std::string_view{"-"});
      return;
    }
    if (column.type() == columns::Type::Double) {
      text(std::to_string(std::bit_cast<std::uint64_t>(column.values<double>()[row])));
      return;
    }
    text(columns::cell_text(column, row));
  }
  void text(std::string_view bytes) {
    hasher_.update(std::to_string(bytes.size()) + ':' + std::string{bytes});
  }
  [[nodiscard]] std::string finish() { return hasher_.finish().hex(); }

 private:
  base::Hasher hasher_;
};

/// Digests of the fact tables, worked out from the rows themselves and checked against what was
/// noted when they were put: a difference is an Integrity error.
[[nodiscard]] Result<std::vector<Reader::TableDigest>> fact_digests(const ReaderImpl& impl);

}  // namespace offex::store
