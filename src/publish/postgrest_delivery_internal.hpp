#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "offex/publish/shipment.hpp"

#include "publish/postgrest_rounding_internal.hpp"
#include "publish/postgrest_rows_internal.hpp"
#include "publish/postgrest_wire_internal.hpp"

namespace offex::publish {

/// Brings one shipment to a table server: reads what is there, sends what is new or differs, and
/// reads all of it back. Rows that stay as they are once they are there are sent without a look:
/// the server leaves those it has alone, and counts before and after tell how many were new.
class PostgrestDelivery {
 public:
  /// \param wire, \param description and \param shipment must outlive this
  /// \param chunk_rows of a request at most
  PostgrestDelivery(PostgrestWire& wire, PostgrestDescription& description,
                    const Shipment& shipment, std::size_t chunk_rows);

  [[nodiscard]] Result<Delivery> run();

 private:
  enum class State : std::uint8_t { New, Differs, There };
  using Questions = std::vector<feeds::PostgrestQuery>;

  [[nodiscard]] Result<void> replace();
  [[nodiscard]] Result<void> add(const feeds::PostgrestQuery& range, std::size_t before);
  [[nodiscard]] Result<std::optional<std::size_t>> count(const feeds::PostgrestQuery& range);
  [[nodiscard]] Result<void> look();
  [[nodiscard]] Result<void> send();
  [[nodiscard]] Result<void> read_back(const Questions& questions, bool keys_only);
  [[nodiscard]] Questions questions_about_missing() const;
  [[nodiscard]] Result<void> check(std::size_t row, const columns::Batch& theirs,
                                   std::size_t their_row);
  void keep(std::size_t row, const columns::Batch& theirs, std::size_t their_row,
            const std::vector<RowIndex::Rounded>& rounded);
  void warn(const RoundedCell& cell);
  [[nodiscard]] std::unexpected<base::Error> refuse(std::size_t row, std::size_t column,
                                                    const std::string& theirs) const;

  PostgrestWire& wire_;
  const Shipment& shipment_;
  std::size_t chunk_rows_;
  RowIndex index_;
  Roundings roundings_;
  std::vector<RoundedCell> rounded_;  // of the read at hand
  std::vector<State> states_;         // of our rows, before anything was sent
  std::vector<std::size_t> to_send_;
  std::vector<bool> seen_;  // of our rows, read back
  Delivery out_;
};

}  // namespace offex::publish
