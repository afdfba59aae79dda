#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "offex/market/day.hpp"
#include "offex/market/symbol.hpp"

#include "formats/cell_reader_internal.hpp"
#include "formats/decimal_internal.hpp"
#include "formats/directory_reader_internal.hpp"
#include "formats/row_set_internal.hpp"
#include "formats/short_layout_internal.hpp"
#include "formats/text_reader_internal.hpp"

namespace offex::formats {
namespace {

using columns::Type;

constexpr std::string_view kTrailer = "File Creation Time:";

// Columns of the output, by index. Each directory has some of them.
constexpr std::size_t kDirectory = 0;
constexpr std::size_t kSymbol = 1;
constexpr std::size_t kActSymbol = 2;
constexpr std::size_t kNasdaqSymbol = 3;
constexpr std::size_t kSecurityName = 4;
constexpr std::size_t kListingExchange = 5;
constexpr std::size_t kEtf = 6;
constexpr std::size_t kTestIssue = 7;
constexpr std::size_t kRoundLot = 8;
constexpr std::size_t kNumSlots = 9;
constexpr std::size_t kNowhere = kNumSlots;

struct SlotSpec {
  std::string_view name;
  Type type;
  bool required;
};

constexpr std::array<SlotSpec, kNumSlots> kSlots = {{
    {"directory", Type::Text, true},
    {"symbol", Type::Symbol, true},
    {"act_symbol", Type::Text, false},
    {"nasdaq_symbol", Type::Text, false},
    {"security_name", Type::Text, true},
    {"listing_exchange", Type::Text, false},
    {"etf", Type::Bool, false},
    {"test_issue", Type::Bool, true},
    {"round_lot", Type::Int32, true},
}};

// A column of the file: its normalised name and the column of the output.
struct DirectoryField {
  std::string_view name;
  std::size_t slot;
  bool optional{false};
};

constexpr std::array kNasdaqFields = {
    DirectoryField{"symbol", kSymbol},
    DirectoryField{"securityname", kSecurityName},
    DirectoryField{"marketcategory", kNowhere},
    DirectoryField{"testissue", kTestIssue},
    DirectoryField{"financialstatus", kNowhere},
    DirectoryField{"roundlotsize", kRoundLot},
    DirectoryField{"etf", kEtf, true},  // files of 2010 have neither this nor the next
    DirectoryField{"nextshares", kNowhere, true},
};

constexpr std::array kOtherFields = {
    DirectoryField{"actsymbol", kActSymbol},
    DirectoryField{"securityname", kSecurityName},
    DirectoryField{"exchange", kListingExchange},
    DirectoryField{"cqssymbol", kSymbol},
    DirectoryField{"etf", kEtf},
    DirectoryField{"roundlotsize", kRoundLot},
    DirectoryField{"testissue", kTestIssue},
    DirectoryField{"nasdaqsymbol", kNasdaqSymbol},
};

struct DirectoryLayout {
  std::string_view title;
  std::span<const DirectoryField> fields;
};

constexpr std::array kLayouts = {
    DirectoryLayout{"nasdaqlisted", kNasdaqFields},
    DirectoryLayout{"otherlisted", kOtherFields},
};

// Columns stand in any order; each stands there once, and there are no others.
bool fits(const std::vector<std::string>& header, const DirectoryLayout& layout) {
  std::size_t found = 0;
  for (const DirectoryField& field : layout.fields) {
    const auto times = std::ranges::count(header, field.name);
    if (times > 1 || (times == 0 && !field.optional)) return false;
    found += static_cast<std::size_t>(times);
  }
  return found == header.size();
}

const DirectoryLayout* find_layout(const std::vector<std::string>& header) {
  for (const DirectoryLayout& layout : kLayouts) {
    if (fits(header, layout)) return &layout;
  }
  return nullptr;
}

std::vector<std::string> header_names(std::string_view header) {
  std::vector<std::string> names;
  for (const std::string_view name : split(header, '|')) names.push_back(normalised(name));
  return names;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return text.substr(0, 0);
  return text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

std::string push_flag(columns::Column& column, std::string_view text) {
  if (text != "Y" && text != "N") return "neither Y nor N";
  column.push<std::int8_t>(text == "Y" ? 1 : 0);
  return {};
}

std::string push_lot(columns::Column& column, std::string_view text) {
  constexpr std::int64_t kMost = 1'000'000;
  const auto value = read_decimal(text, 0);
  if (!value) return std::string{number_reason(text, value.error())};
  if (*value < 1 || *value > kMost) return "no size of a round lot";
  column.push<std::int32_t>(static_cast<std::int32_t>(*value));
  return {};
}

std::string push_spelling(columns::Column& column, std::string_view text) {
  std::string reason = push_cell(column, text);
  if (!reason.empty()) return reason;
  market::Symbol& symbol = column.values<market::Symbol>().back();
  symbol = market::to_canonical(symbol, market::SymbolStyle::FinraDaily);
  return {};
}

std::string push_slot(columns::Column& column, const SlotSpec& slot, std::string_view text) {
  if (text.empty()) {
    if (slot.required) return "empty";
    column.push_missing();
    return {};
  }
  switch (slot.type) {
    case Type::Bool:
      return push_flag(column, text);
    case Type::Int32:
      return push_lot(column, text);
    case Type::Symbol:
      return push_spelling(column, text);
    default:
      return push_cell(column, text);
  }
}

class DirectoryReader final : public TextReader {
 public:
  explicit DirectoryReader(ReadOptions options) : TextReader{std::move(options)} {
    for (const SlotSpec& slot : kSlots) {
      rows_.add(columns::Column{std::string{slot.name}, slot.type});
    }
  }

 private:
  Result<void> on_line(const Line& line) override;
  Result<Document> on_end(const Line& end) override;

  Result<void> on_header(const Line& line);
  Result<void> on_trailer(const Line& line);
  [[nodiscard]] std::optional<RowFault> read_row(std::string_view line);

  const DirectoryLayout* layout_{nullptr};
  std::vector<std::size_t> slots_;  // of each column of the file
  std::optional<market::Day> created_;
  columns::Batch rows_;
  RowSet keys_{{kSymbol}};
};

Result<void> DirectoryReader::on_line(const Line& line) {
  if (layout_ == nullptr) return on_header(line);
  if (created_ && line.text.empty()) return {};
  if (created_) return damaged(options().file, line, {}, "text behind the File Creation Time");
  if (line.text.starts_with(kTrailer)) return on_trailer(line);
  const std::size_t before = rows_.num_rows();
  const auto fault = read_row(line.text);
  if (!fault) return {};
  rows_.truncate(before);
  return rejects().add(line, *fault);
}

Result<void> DirectoryReader::on_header(const Line& line) {
  const std::vector<std::string> header = header_names(line.text);
  layout_ = find_layout(header);
  if (layout_ == nullptr) {
    return damaged(options().file, line, "header", "no header of a symbol directory");
  }
  for (const std::string& name : header) {
    slots_.push_back(std::ranges::find(layout_->fields, name, &DirectoryField::name)->slot);
  }
  return {};
}

// `File Creation Time: 0213202618:01|||||||`, month first.
Result<void> DirectoryReader::on_trailer(const Line& line) {
  constexpr std::size_t kDateBytes = 8;
  const auto refuse = [&](std::string reason) {
    return damaged(options().file, line, "trailer", std::move(reason));
  };
  std::string_view time = line.text.substr(kTrailer.size());
  time = trimmed(time.substr(0, time.find('|')));
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool clock = time.size() == kDateBytes + 5 && time[kDateBytes + 2] == ':' &&
                     std::ranges::all_of(time.substr(0, kDateBytes + 2), is_digit) &&
                     std::ranges::all_of(time.substr(kDateBytes + 3), is_digit);
  if (!clock) return refuse("not a time as in `File Creation Time: 0213202618:01`");
  const auto day = market::Day::parse(fmt::format("{}{}", time.substr(4, 4), time.substr(0, 4)));
  if (!day) return refuse("not a date");
  const std::optional<market::Day>& expected = options().day;
  if (expected && *expected != *day) {
    return refuse(fmt::format("wrong date: {} in a file for {}", day->iso(), expected->iso()));
  }
  created_ = *day;
  return {};
}

std::optional<RowFault> DirectoryReader::read_row(std::string_view line) {
  if (std::string reason = control_character_reason(line); !reason.empty()) {
    return RowFault{{}, {}, std::move(reason)};
  }
  const std::vector<std::string_view> fields = split(line, '|');
  if (fields.size() != slots_.size()) {
    return RowFault{
        {}, {}, fmt::format("expected {} fields, found {}", slots_.size(), fields.size())};
  }
  std::array<std::string_view, kNumSlots> texts{};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (slots_[i] != kNowhere) texts.at(slots_[i]) = trimmed(fields[i]);
  }
  texts[kDirectory] = layout_->title;
  for (std::size_t slot = 0; slot < kNumSlots; ++slot) {
    const std::string_view text = texts.at(slot);
    std::string reason = push_slot(rows_.column(slot), kSlots.at(slot), text);
    if (!reason.empty()) return RowFault{kSlots.at(slot).name, text, std::move(reason)};
  }
  if (!keys_.add_last(rows_)) {
    return RowFault{"symbol", texts[kSymbol], "this symbol stands twice in the file"};
  }
  return std::nullopt;
}

Result<Document> DirectoryReader::on_end(const Line& end) {
  if (layout_ == nullptr) return damaged(options().file, end, "header", "the file is empty");
  if (!created_) {
    return damaged(options().file, end, "trailer",
                   "the last line with the File Creation Time is missing: the file is cut");
  }
  return Document{.name = options().file,
                  .dataset = market::Dataset::SymbolDirectory,
                  .day = created_,
                  .facility = {},
                  .rows = std::move(rows_),
                  .rejects = rejects().take(),
                  .warnings = {}};
}

}  // namespace

bool is_directory_header(std::string_view header) {
  return find_layout(header_names(header)) != nullptr;
}

std::unique_ptr<Reader> make_directory_reader(ReadOptions options) {
  return std::make_unique<DirectoryReader>(std::move(options));
}

}  // namespace offex::formats
