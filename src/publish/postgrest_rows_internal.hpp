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
/// with types that hold what a server may have made of them. Ratios, shares and prices are texts
/// as written: a numeric column tells its decimals so, and "NaN" is none of ours.
/// \param keys_only the others are not read
[[nodiscard]] columns::Batch header_of(const Shipment& shipment, bool keys_only);

/// Returns questions that cover all rows of the table that can be ours, and few others.
[[nodiscard]] std::vector<feeds::PostgrestQuery> questions_of(const Shipment& shipment);

/// Returns one question for all rows between the first and the last key of a shipment, where such
/// keys sort alike in every database: hexadecimal digits of one length. Otherwise nothing.
[[nodiscard]] std::optional<feeds::PostgrestQuery> range_of(const Shipment& shipment);

/// Returns the decimals that a number is written with; nothing for what has an exponent, and for
/// what is no number.
[[nodiscard]] std::optional<int> decimals_of(std::string_view text);

/// How a value that was read back compares with ours.
enum class Likeness : std::uint8_t { Same, Rounded, Different };
struct CellLikeness {
  Likeness likeness{Likeness::Same};
  int decimals{0};  ///< of Rounded: those that theirs is written with
};
/// Rounded: theirs is ours with fewer decimals. Only a numeric column makes such a value; in any
/// other it is a wrong one. \param theirs of `header_of` \param json both hold JSON
[[nodiscard]] CellLikeness compare_cells(const columns::Column& ours, std::size_t row,
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
  struct Rounded {
    std::size_t column{0};
    int decimals{0};
  };
  struct Comparison {
    std::optional<std::size_t> different{};  ///< the first such column
    std::vector<Rounded> rounded{};
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
