#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "formats/decimal_internal.hpp"
#include "formats/finra_names_internal.hpp"
#include "formats/finra_rows_internal.hpp"
#include "formats/finra_weekly_head_internal.hpp"
#include "formats/finra_weekly_keys_internal.hpp"

namespace offex::formats {
namespace {

using columns::Column;
using columns::Type;
using Outcome = Result<std::optional<RowFault>>;
using Cells = std::span<const FinraCell>;

struct WeeklyColumnSpec {
  std::string_view name;
  Type type;
};

// In the order of weekly_column::Id.
constexpr std::array<WeeklyColumnSpec, weekly_column::NumColumns> kColumns = {{
    {"week_start_date", Type::Day},
    {"symbol", Type::Symbol},
    {"tier_identifier", Type::Text},
    {"summary_type", Type::Text},
    {"mpid", Type::Text},
    {"firm_crd", Type::Int64},
    {"participant_name", Type::Text},
    {"issue_name", Type::Text},
    {"product_type", Type::Text},
    {"share_quantity", Type::Quantity},
    {"trade_count", Type::Int64},
    {"notional", Type::Double},
    {"initial_published_date", Type::Day},
    {"last_update_date", Type::Day},
    {"total_share_quantity", Type::Quantity},
    {"total_trade_count", Type::Int64},
}};

// Columns that are one cell as it stands.
struct Copied {
  weekly_column::Id column;
  weekly::Slot slot;
};
constexpr std::array kCopied = {
    Copied{weekly_column::Mpid, weekly::Mpid},
    Copied{weekly_column::Crd, weekly::Crd},
    Copied{weekly_column::Issue, weekly::IssueName},
    Copied{weekly_column::Product, weekly::Product},
    Copied{weekly_column::Notional, weekly::Notional},
    Copied{weekly_column::Published, weekly::Published},
    Copied{weekly_column::TotalShares, weekly::TotalShares},
    Copied{weekly_column::TotalTrades, weekly::TotalTrades},
};

constexpr std::array kShareSlots = {weekly::Shares, weekly::Shares2, weekly::Shares3,
                                    weekly::Shares4};
constexpr std::array kTradeSlots = {weekly::Trades, weekly::Trades2, weekly::Trades3};

class WeeklyRows final : public FinraRows {
 public:
  WeeklyRows(const FinraLayout& layout, ReadOptions options)
      : layout_{layout}, file_{options.file}, heads_{layout, std::move(options)} {
    for (const WeeklyColumnSpec& spec : kColumns) {
      rows_.add(Column{std::string{spec.name}, spec.type});
    }
  }

  Result<void> begin(const std::vector<bool>& present) override;
  void add_field(std::size_t slot) override {
    present_[slot] = true;
    heads_.add_field(slot);
  }
  Outcome add(Cells cells) override;
  Result<void> finish(Document& document) override;

 private:
  [[nodiscard]] bool is_download() const {
    return layout_.kind == FinraKind::WeeklyDownload || layout_.kind == FinraKind::LegacyDownload;
  }
  [[nodiscard]] std::optional<RowFault> fault(Cells cells, weekly::Slot slot, std::string reason) {
    return cell_fault(name_of(layout_, slot), cells[slot], std::move(reason));
  }
  [[nodiscard]] Outcome read(Cells cells);
  [[nodiscard]] std::optional<RowFault> store(Cells cells, const WeeklyHead& head);
  [[nodiscard]] std::optional<RowFault> store_tier(Cells cells);
  [[nodiscard]] std::optional<RowFault> store_firm(Cells cells, const WeeklyHead& head);
  [[nodiscard]] std::optional<RowFault> push(weekly_column::Id column, Cells cells,
                                             weekly::Slot slot);
  template <std::size_t N>
  [[nodiscard]] weekly::Slot first_filled(Cells cells,
                                          const std::array<weekly::Slot, N>& slots) const;

