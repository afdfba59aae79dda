#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "offex/publish/shipment.hpp"

#include "publish/postgrest_description_internal.hpp"
#include "publish/postgrest_rows_internal.hpp"

namespace offex::publish {

/// A value that came with fewer decimals than ours has.
struct RoundedCell {
  std::size_t row{0};  ///< of ours
  std::size_t column{0};
  int decimals{0};
  std::string theirs;
};

/// Says of values with fewer decimals whether the table rounds them, or holds wrong ones.
class Roundings {
 public:
  /// \param description and \param shipment must outlive this
  Roundings(PostgrestDescription& description, const Shipment& shipment);

  /// Takes notice of how many decimals a table writes its numbers with.
  void see(const columns::Batch& theirs);

  /// Returns whether the column rounds. It does when the server says that it is numeric and writes
  /// all its values with so many decimals. Where the server does not say of what type it is, only a
  /// value that was just sent counts as rounded. \param sent whether it was
  [[nodiscard]] bool believes(const RoundedCell& cell, bool sent);

  /// Returns a warning at the first rounded value of a column.
  [[nodiscard]] std::optional<std::string> warn(const RoundedCell& cell, const RowIndex& index);

 private:
  struct Known {
    std::string format;             // as the server says it
    std::optional<int> decimals{};  // of the values that were seen
    bool mixed{false};              // they have different ones
    bool warned{false};
  };
  void describe();

  PostgrestDescription& description_;
  const Shipment& shipment_;
  std::vector<Known> columns_;
  bool described_{false};
};

}  // namespace offex::publish
