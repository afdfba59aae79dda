#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offex/formats/document.hpp"

#include "formats/faults_internal.hpp"
#include "formats/json_body_internal.hpp"
#include "formats/polygon_nested_internal.hpp"
#include "formats/polygon_reply_internal.hpp"
#include "formats/row_set_internal.hpp"
#include "formats/share_action_internal.hpp"

namespace offex::formats {

/// Where the cell of a field comes from.
enum class PolygonSource : std::uint8_t {
  Row,     ///< the row's value of the field's key
  Ticker,  ///< the reply's own ticker
  Window,  ///< the row's value: milliseconds at midnight in New York, the cell is the day
  Close,   ///< the row's value: milliseconds on the day of the whole reply; no cell
  Wanted,  ///< one of the value's words must be one of `words`, else the row is left out; no cell
  Never,   ///< these replies never tell it
  Split,   ///< every row is a split; the cell says so
  SplitFrom,  ///< the row's value: shares before a split; no cell
  SplitTo,    ///< the row's value: shares after a split; the cell is the factor
};

struct PolygonField {
  std::string_view key;     ///< in the row
  std::string_view column;  ///< of the output, and in messages
  columns::Type type;
  bool required{false};
  bool unique{false};  ///< rows with equal unique columns are duplicates
  PolygonSource source{PolygonSource::Row};
  std::string_view words{};
  bool joined{false};  ///< a list or an object of texts
};

struct PolygonLayout {
  PolygonKind kind;
  market::Dataset dataset;
  std::string_view title;     ///< for messages
  std::string_view left_out;  ///< what the rows are that are left out
  std::span<const PolygonField> fields;
  bool nested{false};  ///< has fields inside of objects, and lists
};

[[nodiscard]] const PolygonLayout& layout_of(PolygonKind kind);

/// Turns the results of one reply into rows.
class PolygonRows {
 public:
  /// \param day of the whole reply, when it is known
  PolygonRows(const PolygonLayout& layout, const PolygonReply& reply, const ReadOptions& options,
              std::optional<market::Day> day);

  /// Adds one result, or sets it aside.
  [[nodiscard]] Result<void> add(JsonBody& body, JsonBody::Value row);
  [[nodiscard]] std::uint64_t num_results() const { return num_results_; }
  [[nodiscard]] std::optional<market::Day> day() const { return day_; }
  /// Hands out rows, rows set aside and warnings.
  void finish(Document& document);

 private:
  [[nodiscard]] Result<const char*> read_cells(JsonBody& body, JsonBody::Value row);
  [[nodiscard]] bool is_wanted() const;
  [[nodiscard]] std::optional<RowFault> store();
  [[nodiscard]] std::optional<RowFault> store_field(const PolygonField& field, const JsonCell& cell,
                                                    columns::Column* column);
  [[nodiscard]] std::string read_shares(const PolygonField& field, const JsonCell& cell,
                                        columns::Column* factor);
  [[nodiscard]] std::string read_close(const JsonCell& time);

  const PolygonLayout& layout_;
  RejectList rejects_;
  JsonCell ticker_;
  std::optional<market::Day> day_;
  std::vector<std::string_view> keys_;  // of each field
  std::vector<JsonCell> cells_;         // of each field
  std::optional<NestedRow> nested_;
  ShareAction action_;
  std::string known_time_;  // one that is known to be on day_; all bars have the same
  columns::Batch rows_;
  RowSet unique_{{}};
  std::uint64_t num_results_{0};
  std::uint64_t num_left_out_{0};
};

}  // namespace offex::formats
