#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "offex/market/instant.hpp"

#include "formats/cell_reader_internal.hpp"
#include "formats/csv_row_internal.hpp"
#include "formats/decimal_internal.hpp"
#include "formats/row_set_internal.hpp"
#include "formats/share_action_internal.hpp"
#include "formats/short_layout_internal.hpp"
#include "formats/table_reader_internal.hpp"
#include "formats/text_reader_internal.hpp"

namespace offex::formats {
namespace {

constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

bool is_stored(const TableField& field) {
  return field.kind != FieldKind::WindowStart && field.kind != FieldKind::SplitFrom &&
         field.kind != FieldKind::SplitTo;
}

class TableReader final : public TextReader {
 public:
  TableReader(const TableLayout& layout, ReadOptions options, char delimiter)
      : TextReader{std::move(options)},
        layout_{layout},
        day_{this->options().day},
        row_{delimiter},
        tabs_{delimiter == '\t'} {}

 private:
  Result<void> on_line(const Line& line) override;
  Result<Document> on_end(const Line& end) override;

  Result<void> on_header(const Line& line);
  [[nodiscard]] std::optional<RowFault> find_columns(const std::vector<std::string>& header);
  void add_columns();
  void name_ignored(const std::vector<std::string>& header);
  [[nodiscard]] std::optional<RowFault> read_row(std::string_view line);
  [[nodiscard]] std::string read_cell(std::size_t field, std::string_view text);
  [[nodiscard]] std::string read_facility(columns::Column& column, std::string_view text) const;
  [[nodiscard]] std::string read_window_start(std::string_view text);

  [[nodiscard]] std::string key_fault() const;

  const TableLayout& layout_;
  std::optional<market::Day> day_;
  CsvRow row_;
  bool tabs_;
  ShareAction action_;
  std::size_t num_columns_{0};             // 0: the header has not come yet
  std::vector<std::size_t> source_;        // column of the file for each field
  std::vector<columns::Column*> targets_;  // column of rows_ for each field, or nullptr
  columns::Batch rows_;
  RowSet keys_{{}};
  std::vector<std::string> warnings_;
  std::optional<Line> blank_;
  std::string known_window_;  // one that is known to be midnight of day_; all rows have the same
};

Result<void> TableReader::on_line(const Line& line) {
  if (num_columns_ == 0) return on_header(line);
  if (line.text.empty()) {
    if (!blank_) blank_ = Line{.text = {}, .number = line.number, .byte = line.byte};
    return {};
  }
  if (blank_) return damaged(options().file, *blank_, {}, "a blank line between the rows");
  const std::size_t before = rows_.num_rows();
  auto fault = read_row(line.text);
  if (!fault) return {};
  rows_.truncate(before);
  return rejects().add(line, *fault);
}

Result<void> TableReader::on_header(const Line& line) {
  auto fault = row_.read(line.text);
  std::vector<std::string> header;
  for (const CsvField& field : row_.fields()) header.push_back(normalised(field.text));
  if (!fault) fault = find_columns(header);
  if (fault) {
    return fail(base::ErrorCode::Integrity, fault->reason, place_of(options().file, line, *fault));
  }
  const auto& fields = layout_.fields;
  for (std::size_t i = 0; i < fields.size() && !options().facility; ++i) {
    if (fields[i].kind != FieldKind::Facility || source_[i] != kAbsent) continue;
    return fail(base::ErrorCode::InvalidArgument,
                "the table has no market column: say which facility it is from with --facility",
                in_file(options().file));
  }
  num_columns_ = header.size();
  name_ignored(header);
  add_columns();
  return {};
}

void TableReader::add_columns() {
  std::vector<std::size_t> key;
  for (const TableField& field : layout_.fields) {
    if (field.key) key.push_back(rows_.num_columns());
    if (is_stored(field)) rows_.add(columns::Column{std::string{field.column}, field.type});
  }
  keys_ = RowSet{std::move(key)};
  std::size_t column = 0;
  for (const TableField& field : layout_.fields) {
    targets_.push_back(is_stored(field) ? &rows_.column(column++) : nullptr);
  }
}

std::optional<RowFault> TableReader::find_columns(const std::vector<std::string>& header) {
  for (const TableField& field : layout_.fields) {
    std::size_t found = kAbsent;
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (!is_one_of(header[i], field.names)) continue;
      if (found != kAbsent) {
        return RowFault{field.column, row_.fields()[i].bytes,
                        "this column stands twice in the header"};
      }
      found = i;
    }
    if (found == kAbsent && field.presence != Presence::Optional) {
      return RowFault{field.column,
                      {},
                      fmt::format("the header has no column {} ({})", field.column, layout_.title)};
    }
    source_.push_back(found);
  }
  return std::nullopt;
}

void TableReader::name_ignored(const std::vector<std::string>& header) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < header.size(); ++i) {
    bool known = is_one_of(header[i], layout_.ignored);
    for (const std::size_t source : source_) known = known || source == i;
    if (!known) names.push_back(base::printable_excerpt(row_.fields()[i].text, 40));
  }
  if (names.empty()) return;
  warnings_.push_back(fmt::format("ignored columns that the {} does not have: {}", layout_.title,
                                  fmt::join(names, ", ")));
}

