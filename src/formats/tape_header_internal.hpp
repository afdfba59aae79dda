#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offex/market/dataset.hpp"

#include "formats/faults_internal.hpp"

namespace offex::formats {

/// A column that a reader of the tape uses.
struct TapeField {
  std::string_view name;  ///< as published; compared in lower case without marks
  bool required{true};
  std::string_view other_name{};  ///< stands for `name` in other sources
};

/// Columns of the trades flat file, in this order everywhere; a row of a REST page has all but the
/// last two as plain values.
enum class TradeField : std::uint8_t {
  Correction,
  Exchange,
  Id,
  Participant,
  Price,
  Sequence,
  Sip,
  Size,
  TrfId,
  DecimalSize,
  Ticker,
  Conditions
};
/// Columns of the quotes flat file; a row of a REST page has all but the last.
enum class QuoteField : std::uint8_t {
  AskPrice,
  AskSize,
  BidPrice,
  BidSize,
  Participant,
  Sip,
  Ticker
};
enum class MinuteField : std::uint8_t { Ticker, Volume, Open, Close, High, Low, Start, Vwap };
enum class TradeTableField : std::uint8_t { Symbol, Time, Price, Size, Bid, Ask };

/// Where the fields of a layout stand in a line.
struct TapeColumns {
  static constexpr std::size_t kMaxFields = 12;
  static constexpr std::size_t kMaxColumns = 64;
  static constexpr std::uint8_t kAbsent = 0xFF;

  std::size_t count{0};  ///< columns of the file
  std::array<std::uint8_t, kMaxFields> at{};

  template <class Field>
  [[nodiscard]] std::size_t operator[](Field field) const {
    return at[static_cast<std::size_t>(field)];
  }
  template <class Field>
  [[nodiscard]] bool has(Field field) const {
    return (*this)[field] != kAbsent;
  }
};

/// Returns the fields of a tape data set in the order of its enumeration.
[[nodiscard]] std::span<const TapeField> tape_fields(market::Dataset dataset);

/// Cuts a line at the commas outside quotes. Keeps its memory from line to line.
class TapeCells {
 public:
  /// Returns what is wrong with the line, or nothing.
  [[nodiscard]] std::optional<RowFault> split(std::string_view line);
  [[nodiscard]] std::size_t size() const { return cells_.size(); }
  /// Returns a cell as it stands in the line.
  [[nodiscard]] std::string_view raw(std::size_t i) const { return cells_[i]; }
  /// Returns a cell without the quotes around it.
  [[nodiscard]] std::string_view text(std::size_t i) const;

 private:
  std::vector<std::string_view> cells_;
};

/// Returns the tape data set whose columns the header has; day and minute bars share theirs and
/// are both MinuteTape here.
[[nodiscard]] std::optional<market::Dataset> tape_of_header(const TapeCells& header);

/// Returns where the columns of `dataset` stand, or what is wrong with the header.
[[nodiscard]] std::optional<RowFault> find_tape_columns(const TapeCells& header,
                                                        market::Dataset dataset, TapeColumns& out);

}  // namespace offex::formats
