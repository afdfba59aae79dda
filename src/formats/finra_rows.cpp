#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "offex/market/facility.hpp"

#include "formats/cell_reader_internal.hpp"
#include "formats/finra_rows_internal.hpp"
#include "formats/row_set_internal.hpp"

namespace offex::formats {
namespace {

using columns::Column;
using columns::Type;
using Outcome = Result<std::optional<RowFault>>;

// How one column of a data set without weeks comes about.
enum class Make : std::uint8_t {
  Required,  // the value, never missing
  Optional,  // the value, or missing
  Facility,
  MarketMask,
  Flag,  // true where the published mark stands, false where nothing does
};

struct PlainColumn {
  std::string_view column;
  Type type;
  std::size_t slot;
  Make make;
  bool key{false};
  char mark{'\0'};  // of a Flag
};

constexpr std::array kRegShoColumns = {
    PlainColumn{"trade_date", Type::Day, reg_sho::ReportDate, Make::Required, true},
    PlainColumn{"facility", Type::Int32, reg_sho::Facility, Make::Facility, true},
    PlainColumn{"symbol", Type::Symbol, reg_sho::ReportSymbol, Make::Required, true},
    PlainColumn{"market_mask", Type::Int32, reg_sho::Market, Make::MarketMask},
    PlainColumn{"short_volume", Type::Quantity, reg_sho::Short, Make::Optional},
    PlainColumn{"short_exempt_volume", Type::Quantity, reg_sho::Exempt, Make::Optional},
    PlainColumn{"total_volume", Type::Quantity, reg_sho::Total, Make::Optional},
};

constexpr std::array kInterestColumns = {
    PlainColumn{"settlement_date", Type::Day, 0, Make::Required, true},
    PlainColumn{"symbol", Type::Symbol, 1, Make::Required, true},
    PlainColumn{"issue_name", Type::Text, 2, Make::Optional},
    PlainColumn{"market_class", Type::Text, 3, Make::Optional},
    PlainColumn{"current_short", Type::Quantity, 4, Make::Optional},
    PlainColumn{"previous_short", Type::Quantity, 5, Make::Optional},
    PlainColumn{"average_daily_volume", Type::Quantity, 6, Make::Optional},
    PlainColumn{"change_percent", Type::Double, 7, Make::Optional},
    PlainColumn{"days_to_cover", Type::Double, 8, Make::Optional},
    PlainColumn{"revised", Type::Bool, 9, Make::Flag, false, 'R'},
    PlainColumn{"split", Type::Bool, 10, Make::Flag, false, 'S'},
};

constexpr std::array kThresholdColumns = {
    PlainColumn{"trade_date", Type::Day, 0, Make::Required, true},
    PlainColumn{"symbol", Type::Symbol, 1, Make::Required, true},
    PlainColumn{"threshold_flag", Type::Text, 2, Make::Optional},
    PlainColumn{"market_category", Type::Text, 3, Make::Optional},
};

std::span<const PlainColumn> columns_of(FinraKind kind) {
  if (kind == FinraKind::RegSho) return kRegShoColumns;
  if (kind == FinraKind::ShortInterest) return kInterestColumns;
  return kThresholdColumns;
}

// The documentation has the letters, replies the names.
std::optional<market::Facility> facility_of_code(std::string_view code) {
  using market::Facility;
  struct Code {
    std::string_view text;
    Facility facility;
  };
  constexpr std::array kCodes = {
      Code{"Q", Facility::Fnsq},     Code{"NQTRF", Facility::Fnsq}, Code{"N", Facility::Fnyx},
      Code{"NYTRF", Facility::Fnyx}, Code{"B", Facility::Fnqc},     Code{"NCTRF", Facility::Fnqc},
      Code{"D", Facility::Fnra},     Code{"ADF", Facility::Fnra},   Code{"O", Facility::Forf},
      Code{"ORF", Facility::Forf},
  };
  const auto found = std::ranges::find(kCodes, code, &Code::text);
  if (found == kCodes.end()) return std::nullopt;
  return found->facility;
}

std::string type_fault(Type type, JsonKind kind) {
  const bool text = type == Type::Text || type == Type::Symbol || type == Type::Day;
  if (kind == JsonKind::Text || (kind == JsonKind::Number && !text)) return {};
  return text ? "not a text" : "not a number";
}

class PlainRows final : public FinraRows {
 public:
  PlainRows(const FinraLayout& layout, ReadOptions options)
      : layout_{layout}, options_{std::move(options)}, columns_{columns_of(layout.kind)} {
    std::vector<std::size_t> key;
    for (const PlainColumn& column : columns_) {
      if (column.key) key.push_back(rows_.num_columns());
      rows_.add(Column{std::string{column.column}, column.type});
    }
    keys_ = RowSet{std::move(key)};
  }

