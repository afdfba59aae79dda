#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "offex/columns/tape_block.hpp"
#include "offex/market/dataset.hpp"

#include "formats/faults_internal.hpp"

namespace offex::formats {

/// One result of a page: the text of each field it has, numbers and strings as they stand there.
struct PageRow {
  static constexpr std::size_t kMaxFields = 12;

  std::array<std::string_view, kMaxFields> cells{};  ///< null where absent
  std::uint64_t conditions{0};
};

/// Reads fields of one result and remembers the first fault. Values after a fault mean nothing.
/// \pre 16 bytes before and behind each cell may be read
class PageCells {
 public:
  PageCells(const PageRow& row, std::span<const std::string_view> keys) : row_{row}, keys_{keys} {}

  /// Returns nano-dollars; `if_absent` where the field is absent, none: it must be there.
  template <class Field>
  [[nodiscard]] std::int64_t price(Field field, std::optional<std::int64_t> if_absent = {}) {
    return decimal<9>(static_cast<std::size_t>(field), if_absent);
  }
  /// Returns millionths.
  template <class Field>
  [[nodiscard]] std::int64_t quantity(Field field, std::optional<std::int64_t> if_absent = {}) {
    return decimal<6>(static_cast<std::size_t>(field), if_absent);
  }
  /// Returns a whole number up to `max`, 0 where it is absent.
  template <class Field>
  [[nodiscard]] std::int64_t whole(Field field, std::int64_t max) {
    const std::int64_t value = decimal<0>(static_cast<std::size_t>(field), 0);
    if (value > max) refuse(field, "too large");
    return value;
  }
  /// Returns nanoseconds since 1970, 0 where it is absent.
  template <class Field>
  [[nodiscard]] std::int64_t time(Field field) {
    return nanoseconds(static_cast<std::size_t>(field));
  }
  template <class Field>
  [[nodiscard]] std::string_view text(Field field) const {
    return row_.cells[static_cast<std::size_t>(field)];
  }
  template <class Field>
  void refuse(Field field, std::string reason) {
    note(static_cast<std::size_t>(field), std::move(reason));
  }
  [[nodiscard]] const std::optional<RowFault>& fault() const { return fault_; }

 private:
  template <unsigned kScale>
  [[nodiscard]] std::int64_t decimal(std::size_t field, std::optional<std::int64_t> if_absent);
  [[nodiscard]] std::int64_t nanoseconds(std::size_t field);
  [[nodiscard]] std::int64_t by_the_rules(std::size_t field, int scale,
                                          std::optional<std::int64_t> if_absent);
  void note(std::size_t field, std::string reason);

  const PageRow& row_;
  std::span<const std::string_view> keys_;
  std::optional<RowFault> fault_;
};

/// What a page of one data set holds. `store` appends a row to `block`; `time` is what it is
/// sorted by.
struct TradePage {
  using Block = columns::TradeBlock;
  static constexpr auto kDataset = market::Dataset::TradeTape;
  static constexpr std::string_view kTitle = "page of trades";
  [[nodiscard]] static std::span<const std::string_view> keys();
  static void store(PageCells& cells, const PageRow& row, Block& block);
  [[nodiscard]] static std::span<const std::int64_t> times(const Block& block) {
    return block.sip_ns;
  }
};

struct QuotePage {
  using Block = columns::QuoteBlock;
  static constexpr auto kDataset = market::Dataset::QuoteTape;
  static constexpr std::string_view kTitle = "page of quotes";
  [[nodiscard]] static std::span<const std::string_view> keys();
  static void store(PageCells& cells, const PageRow& row, Block& block);
  [[nodiscard]] static std::span<const std::int64_t> times(const Block& block) {
    return block.sip_ns;
  }
};

struct MinutePage {
  using Block = columns::MinuteBlock;
  static constexpr auto kDataset = market::Dataset::MinuteTape;
  static constexpr std::string_view kTitle = "reply of minute bars";
  [[nodiscard]] static std::span<const std::string_view> keys();
  static void store(PageCells& cells, const PageRow& row, Block& block);
  [[nodiscard]] static std::span<const std::int64_t> times(const Block& block) {
    return block.window_start_ns;
  }
};

/// Turns all columns round.
template <class Block>
void reverse_rows(Block& block);

/// Replaces the columns of `to` by rows [begin, end) of `from`. Runs are left alone.
template <class Block>
void copy_rows(const Block& from, std::size_t begin, std::size_t end, Block& to);

}  // namespace offex::formats