  const FinraLayout& layout_;
  std::string file_;
  WeeklyHeads heads_;
  std::vector<bool> present_;
  columns::Batch rows_;
  WeeklyKeys keys_;
  std::uint64_t num_left_out_{0};
  std::string tier_text_;  // what tier_ was read from; rows of a tier stand together
  std::string_view tier_;
};

Result<void> WeeklyRows::begin(const std::vector<bool>& present) {
  present_ = present;
  const auto lacking = [this](weekly::Slot slot) {
    const std::string_view name = name_of(layout_, slot);
    base::Place place = in_file(file_);
    place.field = name;
    return fail(base::ErrorCode::Integrity,
                fmt::format("the {} lacks the field {}", layout_.title, name), std::move(place));
  };
  if (!present[weekly::Symbol]) return lacking(weekly::Symbol);
  if (std::ranges::none_of(kShareSlots, [&](weekly::Slot slot) { return present[slot]; })) {
    return lacking(weekly::Shares);
  }
  return heads_.begin(present);
}

Outcome WeeklyRows::add(Cells cells) {
  const std::size_t before = rows_.num_rows();
  auto outcome = read(cells);
  if (outcome && *outcome) rows_.truncate(before);
  return outcome;
}

Outcome WeeklyRows::read(Cells cells) {
  WeeklyHead head;
  if (auto bad = heads_.read(cells, head); !bad || *bad) return bad;
  if (head.type.empty()) {
    ++num_left_out_;
    return std::nullopt;
  }
  if (auto bad = store(cells, head)) return bad;
  if (!keys_.add_last(rows_)) {
    return fault(cells, weekly::Symbol,
                 "an earlier row has the same week, tier, type, symbol, firm, product and issue");
  }
  return std::nullopt;
}

std::optional<RowFault> WeeklyRows::push(weekly_column::Id column, Cells cells, weekly::Slot slot) {
  const FinraCell& cell = cells[slot];
  Column& target = rows_.column(column);
  const bool number = target.type() == Type::Quantity || target.type() == Type::Int64;
  std::string reason;
  // Downloaded files write plain numbers only; replies also have exponents.
  if (number && is_download() && !is_blank(cell) && !is_plain_decimal(cell.text)) {
    reason = number_reason(cell.text, base::DecimalFault::NotANumber);
  } else {
    reason = push_finra(target, cell);
  }
  if (reason.empty() && column == weekly_column::Notional && !is_blank(cell) &&
      target.values<double>().back() < 0) {
    reason = "negative";
  }
  if (reason.empty()) return std::nullopt;
  return fault(cells, slot, std::move(reason));
}

template <std::size_t N>
weekly::Slot WeeklyRows::first_filled(Cells cells, const std::array<weekly::Slot, N>& slots) const {
  for (const weekly::Slot slot : slots) {
    if (!is_blank(cells[slot])) return slot;
  }
  // What is missing is told of the first one that the file has.
  for (const weekly::Slot slot : slots) {
    if (present_[slot]) return slot;
  }
  return slots[0];
}

std::optional<RowFault> WeeklyRows::store(Cells cells, const WeeklyHead& head) {
  rows_.column(weekly_column::Week).push<std::int32_t>(head.week.days());
  rows_.column(weekly_column::Type).push<std::string>(std::string{head.type});
  if (head.updated) {
    rows_.column(weekly_column::Updated).push<std::int32_t>(head.updated->days());
  } else {
    rows_.column(weekly_column::Updated).push_missing();
  }
  if (auto bad = push(weekly_column::Symbol, cells, weekly::Symbol)) return bad;
  if (auto bad = store_tier(cells)) return bad;
  for (const Copied& copied : kCopied) {
    if (auto bad = push(copied.column, cells, copied.slot)) return bad;
  }
  if (auto bad = store_firm(cells, head)) return bad;
  const weekly::Slot shares = first_filled(cells, kShareSlots);
  if (is_blank(cells[shares])) return fault(cells, shares, "no value");
  if (auto bad = push(weekly_column::Shares, cells, shares)) return bad;
  return push(weekly_column::Trades, cells, first_filled(cells, kTradeSlots));
}

// `NMS` is an old identifier that does not tell the tier; the description does.
std::optional<RowFault> WeeklyRows::store_tier(Cells cells) {
  Column& column = rows_.column(weekly_column::Tier);
  const bool by_code = !is_blank(cells[weekly::Tier]) && cells[weekly::Tier].text != "NMS";
  const weekly::Slot slot = by_code ? weekly::Tier : weekly::TierText;
  const FinraCell& cell = cells[slot];
  if (is_blank(cell)) {
    column.push_missing();
    return std::nullopt;
  }
  if (cell.kind != JsonKind::Text) return fault(cells, slot, "not a text");
  if (tier_.empty() || cell.text != tier_text_) {
    tier_ = tier_of(cell.text);
    tier_text_ = cell.text;
  }
  if (!tier_.empty()) {
    column.push<std::string>(std::string{tier_});
  } else if (layout_.kind == FinraKind::LegacyDownload) {
    column.push_missing();  // Report_Type need not name one
  } else {
    return fault(cells, slot, "no tier of FINRA: T1, T2, OTCE or NA");
  }
  return std::nullopt;
}

std::optional<RowFault> WeeklyRows::store_firm(Cells cells, const WeeklyHead& head) {
  const weekly::Slot name = is_blank(cells[weekly::AtsName]) ? weekly::NonAtsName : weekly::AtsName;
  if (auto bad = push(weekly_column::Participant, cells, name)) return bad;
  const bool named =
      !is_blank(cells[weekly::Mpid]) || !is_blank(cells[weekly::Crd]) || !is_blank(cells[name]);
  // A reply that was not asked for firms cannot name them.
  const bool can_name = present_[weekly::Mpid] || present_[weekly::Crd] || present_[name];
  if (head.firm && !named && can_name) {
    return fault(cells, present_[weekly::Mpid] ? weekly::Mpid : name,
                 "a row of one firm that names no firm");
  }
  if (!head.firm && !is_blank(cells[weekly::Mpid])) {
    return fault(cells, weekly::Mpid,
                 fmt::format("a firm in a row of the whole symbol ({})", head.type));
  }
  return std::nullopt;
}

Result<void> WeeklyRows::finish(Document& document) {
  if (rows_.num_rows() == 0) OFFEX_TRY(heads_.end_without_rows());
  document.warnings = keys_.warnings();
  if (num_left_out_ > 0) {
    document.warnings.push_back(
        fmt::format("rows that name no symbol (totals of a firm, statistics of the market) are "
                    "left out: {}",
                    num_left_out_));
  }
  document.rows = std::move(rows_);
  return {};
}

}  // namespace

std::unique_ptr<FinraRows> make_weekly_rows(const FinraLayout& layout, ReadOptions options) {
  return std::make_unique<WeeklyRows>(layout, std::move(options));
}

}  // namespace offex::formats
