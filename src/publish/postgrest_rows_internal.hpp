#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "offex/feeds/postgrest.hpp"
#include "offex/publish/shipment.hpp"

namespace offex::publish {

/// Returns rows of a shipment as the body of a request: a JSON array whose numbers are written as
/// `-f json` writes them.
[[nodiscard]] Result<std::string> body_of(const Shipment& shipment,
                                          std::span<const std::size_t> rows);

/// Returns empty columns to read rows of the table back into: of the shipment's names and order,
/// with types that hold what a server may have made of them.
/// \param keys_only the others are not read
[[nodiscard]] columns::Batch header_of(const Shipment& shipment, bool keys_only);

/// Returns questions that cover all rows of the table that can be ours, and few others.
[[nodiscard]] std::vector<feeds::PostgrestQuery> questions_of(const Shipment& shipment);

/// How a value that was read back compares with ours.
enum class Likeness : std::uint8_t { Same, Rounded, Different };
/// Rounded: to four decimals, as numeric(20,4) does it. \param json both hold JSON
[[nodiscard]] Likeness compare_cells(const columns::Column& ours, std::size_t row,
                                     const columns::Column& theirs, std::size_t their_row,
                                     bool json);

/// Finds rows that were read among those of a shipment.
class RowIndex {
 public:
  /// \param shipment must outlive this
  explicit RowIndex(const Shipment& shipment);

  /// Returns the row of ours that has the key of theirs. \param theirs made by `header_of`
  [[nodiscard]] std::optional<std::size_t> find(const columns::Batch& theirs,
                                                std::size_t row) const;

  /// What differs between two rows of one key.
  struct Comparison {
    std::optional<std::size_t> different{};  ///< the first such column
    std::vector<std::size_t> rounded{};
  };
  [[nodiscard]] Comparison compare(std::size_t row, const columns::Batch& theirs,
                                   std::size_t their_row) const;

  /// Returns a key for people: "ACME, 2026-04-17, offexchange-features-v1".
  [[nodiscard]] std::string words(std::size_t row) const;

 private:
  const Shipment& shipment_;
  std::vector<const columns::Column*> key_;
  std::vector<bool> json_;
  std::unordered_map<std::string, std::size_t> rows_;
};

}  // namespace offex::publish
