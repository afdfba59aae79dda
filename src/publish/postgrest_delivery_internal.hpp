#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "offex/publish/shipment.hpp"

#include "publish/postgrest_rows_internal.hpp"
#include "publish/postgrest_wire_internal.hpp"

namespace offex::publish {

/// Brings one shipment to a table server: reads what is there, sends what is new or differs, and
/// reads all of it back.
class PostgrestDelivery {
 public:
  /// \param wire and \param shipment must outlive this \param chunk_rows of a request at most
  PostgrestDelivery(PostgrestWire& wire, const Shipment& shipment, std::size_t chunk_rows);

  [[nodiscard]] Result<Delivery> run();

 private:
  enum class State : std::uint8_t { New, Differs, There };

  [[nodiscard]] Result<void> look();
  [[nodiscard]] Result<void> send();
  [[nodiscard]] Result<void> read_back();
  [[nodiscard]] Result<void> check(std::size_t row, const columns::Batch& theirs,
                                   std::size_t their_row);
  void note_rounding(std::size_t row, const columns::Batch& theirs, std::size_t their_row,
                     const std::vector<std::size_t>& rounded);

  PostgrestWire& wire_;
  const Shipment& shipment_;
  std::size_t chunk_rows_;
  std::vector<feeds::PostgrestQuery> questions_;
  RowIndex index_;
  std::vector<State> states_;  // of our rows, before anything was sent
  std::vector<std::size_t> to_send_;
  std::vector<bool> seen_;    // of our rows, read back
  std::vector<bool> warned_;  // of the columns
  Delivery out_;
};

}  // namespace offex::publish
