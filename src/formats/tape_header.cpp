#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "offex/base/check.hpp"

#include "formats/short_layout_internal.hpp"
#include "formats/tape_header_internal.hpp"

namespace offex::formats {
namespace {

constexpr std::array kTradeFields = {
    TapeField{"correction", false},
    TapeField{"exchange"},
    TapeField{"id", false},
    TapeField{"participant_timestamp"},
    TapeField{"price"},
    TapeField{"sequence_number", false},
    TapeField{"sip_timestamp"},
    TapeField{"size", false},
    TapeField{"trf_id", false},
    TapeField{"decimal_size", false},
    TapeField{"ticker"},
    TapeField{"conditions", false},
};

constexpr std::array kQuoteFields = {
    TapeField{"ask_price"},
    TapeField{"ask_size"},
    TapeField{"bid_price"},
    TapeField{"bid_size"},
    TapeField{"participant_timestamp"},
    TapeField{"sip_timestamp"},
    TapeField{"ticker"},
};

constexpr std::array kMinuteFields = {
    TapeField{"ticker"},       TapeField{"volume"},
    TapeField{"open"},         TapeField{"close"},
    TapeField{"high"},         TapeField{"low"},
    TapeField{"window_start"}, TapeField{"vwap", false, "vw"},
};

constexpr std::array kTableFields = {
    TapeField{"symbol"}, TapeField{"timestamp"},  TapeField{"price"},
    TapeField{"size"},   TapeField{"bid", false}, TapeField{"ask", false},
};

static_assert(kTradeFields.size() <= TapeColumns::kMaxFields);

using market::Dataset;

std::uint8_t column_of(const std::vector<std::string>& names, const TapeField& field) {
  for (const std::string_view name : {field.name, field.other_name}) {
    if (name.empty()) continue;
    const auto found = std::ranges::find(names, normalised(name));
    if (found != names.end()) return static_cast<std::uint8_t>(found - names.begin());
  }
  return TapeColumns::kAbsent;
}

std::vector<std::string> names_of(const TapeCells& header) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < header.size(); ++i) names.push_back(normalised(header.text(i)));
  return names;
}

}  // namespace

std::optional<RowFault> TapeCells::split(std::string_view line) {
  cells_.clear();
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '"') quoted = !quoted;
    if (line[at] != ',' || quoted) continue;
    cells_.push_back(line.substr(begin, at - begin));
    begin = at + 1;
  }
  cells_.push_back(line.substr(begin));
  if (quoted) return RowFault{{}, cells_.back(), "a quote that is not closed"};
  return std::nullopt;
}

std::string_view TapeCells::text(std::size_t i) const {
  const std::string_view cell = cells_[i];
  const bool quoted = cell.size() >= 2 && cell.front() == '"' && cell.back() == '"';
  return quoted ? cell.substr(1, cell.size() - 2) : cell;
}

std::span<const TapeField> tape_fields(Dataset dataset) {
  switch (dataset) {
    case Dataset::TradeTape:
      return kTradeFields;
    case Dataset::QuoteTape:
      return kQuoteFields;
    case Dataset::MinuteTape:
      return kMinuteFields;
    default:
      OFFEX_CHECK(dataset == Dataset::TradeTable);
      return kTableFields;
  }
}

std::optional<Dataset> tape_of_header(const TapeCells& header) {
  for (const Dataset dataset :
       {Dataset::TradeTape, Dataset::QuoteTape, Dataset::MinuteTape, Dataset::TradeTable}) {
    TapeColumns columns;
    if (!find_tape_columns(header, dataset, columns)) return dataset;
  }
  return std::nullopt;
}

std::optional<RowFault> find_tape_columns(const TapeCells& header, Dataset dataset,
                                          TapeColumns& out) {
  const std::vector<std::string> names = names_of(header);
  if (names.size() > TapeColumns::kMaxColumns) {
    return RowFault{"header", {}, fmt::format("{} columns are too many", names.size())};
  }
  out.count = names.size();
  out.at.fill(TapeColumns::kAbsent);
  const std::span<const TapeField> fields = tape_fields(dataset);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    out.at.at(i) = column_of(names, fields[i]);
    if (out.at.at(i) == TapeColumns::kAbsent) {
      if (!fields[i].required) continue;
      return RowFault{"header", {}, fmt::format("no column {}", fields[i].name)};
    }
    if (std::ranges::count(names, names.at(out.at.at(i))) > 1) {
      return RowFault{"header", header.raw(out.at.at(i)),
                      fmt::format("two columns {}", fields[i].name)};
    }
  }
  if (dataset == Dataset::TradeTape && !out.has(TradeField::Size) &&
      !out.has(TradeField::DecimalSize)) {
    return RowFault{"header", {}, "no column size"};
  }
  return std::nullopt;
}

}  // namespace offex::formats
