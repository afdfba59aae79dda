#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "formats/decimal_internal.hpp"
#include "formats/finra_names_internal.hpp"
#include "formats/finra_rows_internal.hpp"
#include "formats/finra_week_internal.hpp"
#include "formats/finra_weekly_keys_internal.hpp"

namespace offex::formats {
namespace {

using columns::Column;
using columns::Type;
using market::Day;
using Outcome = Result<std::optional<RowFault>>;
using Cells = std::span<const FinraCell>;

struct WeeklyColumnSpec {
  std::string_view name;
  Type type;
};

// In the order of WeeklyColumn.
constexpr std::array<WeeklyColumnSpec, kNumWeeklyColumns> kColumns = {{
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
  WeeklyColumn column;
  WeeklySlot slot;
};
constexpr std::array kCopied = {
    Copied{kMpidColumn, kMpid},
    Copied{kCrdColumn, kCrd},
    Copied{kIssueColumn, kIssueName},
    Copied{kProductColumn, kProduct},
    Copied{kNotionalColumn, kNotional},
    Copied{kPublishedColumn, kPublished},
    Copied{kTotalSharesColumn, kTotalShares},
    Copied{kTotalTradesColumn, kTotalTrades},
};

constexpr std::array kShareSlots = {kShares, kShares2, kShares3, kShares4};
constexpr std::array kTradeSlots = {kTrades, kTrades2, kTrades3};

enum class Summary : std::uint8_t { Symbol, Firm, NoSymbol, Monthly, Unknown };

Summary summary_of(std::string_view type) {
  if (type == "ATS_W_SMBL" || type == "OTC_W_SMBL") return Summary::Symbol;
  if (type == "ATS_W_SMBL_FIRM" || type == "OTC_W_SMBL_FIRM") return Summary::Firm;
  if (type == "ATS_W_FIRM" || type == "OTC_W_FIRM") return Summary::NoSymbol;
  if (type == "ATS_W_VOL_STATS" || type == "OTC_W_VOL_STATS") return Summary::NoSymbol;
  if (type.starts_with("OTC_M_") || type.starts_with("ATS_M_")) return Summary::Monthly;
  return Summary::Unknown;
}

// Files of before 2020 may write dates as 07/09/2018.
std::string updated_text(std::string_view text) {
  if (text.size() != 10 || text[2] != '/' || text[5] != '/') return std::string{text};
  return fmt::format("{}{}{}", text.substr(6), text.substr(0, 2), text.substr(3, 2));
}

class WeeklyRows final : public FinraRows {
 public:
  WeeklyRows(const FinraLayout& layout, ReadOptions options)
      : layout_{layout},
        options_{std::move(options)},
        week_{options_},
        venue_{venue_from_name(options_.file)},
        named_type_{summary_type_from_name(options_.file)} {
    for (const WeeklyColumnSpec& spec : kColumns) {
      rows_.add(Column{std::string{spec.name}, spec.type});
    }
  }

  Result<void> begin(const std::vector<bool>& present) override;
  Outcome add(Cells cells) override;
  Result<void> finish(Document& document) override;

 private:
  // What a row is about, before any of its cells is kept.
  struct Head {
    Day week;
    std::string_view type;
    bool firm{false};
  };

  [[nodiscard]] bool is_download() const {
    return layout_.kind == FinraKind::WeeklyDownload || layout_.kind == FinraKind::LegacyDownload;
  }
  [[nodiscard]] std::optional<RowFault> fault(Cells cells, WeeklySlot slot, std::string reason) {
    return cell_fault(name_of(layout_, slot), cells[slot], std::move(reason));
  }
  [[nodiscard]] Outcome read(Cells cells);
  [[nodiscard]] Outcome read_type(Cells cells, Head& head);
  [[nodiscard]] Outcome read_venue(Cells cells, Head& head);
  [[nodiscard]] Outcome read_week(Cells cells, Head& head);
  [[nodiscard]] std::optional<RowFault> read_updated(Cells cells);
  [[nodiscard]] std::optional<RowFault> store(Cells cells, const Head& head);
  [[nodiscard]] std::optional<RowFault> store_tier(Cells cells);
  [[nodiscard]] std::optional<RowFault> store_firm(Cells cells, const Head& head);
  [[nodiscard]] std::optional<RowFault> push(WeeklyColumn column, Cells cells, WeeklySlot slot);
  template <std::size_t N>
  [[nodiscard]] WeeklySlot first_filled(Cells cells, const std::array<WeeklySlot, N>& slots) const;

  const FinraLayout& layout_;
  ReadOptions options_;
  FileWeek week_;
  std::optional<Venue> venue_;
  std::string_view named_type_;
  std::optional<Day> told_week_;  // of a file that also has a column for it
  std::vector<bool> present_;
  columns::Batch rows_;
  WeeklyKeys keys_;
  std::uint64_t num_left_out_{0};
  std::optional<Day> updated_;  // of the row at hand
  std::string tier_text_;       // what tier_ was read from; rows of a tier stand together
  std::string_view tier_;
};

Result<void> WeeklyRows::begin(const std::vector<bool>& present) {
  present_ = present;
  const auto lacking = [this](WeeklySlot slot) {
    base::Place place = in_file(options_.file);
    place.field = name_of(layout_, slot);
    return fail(base::ErrorCode::Integrity,
                fmt::format("the {} lacks the field {}", layout_.title, place.field),
                std::move(place));
  };
  if (!present[kSymbol]) return lacking(kSymbol);
  if (std::ranges::none_of(kShareSlots, [&](WeeklySlot slot) { return present[slot]; })) {
    return lacking(kShares);
  }
  if (layout_.kind == FinraKind::WeeklySummary && !present[kSummaryType] && named_type_.empty()) {
    return fail(base::ErrorCode::InvalidArgument,
                "the reply lacks the field summaryTypeCode, and the name of the file has none "
                "(ATS_W_SMBL, OTC_W_SMBL, ATS_W_SMBL_FIRM, OTC_W_SMBL_FIRM): ask for the field, "
                "or put the type into the name",
                in_file(options_.file));
  }
  if (layout_.kind == FinraKind::AtsSummary && present[kWeek] && week_.is_told()) {
    OFFEX_ASSIGN(told_week_, week_.resolve(std::nullopt));
  }
  return {};
}

Outcome WeeklyRows::add(Cells cells) {
  const std::size_t before = rows_.num_rows();
  auto outcome = read(cells);
  if (outcome && *outcome) rows_.truncate(before);
  return outcome;
}

Outcome WeeklyRows::read(Cells cells) {
  Head head;
  if (auto bad = read_type(cells, head); !bad || *bad) return bad;
  const bool no_symbol = is_blank(cells[kSymbol]);
  if (summary_of(head.type) == Summary::NoSymbol || (no_symbol && head.type.empty())) {
    ++num_left_out_;
    return std::nullopt;
  }
  if (no_symbol) return fault(cells, kSymbol, "no value");
  if (auto bad = read_updated(cells)) return bad;
  if (head.type.empty()) {
    if (auto bad = read_venue(cells, head); !bad || *bad) return bad;
  }
  head.firm = summary_of(head.type) == Summary::Firm;
  if (auto bad = read_week(cells, head); !bad || *bad) return bad;
  if (auto bad = store(cells, head)) return bad;
  if (!keys_.add_last(rows_)) {
    return fault(cells, kSymbol,
                 "an earlier row has the same week, tier, type, symbol, firm, product and issue");
  }
  return std::nullopt;
}

// A row of a reply tells its type. One that has none and names no symbol is left out; files get
// theirs by `read_venue`.
Outcome WeeklyRows::read_type(Cells cells, Head& head) {
  if (layout_.kind != FinraKind::WeeklySummary) return std::nullopt;
  const FinraCell& cell = cells[kSummaryType];
  if (!present_[kSummaryType]) {
    if (!is_blank(cells[kSymbol])) head.type = named_type_;
    return std::nullopt;
  }
  if (is_blank(cell)) {
    if (is_blank(cells[kSymbol])) return std::nullopt;
    return fault(cells, kSummaryType, "no value");
  }
  if (cell.kind != JsonKind::Text) return fault(cells, kSummaryType, "not a text");
  const Summary summary = summary_of(cell.text);
  if (summary == Summary::Monthly) {
    return fault(cells, kSummaryType, "monthly figures: offex keeps weekly ones");
  }
  if (summary == Summary::Unknown) return fault(cells, kSummaryType, "no weekly summary type");
  head.type = cell.text;
  return std::nullopt;
}

Outcome WeeklyRows::read_venue(Cells cells, Head& head) {
  const bool by_firm = present_[kMpid] || present_[kAtsName] || present_[kNonAtsName];
  std::optional<Venue> venue = venue_;
  if (layout_.kind == FinraKind::AtsSummary) venue = Venue::Ats;
  if (!venue && !is_blank(cells[kMpid])) venue = Venue::Ats;
  if (!venue && layout_.kind == FinraKind::LegacyDownload) {
    if (!is_blank(cells[kNonAtsName])) venue = Venue::NonAts;
    if (!is_blank(cells[kAtsName])) venue = Venue::Ats;
  }
  if (!venue) {
    return fail(base::ErrorCode::InvalidArgument,
                "the name does not start with OTC_ats_ or OTC_non_ats_, and a row has no MPID: "
                "whether this is ATS or other volume is not said",
                in_file(options_.file));
  }
  if (*venue == Venue::Ats) {
    head.type = by_firm ? "ATS_W_SMBL_FIRM" : "ATS_W_SMBL";
  } else {
    head.type = by_firm ? "OTC_W_SMBL_FIRM" : "OTC_W_SMBL";
  }
  return std::nullopt;
}

Outcome WeeklyRows::read_week(Cells cells, Head& head) {
  const FinraCell& cell = cells[kWeek];
  if (!present_[kWeek]) {
    OFFEX_ASSIGN(head.week, week_.resolve(updated_));
    return std::nullopt;
  }
  if (is_blank(cell)) return fault(cells, kWeek, "no value");
  if (cell.kind != JsonKind::Text) return fault(cells, kWeek, "not a text");
  const auto day = Day::parse(cell.text);
  if (!day) return fault(cells, kWeek, "not a date");
  head.week = *day;
  if (layout_.kind != FinraKind::AtsSummary) {
    if (day->weekday() == market::Weekday::Monday) return std::nullopt;
    return fault(cells, kWeek, "not a Monday: weeks are named by theirs");
  }
  if (day->weekday() != market::Weekday::Friday) {
    return fault(cells, kWeek, "not a Friday: this column names the Friday that ends the week");
  }
  head.week = market::week_start(*day);
  if (told_week_ && *told_week_ != head.week) {
    return fault(cells, kWeek,
                 fmt::format("wrong week: this file is for the week of {}", told_week_->iso()));
  }
  return std::nullopt;
}

// The old layout has a date for shares and one for trades; the later one counts.
std::optional<RowFault> WeeklyRows::read_updated(Cells cells) {
  updated_.reset();
  for (const WeeklySlot slot : {kUpdated, kUpdated2}) {
    const FinraCell& cell = cells[slot];
    if (is_blank(cell)) continue;
    if (cell.kind != JsonKind::Text) return fault(cells, slot, "not a text");
    const auto day = Day::parse(updated_text(cell.text));
    if (!day) return fault(cells, slot, "not a date");
    updated_ = updated_ ? std::max(*updated_, *day) : *day;
  }
  return std::nullopt;
}

std::optional<RowFault> WeeklyRows::push(WeeklyColumn column, Cells cells, WeeklySlot slot) {
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
  if (reason.empty() && column == kNotionalColumn && !is_blank(cell) &&
      target.values<double>().back() < 0) {
    reason = "negative";
  }
  if (reason.empty()) return std::nullopt;
  return fault(cells, slot, std::move(reason));
}

template <std::size_t N>
WeeklySlot WeeklyRows::first_filled(Cells cells, const std::array<WeeklySlot, N>& slots) const {
  for (const WeeklySlot slot : slots) {
    if (!is_blank(cells[slot])) return slot;
  }
  // What is missing is told of the first one that the file has.
  for (const WeeklySlot slot : slots) {
    if (present_[slot]) return slot;
  }
  return slots[0];
}

std::optional<RowFault> WeeklyRows::store(Cells cells, const Head& head) {
  rows_.column(kWeekColumn).push<std::int32_t>(head.week.days());
  rows_.column(kTypeColumn).push<std::string>(std::string{head.type});
  if (updated_) {
    rows_.column(kUpdatedColumn).push<std::int32_t>(updated_->days());
  } else {
    rows_.column(kUpdatedColumn).push_missing();
  }
  if (auto bad = push(kSymbolColumn, cells, kSymbol)) return bad;
  if (auto bad = store_tier(cells)) return bad;
  for (const Copied& copied : kCopied) {
    if (auto bad = push(copied.column, cells, copied.slot)) return bad;
  }
  if (auto bad = store_firm(cells, head)) return bad;
  const WeeklySlot shares = first_filled(cells, kShareSlots);
  if (is_blank(cells[shares])) return fault(cells, shares, "no value");
  if (auto bad = push(kSharesColumn, cells, shares)) return bad;
  return push(kTradesColumn, cells, first_filled(cells, kTradeSlots));
}

// `NMS` is an old identifier that does not tell the tier; the description does.
std::optional<RowFault> WeeklyRows::store_tier(Cells cells) {
  Column& column = rows_.column(kTierColumn);
  const bool by_code = !is_blank(cells[kTier]) && cells[kTier].text != "NMS";
  const WeeklySlot slot = by_code ? kTier : kTierText;
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

std::optional<RowFault> WeeklyRows::store_firm(Cells cells, const Head& head) {
  const WeeklySlot name = is_blank(cells[kAtsName]) ? kNonAtsName : kAtsName;
  if (auto bad = push(kParticipantColumn, cells, name)) return bad;
  const bool named = !is_blank(cells[kMpid]) || !is_blank(cells[kCrd]) || !is_blank(cells[name]);
  // A reply that was not asked for firms cannot name them.
  const bool can_name = present_[kMpid] || present_[kCrd] || present_[name];
  if (head.firm && !named && can_name) {
    return fault(cells, present_[kMpid] ? kMpid : name, "a row of one firm that names no firm");
  }
  if (!head.firm && !is_blank(cells[kMpid])) {
    return fault(cells, kMpid, fmt::format("a firm in a row of the whole symbol ({})", head.type));
  }
  return std::nullopt;
}

Result<void> WeeklyRows::finish(Document& document) {
  if (!present_[kWeek] && rows_.num_rows() == 0) {
    OFFEX_ASSIGN([[maybe_unused]] const Day week, week_.resolve(std::nullopt));
  }
  document.warnings = keys_.repeats(rows_);
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