std::optional<RowFault> TableReader::read_row(std::string_view line) {
  // A tab is one, and may stand between the fields.
  if (!tabs_) {
    if (std::string reason = control_character_reason(line); !reason.empty()) {
      return RowFault{{}, {}, std::move(reason)};
    }
  }
  if (auto fault = row_.read(line)) return fault;
  const std::vector<CsvField>& fields = row_.fields();
  for (std::size_t i = 0; tabs_ && i < fields.size(); ++i) {
    if (std::string reason = control_character_reason(fields[i].text); !reason.empty()) {
      return RowFault{{}, fields[i].bytes, std::move(reason)};
    }
  }
  if (fields.size() != num_columns_) {
    return RowFault{
        {}, {}, fmt::format("expected {} fields, found {}", num_columns_, fields.size())};
  }
  for (std::size_t i = 0; i < layout_.fields.size(); ++i) {
    const TableField& field = layout_.fields[i];
    const CsvField cell = source_[i] == kAbsent ? CsvField{} : fields[source_[i]];
    std::string reason = read_cell(i, cell.text);
    if (!reason.empty()) return RowFault{field.column, cell.bytes, std::move(reason)};
  }
  if (!keys_.add_last(rows_)) {
    return RowFault{layout_.fields[0].column, {}, key_fault()};
  }
  return std::nullopt;
}

std::string TableReader::key_fault() const {
  std::string names;
  for (const TableField& field : layout_.fields) {
    if (field.key) names += fmt::format("{}{}", names.empty() ? "" : ", ", field.column);
  }
  return fmt::format("an earlier row has the same {}", names);
}

std::string TableReader::read_cell(std::size_t field, std::string_view text) {
  const TableField& spec = layout_.fields[field];
  columns::Column* column = targets_[field];
  switch (spec.kind) {
    case FieldKind::Facility:
      return read_facility(*column, text);
    case FieldKind::WindowStart:
      return read_window_start(text);
    case FieldKind::MarketMask: {
      const auto mask = market::parse_market_mask(text);
      if (mask && !text.empty()) {
        column->push<std::int32_t>(*mask);
      } else {
        column->push_missing();
      }
      return {};
    }
    case FieldKind::Action:
      return action_.read_action(*column, text);
    case FieldKind::SplitFrom:
      return action_.read_split_from(text);
    case FieldKind::SplitTo:
      return action_.read_split_to(text);
    case FieldKind::Factor:
      return action_.read_factor(*column, text);
    case FieldKind::Plain:
      break;
  }
  if (!text.empty()) return push_cell(*column, text);
  if (spec.presence == Presence::Value) return "empty";
  column->push_missing();
  return {};
}

std::string TableReader::read_facility(columns::Column& column, std::string_view text) const {
  auto facility = options().facility;
  if (!facility) facility = market::parse_facility(text);
  if (!facility) facility = market::facility_of_market(text);
  if (!facility) return "names no facility: correct it, or say which with --facility";
  if (market::is_exchange(*facility)) return "an exchange, not a facility of FINRA";
  column.push<std::int32_t>(static_cast<std::int32_t>(*facility));
  return {};
}

std::string TableReader::read_window_start(std::string_view text) {
  if (text == known_window_) return {};
  const auto nanos = read_decimal(text, 0);
  if (!nanos) return std::string{number_reason(text, nanos.error())};
  const auto local = market::to_new_york(market::Instant::from_nanos(*nanos));
  if (local.nanos_of_day != 0) return "not midnight in New York: this is no bar of a whole day";
  if (day_ && *day_ != local.day) {
    return fmt::format("wrong date: {} in a file for {}", local.day.iso(), day_->iso());
  }
  day_ = local.day;
  known_window_ = text;
  return {};
}

Result<Document> TableReader::on_end(const Line& end) {
  if (num_columns_ == 0) return damaged(options().file, end, "header", "the file is empty");
  const bool one_day = layout_.dataset == market::Dataset::DailyBarFlatFile;
  if (one_day && !day_) {
    return fail(base::ErrorCode::InvalidArgument,
                "the file has no rows and its name has no date: say which day it is with --date",
                in_file(options().file));
  }
  return Document{.name = options().file,
                  .dataset = layout_.dataset,
                  .day = one_day ? day_ : std::nullopt,
                  .facility = {},
                  .rows = std::move(rows_),
                  .rejects = rejects().take(),
                  .warnings = std::move(warnings_)};
}

}  // namespace

std::unique_ptr<Reader> make_table_reader(const TableLayout& layout, ReadOptions options,
                                          char delimiter) {
  return std::make_unique<TableReader>(layout, std::move(options), delimiter);
}

}  // namespace offex::formats
