#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/layout_internal.hpp"

// What makes two rows of one key the same row: the security and, in some data sets, more.
namespace offex::store {

/// Reads the identity of rows of one batch.
class IdentityReader {
 public:
  /// \param ignored columns of the identity that take no part
  IdentityReader(const FactLayout& layout, const columns::Batch& batch,
                 std::span<const std::string_view> ignored = {});

  /// The symbol code is all there is to it.
  [[nodiscard]] bool symbol_only() const { return symbol_only_; }
  /// Bytes that are equal for equal identities, of any batch of the layout.
  [[nodiscard]] std::string bytes(std::int32_t symbol_code, std::uint32_t row) const;
  /// What a person needs to find the row beside its symbol: "UBSA, CTS"; may be empty.
  [[nodiscard]] std::string text(std::uint32_t row) const;

 private:
  bool symbol_only_;
  const columns::Column* text_symbol_{nullptr};  // of a layout that codes no symbols
  market::SymbolStyle style_;
  const columns::Column* mpid_{nullptr};
  const columns::Column* crd_{nullptr};
  const columns::Column* name_{nullptr};
  std::vector<const columns::Column*> columns_;
};

/// The rows of one key by identity; keeps its memory from key to key.
class SeenRows {
 public:
  void next_key();
  /// Returns the row that had the identity in this key before, if any.
  std::optional<std::uint32_t> add(const IdentityReader& identity, std::int32_t symbol_code,
                                   std::uint32_t row);
  [[nodiscard]] std::optional<std::uint32_t> find(const IdentityReader& identity,
                                                  std::int32_t symbol_code,
                                                  std::uint32_t row) const;

 private:
  // Symbol codes are small: marks by code are faster than a map and need no clearing.
  struct Entry {
    std::uint64_t stamp{0};
    std::uint32_t row{0};
  };
  std::uint64_t stamp_{0};
  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::uint32_t> rows_;
};

}  // namespace offex::store
