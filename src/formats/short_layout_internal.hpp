#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/market/day.hpp"
#include "offex/market/facility.hpp"
#include "offex/market/symbol.hpp"

#include "formats/faults_internal.hpp"

namespace offex::formats {

/// Returns `name` in lower case without anything but letters and digits.
[[nodiscard]] std::string normalised(std::string_view name);

/// Returns the fields between `delimiter`s, at least one. Knows no quotes.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char delimiter);

/// Where the columns of a published daily short-sale file stand. Counted from 0.
struct ShortLayout {
  std::size_t date{0};
  std::size_t symbol{0};
  std::size_t short_volume{0};
  std::optional<std::size_t> exempt{};  ///< no such column before 2011-02-28 and at Nasdaq
  std::size_t total{0};
  std::size_t market{0};
  std::size_t columns{0};
  bool exchange_style{false};  ///< `SHORT VOLUME` in capitals, as Nasdaq writes it

  /// Whether date, symbol, volumes and market stand in the order that all published files have.
  [[nodiscard]] bool usual_order() const {
    return date == 0 && symbol == 1 && total + 2 == columns && market + 1 == columns;
  }
};

/// Reads the header line, or returns what is wrong with it.
[[nodiscard]] std::expected<ShortLayout, RowFault> read_short_header(std::string_view header);

/// One data row. `exempt` is 0 in layouts without it.
struct ShortRow {
  market::Symbol symbol;
  std::int32_t market_mask{0};
  std::int64_t short_volume{0};
  std::int64_t exempt{0};
  std::int64_t total{0};
  market::Day day;
  std::string_view market_text;
};

/// The one home of the rules for a data row of a published file.
class ShortRowRules {
 public:
  /// FINRA's layout ends symbols at 14 bytes.
  static constexpr std::size_t kMaxSymbolBytes = 14;

  ShortRowRules(ShortLayout layout, market::Facility facility);

  /// Returns the row, or why it cannot be used. `day` is the day of the file, when it is known.
  [[nodiscard]] std::expected<ShortRow, RowFault> read(std::string_view line,
                                                       std::optional<market::Day> day) const;

 private:
  [[nodiscard]] std::optional<RowFault> read_volumes(const std::vector<std::string_view>& fields,
                                                     ShortRow& row) const;
  [[nodiscard]] std::optional<RowFault> read_market(std::string_view text, ShortRow& row) const;

  ShortLayout layout_;
  std::string_view exchange_market_;  // the only letter in an exchange's file, else empty
};

}  // namespace offex::formats
