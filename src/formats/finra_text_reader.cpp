#include <memory>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "formats/csv_row_internal.hpp"
#include "formats/decimal_internal.hpp"
#include "formats/finra_reader_internal.hpp"
#include "formats/finra_rows_internal.hpp"
#include "formats/short_layout_internal.hpp"
#include "formats/table_layout_internal.hpp"
#include "formats/text_reader_internal.hpp"

namespace offex::formats {
namespace {

constexpr std::size_t kNoSlot = static_cast<std::size_t>(-1);

class FinraTextReader final : public TextReader {
 public:
  FinraTextReader(const FinraLayout& layout, FinraText text, ReadOptions options)
      : TextReader{std::move(options)},
        layout_{layout},
        text_{text},
        row_{text.delimiter, text.quotes},
        rows_{make_finra_rows(layout, this->options())},
        cells_(layout.slots) {}

 private:
  Result<void> on_line(const Line& line) override;
  Result<Document> on_end(const Line& end) override;

  Result<void> on_header(const Line& line);
  Result<void> on_row(const Line& line);
  Result<void> on_footer(const Line& line);
  [[nodiscard]] bool is_footer(std::string_view line) const {
    return layout_.kind == FinraKind::LegacyDownload &&
           line.find(text_.delimiter) == std::string_view::npos;
  }
  [[nodiscard]] std::optional<RowFault> cut(std::string_view line);

  const FinraLayout& layout_;
  FinraText text_;
  CsvRow row_;
  std::unique_ptr<FinraRows> rows_;
  std::vector<std::size_t> slots_;  // of each field; empty: the header has not come yet
  std::vector<FinraCell> cells_;
  std::vector<std::string> warnings_;
  std::optional<Line> blank_;
  std::uint64_t num_rows_{0};
  bool footer_seen_{false};
};

Result<void> FinraTextReader::on_line(const Line& line) {
  if (slots_.empty()) return on_header(line);
  if (line.text.empty()) {
    if (!blank_) blank_ = Line{.text = {}, .number = line.number, .byte = line.byte};
    return {};
  }
  if (footer_seen_) return damaged(options().file, line, "footer", "text behind the footer line");
  if (blank_) return damaged(options().file, *blank_, {}, "a blank line between the rows");
  return is_footer(line.text) ? on_footer(line) : on_row(line);
}

Result<void> FinraTextReader::on_header(const Line& line) {
  if (auto fault = row_.read(line.text)) {
    return fail(base::ErrorCode::Integrity, fault->reason, place_of(options().file, line, *fault));
  }
  std::vector<bool> present(layout_.slots);
  std::vector<std::string> ignored;
  for (const CsvField& field : row_.fields()) {
    const std::string name = normalised(field.text);
    const auto slot = slot_of(layout_, name);
    slots_.push_back(slot.value_or(kNoSlot));
    if (!slot) {
      if (!is_one_of(name, layout_.ignored)) ignored.emplace_back(field.text);
      continue;
    }
    if (present[*slot]) {
      const RowFault twice{"header", field.bytes, "this column stands twice in the header"};
      return fail(base::ErrorCode::Integrity, twice.reason, place_of(options().file, line, twice));
    }
    present[*slot] = true;
  }
  if (!ignored.empty()) warnings_.push_back(ignored_fields(layout_, ignored));
  auto begun = rows_->begin(present);
  if (!begun && begun.error().code == base::ErrorCode::Integrity) {
    return damaged(options().file, line, begun.error().place.field, begun.error().message);
  }
  return begun;
}

std::optional<RowFault> FinraTextReader::cut(std::string_view line) {
  if (auto fault = row_.read(line)) return fault;
  const std::vector<CsvField>& fields = row_.fields();
  if (fields.size() != slots_.size()) {
    return RowFault{
        {}, {}, fmt::format("expected {} fields, found {}", slots_.size(), fields.size())};
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (std::string reason = control_character_reason(fields[i].text); !reason.empty()) {
      return RowFault{{}, fields[i].bytes, std::move(reason)};
    }
    if (slots_[i] == kNoSlot) continue;
    const CsvField& field = fields[i];
    cells_[slots_[i]] = {.kind = field.text.empty() ? JsonKind::Missing : JsonKind::Text,
                         .text = field.text,
                         .at = std::to_address(field.bytes.begin())};
  }
  return std::nullopt;
}

Result<void> FinraTextReader::on_row(const Line& line) {
  ++num_rows_;
  if (auto fault = cut(line.text)) return rejects().add(line, *fault);
  OFFEX_ASSIGN(const std::optional<RowFault> fault, rows_->add(cells_));
  return fault ? rejects().add(line, *fault) : Result<void>{};
}

// Nobody has documented the footer. Where it is a number, it can only be that of the rows.
Result<void> FinraTextReader::on_footer(const Line& line) {
  footer_seen_ = true;
  const auto count = read_decimal(line.text, 0);
  if (!count || !is_plain_decimal(line.text) || *count == static_cast<std::int64_t>(num_rows_)) {
    return {};
  }
  return damaged(options().file, line, "footer",
                 fmt::format("the last line counts {} rows, but there are {}: the file is cut or "
                             "altered",
                             *count, num_rows_));
}

Result<Document> FinraTextReader::on_end(const Line& end) {
  if (slots_.empty()) return damaged(options().file, end, "header", "the file is empty");
  Document document{.name = options().file,
                    .dataset = layout_.dataset,
                    .day = {},
                    .facility = {},
                    .rows = {},
                    .rejects = {},
                    .warnings = {}};
  OFFEX_TRY(rows_->finish(document));
  if (layout_.kind == FinraKind::LegacyDownload && !footer_seen_) {
    warnings_.emplace_back("no footer line, which these files have: this one may be cut");
  }
  document.rejects = rejects().take();
  document.warnings.insert(document.warnings.begin(), warnings_.begin(), warnings_.end());
  return document;
}

}  // namespace

FinraText finra_text(std::string_view header) {
  if (header.starts_with('"')) {
    const std::size_t end = header.find('"', 1);
    const bool alone = end == std::string_view::npos || end + 1 == header.size();
    const char next = alone ? ',' : header[end + 1];
    constexpr std::string_view kDelimiters = "|\t\x01";
    return {.delimiter = kDelimiters.find(next) == std::string_view::npos ? ',' : next,
            .quotes = true};
  }
  for (const char delimiter : {'|', '\t', '\x01'}) {
    if (header.find(delimiter) != std::string_view::npos) {
      return {.delimiter = delimiter, .quotes = false};
    }
  }
  return {.delimiter = ',', .quotes = true};
}

std::vector<std::string> finra_names(std::string_view header, FinraText text) {
  CsvRow row{text.delimiter, text.quotes};
  std::vector<std::string> names;
  if (row.read(header)) return names;
  for (const CsvField& field : row.fields()) names.push_back(normalised(field.text));
  return names;
}

std::unique_ptr<Reader> make_finra_text_reader(const FinraLayout& layout, FinraText text,
                                               ReadOptions options) {
  return std::make_unique<FinraTextReader>(layout, text, std::move(options));
}

std::string ignored_fields(const FinraLayout& layout, const std::vector<std::string>& names) {
  std::vector<std::string> shown;
  shown.reserve(names.size());
  for (const std::string& name : names) shown.push_back(base::printable_excerpt(name, 40));
  return fmt::format("ignored fields that the {} does not have: {}", layout.title,
                     fmt::join(shown, ", "));
}

}  // namespace offex::formats