  Result<void> begin(const std::vector<bool>& present) override;
  void add_field(std::size_t slot) override { present_[slot] = true; }
  Outcome add(std::span<const FinraCell> cells) override;
  Result<void> finish(Document& document) override;

 private:
  [[nodiscard]] std::optional<RowFault> read(std::span<const FinraCell> cells);
  [[nodiscard]] std::string push(const PlainColumn& spec, Column& column, const FinraCell& cell);
  [[nodiscard]] std::string push_facility(Column& column, const FinraCell& cell) const;
  [[nodiscard]] std::optional<RowFault> check_volumes(std::span<const FinraCell> cells) const;

  const FinraLayout& layout_;
  ReadOptions options_;
  std::span<const PlainColumn> columns_;
  columns::Batch rows_;
  RowSet keys_{{}};
  std::vector<bool> present_;
};

Result<void> PlainRows::begin(const std::vector<bool>& present) {
  present_ = present;
  for (const PlainColumn& column : columns_) {
    if (present[column.slot]) continue;
    const std::string_view name = name_of(layout_, column.slot);
    if (column.make == Make::Required) {
      base::Place place = in_file(options_.file);
      place.field = name;
      return fail(base::ErrorCode::Integrity,
                  fmt::format("the {} lacks the field {}", layout_.title, name), std::move(place));
    }
    if (column.make == Make::Facility && !options_.facility) {
      return fail(base::ErrorCode::InvalidArgument,
                  fmt::format("the {} lacks the field {}: ask for it, or say with --facility which "
                              "one it is from",
                              layout_.title, name),
                  in_file(options_.file));
    }
  }
  return {};
}

Outcome PlainRows::add(std::span<const FinraCell> cells) {
  const std::size_t before = rows_.num_rows();
  auto fault = read(cells);
  if (fault) rows_.truncate(before);
  return fault;
}

std::optional<RowFault> PlainRows::read(std::span<const FinraCell> cells) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const PlainColumn& spec = columns_[i];
    const FinraCell& cell = cells[spec.slot];
    std::string reason = push(spec, rows_.column(i), cell);
    if (!reason.empty()) return cell_fault(name_of(layout_, spec.slot), cell, std::move(reason));
  }
  if (layout_.kind == FinraKind::RegSho) {
    if (auto fault = check_volumes(cells)) return fault;
  }
  if (!keys_.add_last(rows_)) {
    std::string names;
    for (const PlainColumn& column : columns_) {
      if (column.key) names += fmt::format("{}{}", names.empty() ? "" : ", ", column.column);
    }
    return RowFault{name_of(layout_, columns_[0].slot),
                    {},
                    fmt::format("an earlier row has the same {}", names)};
  }
  return std::nullopt;
}

std::string PlainRows::push(const PlainColumn& spec, Column& column, const FinraCell& cell) {
  switch (spec.make) {
    case Make::Required:
      if (is_blank(cell)) return "no value";
      return push_finra(column, cell);
    case Make::Optional:
      return push_finra(column, cell);
    case Make::Facility:
      return push_facility(column, cell);
    case Make::MarketMask: {
      const auto mask =
          cell.kind == JsonKind::Text ? market::parse_market_mask(cell.text) : std::nullopt;
      if (mask) {
        column.push<std::int32_t>(*mask);
      } else {
        column.push_missing();
      }
      return {};
    }
    case Make::Flag:
      if (!is_blank(cell) && (cell.kind != JsonKind::Text || cell.text.size() != 1 ||
                              cell.text.front() != spec.mark)) {
        return fmt::format("neither empty nor {}", spec.mark);
      }
      column.push<std::int8_t>(is_blank(cell) ? 0 : 1);
      return {};
  }
  return {};
}

