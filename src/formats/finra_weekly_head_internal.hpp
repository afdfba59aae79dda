#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/formats/document.hpp"
#include "offex/market/day.hpp"

#include "formats/faults_internal.hpp"
#include "formats/finra_layout_internal.hpp"
#include "formats/finra_names_internal.hpp"
#include "formats/finra_week_internal.hpp"

namespace offex::formats {

/// What a row of a weekly layout is about, before any of its figures.
struct WeeklyHead {
  market::Day week;
  std::string_view type;  ///< summary type; empty for a row that is left out
  bool firm{false};       ///< a row of one firm, not of the whole symbol
  std::optional<market::Day> updated{};
};

/// Finds week and summary type of rows: in the row, in the file's name or in what the caller said.
class WeeklyHeads {
 public:
  WeeklyHeads(const FinraLayout& layout, ReadOptions options)
      : layout_{layout},
        options_{std::move(options)},
        week_{options_},
        venue_{venue_from_name(options_.file)},
        named_type_{summary_type_from_name(options_.file)} {}

  /// Takes which slots the body has; says what neither it nor anything else tells.
  [[nodiscard]] Result<void> begin(const std::vector<bool>& present);
  /// Takes a slot that a later row of a reply is the first to have.
  void add_field(std::size_t slot) { present_[slot] = true; }
  /// Reads the head of a row. Rows of no symbol get a head without a type.
  [[nodiscard]] Result<std::optional<RowFault>> read(std::span<const FinraCell> cells,
                                                     WeeklyHead& head);
  /// Returns whether the week of a file without rows is known, where no row can name it.
  [[nodiscard]] Result<void> end_without_rows();

 private:
  using Cells = std::span<const FinraCell>;
  using Outcome = Result<std::optional<RowFault>>;

  [[nodiscard]] std::optional<RowFault> fault(Cells cells, weekly::Slot slot,
                                              std::string reason) const;
  [[nodiscard]] std::optional<RowFault> read_type(Cells cells, WeeklyHead& head) const;
  [[nodiscard]] Outcome find_type(Cells cells, WeeklyHead& head) const;
  [[nodiscard]] std::optional<RowFault> read_updated(Cells cells, WeeklyHead& head) const;
  [[nodiscard]] Outcome read_week(Cells cells, WeeklyHead& head);

  const FinraLayout& layout_;
  ReadOptions options_;
  FileWeek week_;
  std::optional<Venue> venue_;
  std::string_view named_type_;
  std::optional<market::Day> told_week_;  // of a file that also has a column for it
  std::vector<bool> present_;
};

}  // namespace offex::formats
