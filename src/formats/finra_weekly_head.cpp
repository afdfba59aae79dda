#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "formats/finra_rows_internal.hpp"
#include "formats/finra_weekly_head_internal.hpp"

namespace offex::formats {
namespace {

using market::Day;

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
std::string legacy_date(std::string_view text) {
  if (text.size() != 10 || text[2] != '/' || text[5] != '/') return std::string{text};
  return fmt::format("{}{}{}", text.substr(6), text.substr(0, 2), text.substr(3, 2));
}

}  // namespace

std::optional<RowFault> WeeklyHeads::fault(Cells cells, weekly::Slot slot,
                                           std::string reason) const {
  return cell_fault(name_of(layout_, slot), cells[slot], std::move(reason));
}

Result<void> WeeklyHeads::begin(const std::vector<bool>& present) {
  present_ = present;
  if (layout_.kind == FinraKind::WeeklySummary) OFFEX_TRY(week_.check_told());
  if (layout_.kind == FinraKind::WeeklySummary && !present[weekly::SummaryType] &&
      named_type_.empty()) {
    return fail(base::ErrorCode::InvalidArgument,
                "the reply lacks the field summaryTypeCode, and the name of the file has none "
                "(ATS_W_SMBL, OTC_W_SMBL, ATS_W_SMBL_FIRM, OTC_W_SMBL_FIRM): ask for the field, "
                "or put the type into the name",
                in_file(options_.file));
  }
  if (layout_.kind == FinraKind::AtsSummary && present[weekly::Week] && week_.is_told()) {
    OFFEX_ASSIGN(told_week_, week_.resolve(std::nullopt));
  }
  return {};
}

WeeklyHeads::Outcome WeeklyHeads::read(Cells cells, WeeklyHead& head) {
  if (auto bad = read_type(cells, head)) return bad;
  const bool no_symbol = is_blank(cells[weekly::Symbol]);
  if (summary_of(head.type) == Summary::NoSymbol || (no_symbol && head.type.empty())) {
    head.type = {};
    return std::nullopt;
  }
  if (no_symbol) return fault(cells, weekly::Symbol, "no value");
  if (auto bad = read_updated(cells, head)) return bad;
  if (head.type.empty()) {
    if (auto bad = find_type(cells, head); !bad || *bad) return bad;
  }
  head.firm = summary_of(head.type) == Summary::Firm;
  return read_week(cells, head);
}

// A row of a reply tells its type, or the name of the reply does. A row that has none and names no
// symbol is left out; files get theirs by `find_type`.
std::optional<RowFault> WeeklyHeads::read_type(Cells cells, WeeklyHead& head) const {
  if (layout_.kind != FinraKind::WeeklySummary) return std::nullopt;
  const FinraCell& cell = cells[weekly::SummaryType];
  if (is_blank(cell)) {
    if (is_blank(cells[weekly::Symbol])) return std::nullopt;
    if (named_type_.empty()) return fault(cells, weekly::SummaryType, "no value");
    head.type = named_type_;
    return std::nullopt;
  }
  if (cell.kind != JsonKind::Text) return fault(cells, weekly::SummaryType, "not a text");
  const Summary summary = summary_of(cell.text);
  if (summary == Summary::Monthly) {
    return fault(cells, weekly::SummaryType, "monthly figures: offex keeps weekly ones");
  }
  if (summary == Summary::Unknown) {
    return fault(cells, weekly::SummaryType, "no weekly summary type");
  }
  if (summary != Summary::NoSymbol && !named_type_.empty() && cell.text != named_type_) {
    return fault(cells, weekly::SummaryType,
                 fmt::format("another type than the name's: the name says {}", named_type_));
  }
  head.type = cell.text;
  return std::nullopt;
}

// Files do not tell the type of a row: it follows from whose volume they hold.
WeeklyHeads::Outcome WeeklyHeads::find_type(Cells cells, WeeklyHead& head) const {
  const bool by_firm =
      present_[weekly::Mpid] || present_[weekly::AtsName] || present_[weekly::NonAtsName];
  std::optional<Venue> venue = venue_;
  if (venue == Venue::NonAts && !is_blank(cells[weekly::Mpid])) {
    return fault(cells, weekly::Mpid,
                 "the name says OTC_non_ats_, but only ATS volume has an MPID");
  }
  if (layout_.kind == FinraKind::AtsSummary) venue = Venue::Ats;
  if (!venue && !is_blank(cells[weekly::Mpid])) venue = Venue::Ats;
  if (!venue && layout_.kind == FinraKind::LegacyDownload) {
    if (!is_blank(cells[weekly::NonAtsName])) venue = Venue::NonAts;
    if (!is_blank(cells[weekly::AtsName])) venue = Venue::Ats;
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

WeeklyHeads::Outcome WeeklyHeads::read_week(Cells cells, WeeklyHead& head) {
  const FinraCell& cell = cells[weekly::Week];
  if (is_blank(cell)) {
    // Rows of a reply need not have the same fields; a hole in a file is damage.
    const bool told = layout_.kind == FinraKind::WeeklySummary && week_.is_told();
    if (present_[weekly::Week] && !told) return fault(cells, weekly::Week, "no value");
    OFFEX_ASSIGN(head.week, week_.resolve(head.updated));
    return std::nullopt;
  }
  if (cell.kind != JsonKind::Text) return fault(cells, weekly::Week, "not a text");
  const auto day = Day::parse(cell.text);
  if (!day) return fault(cells, weekly::Week, "not a date");
  const bool by_friday = layout_.kind == FinraKind::AtsSummary;
  if (!by_friday && day->weekday() != market::Weekday::Monday) {
    return fault(cells, weekly::Week, "not a Monday: weeks are named by theirs");
  }
  if (by_friday && day->weekday() != market::Weekday::Friday) {
    return fault(cells, weekly::Week,
                 "not a Friday: this column names the Friday that ends the week");
  }
  head.week = market::week_start(*day);
  const std::optional<Day> other =
      by_friday ? told_week_ : week_.told_other_than(head.week, head.updated);
  if (!other || *other == head.week) return std::nullopt;
  return fault(cells, weekly::Week,
               fmt::format("wrong week: this file is for the week of {}", other->iso()));
}

// The old layout has a date for shares and one for trades; the later one counts.
std::optional<RowFault> WeeklyHeads::read_updated(Cells cells, WeeklyHead& head) const {
  for (const weekly::Slot slot : {weekly::Updated, weekly::Updated2}) {
    const FinraCell& cell = cells[slot];
    if (is_blank(cell)) continue;
    if (cell.kind != JsonKind::Text) return fault(cells, slot, "not a text");
    const bool legacy = layout_.kind == FinraKind::LegacyDownload;
    const auto day = Day::parse(legacy ? legacy_date(cell.text) : std::string{cell.text});
    if (!day) return fault(cells, slot, "not a date");
    head.updated = head.updated ? std::max(*head.updated, *day) : *day;
  }
  return std::nullopt;
}

Result<void> WeeklyHeads::end_without_rows() {
  if (present_[weekly::Week]) return {};
  OFFEX_ASSIGN([[maybe_unused]] const Day week, week_.resolve(std::nullopt));
  return {};
}

}  // namespace offex::formats