std::string PlainRows::push_facility(Column& column, const FinraCell& cell) const {
  auto facility = options_.facility;
  if (!is_blank(cell)) {
    facility = cell.kind == JsonKind::Text ? facility_of_code(cell.text) : std::nullopt;
    if (!facility) {
      return "no reporting facility of FINRA: known are Q, N, B, D, O, NQTRF, NYTRF, NCTRF, ADF "
             "and "
             "ORF";
    }
    if (options_.facility && *options_.facility != *facility) {
      return fmt::format("this is {}, but the name or --facility says {}",
                         market::to_string(*facility), market::to_string(*options_.facility));
    }
  }
  if (!facility) return "no value";
  column.push<std::int32_t>(static_cast<std::int32_t>(*facility));
  return {};
}

std::optional<RowFault> PlainRows::check_volumes(std::span<const FinraCell> cells) const {
  const auto volume = [this](reg_sho::Slot slot) -> std::optional<std::int64_t> {
    const Column& column = rows_.column(slot);
    const std::size_t row = column.size() - 1;
    if (!column.valid(row)) return std::nullopt;
    return column.values<std::int64_t>()[row];
  };
  const auto short_volume = volume(reg_sho::Short);
  const auto exempt = volume(reg_sho::Exempt);
  const auto total = volume(reg_sho::Total);
  if (exempt && short_volume && *exempt > *short_volume) {
    return cell_fault(name_of(layout_, reg_sho::Exempt), cells[reg_sho::Exempt],
                      "more exempt than short: shortParQuantity must contain it");
  }
  if (short_volume && total && *short_volume > *total) {
    return cell_fault(name_of(layout_, reg_sho::Short), cells[reg_sho::Short],
                      "more short than total volume");
  }
  if (exempt && total && *exempt > *total) {
    return cell_fault(name_of(layout_, reg_sho::Exempt), cells[reg_sho::Exempt],
                      "more exempt than total volume");
  }
  return std::nullopt;
}

Result<void> PlainRows::finish(Document& document) {
  for (const PlainColumn& column : columns_) {
    if (column.make != Make::Flag || present_[column.slot]) continue;
    document.warnings.push_back(fmt::format("the {} lacks the field {}: no row is taken as {}",
                                            layout_.title, name_of(layout_, column.slot),
                                            column.column));
  }
  document.rows = std::move(rows_);
  return {};
}

// The rows' columns stand in the order of the slots.
static_assert(kRegShoColumns[reg_sho::Short].slot == reg_sho::Short &&
              kRegShoColumns[reg_sho::Exempt].slot == reg_sho::Exempt &&
              kRegShoColumns[reg_sho::Total].slot == reg_sho::Total);

}  // namespace

std::string push_finra(Column& column, const FinraCell& cell) {
  if (is_blank(cell)) {
    column.push_missing();
    return {};
  }
  if (std::string reason = type_fault(column.type(), cell.kind); !reason.empty()) return reason;
  if (column.type() == Type::Text) {
    if (std::string reason = control_character_reason(cell.text); !reason.empty()) return reason;
  }
  return push_cell(column, cell.text);
}

RowFault cell_fault(std::string_view name, const FinraCell& cell, std::string reason) {
  const std::string_view bytes =
      cell.at == nullptr ? std::string_view{} : std::string_view{cell.at, 1};
  return RowFault{name, bytes, std::move(reason)};
}

std::unique_ptr<FinraRows> make_finra_rows(const FinraLayout& layout, ReadOptions options) {
  switch (layout.kind) {
    case FinraKind::RegSho:
    case FinraKind::ShortInterest:
    case FinraKind::ThresholdList:
      return std::make_unique<PlainRows>(layout, std::move(options));
    default:
      return make_weekly_rows(layout, std::move(options));
  }
}

}  // namespace offex::formats
