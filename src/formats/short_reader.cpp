#include <algorithm>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "offex/base/check.hpp"

#include "formats/decimal_internal.hpp"
#include "formats/short_fast_internal.hpp"
#include "formats/short_layout_internal.hpp"
#include "formats/short_reader_internal.hpp"
#include "formats/text_reader_internal.hpp"

namespace offex::formats {
namespace {

// Bytes of a short row: what to reserve for a block.
constexpr std::size_t kTypicalRowBytes = 32;

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

class ShortReader final : public TextReader {
 public:
  ShortReader(ReadOptions options, ShortReading reading)
      : TextReader{std::move(options)},
        facility_{*this->options().facility},
        day_{this->options().day},
        reading_{reading} {}

 private:
  Result<void> on_lines(std::string_view lines) override;
  Result<void> on_line(const Line& line) override;
  Result<Document> on_end(const Line& end) override;

  Result<void> on_header(const Line& line);
  Result<void> on_trailer(const Line& line);
  Result<void> on_row(const Line& line);
  Result<void> fault(const Line& line, const RowFault& what) { return rejects().add(line, what); }
  [[nodiscard]] bool is_repackaged(std::string_view row) const;
  [[nodiscard]] bool is_new(const market::Symbol& symbol);
  [[nodiscard]] bool has_trailer() const { return !market::is_exchange(facility_); }
  [[nodiscard]] bool fast_ready();
  [[nodiscard]] Document take_document();

  market::Facility facility_;
  std::optional<market::Day> day_;
  ShortReading reading_;
  std::optional<ShortLayout> layout_;
  std::optional<ShortRowRules> rules_;
  std::unique_ptr<FastShortRows> fast_;
  ShortColumns columns_;
  // Files are sorted, so that a look at the row before finds a repeated symbol. The set is only
  // built for a file that is not.
  std::optional<std::unordered_set<market::Symbol>> seen_;
  std::optional<Line> blank_;  // first blank line; its text is empty, so that nothing dangles
  bool trailer_seen_{false};
  bool is_copy_{false};  // in another form than the published one
};

bool ShortReader::fast_ready() {
  if (fast_) return !trailer_seen_ && !blank_ && !seen_;
  if (reading_ == ShortReading::Careful || !layout_ || !layout_->usual_order() || !day_)
    return false;
  fast_ = std::make_unique<FastShortRows>(*layout_, *day_);
  return fast_ready();
}

Result<void> ShortReader::on_lines(std::string_view lines) {
  const std::size_t expected = columns_.size() + lines.size() / kTypicalRowBytes;
  if (expected > columns_.symbols.capacity()) {
    columns_.reserve(std::max(expected, 2 * columns_.symbols.capacity()));
  }
  while (!lines.empty()) {
    std::size_t at = 0;
    if (fast_ready()) {
      fast_->begin(lines);
      while (fast_ready() && !fast_->exhausted(at)) {
        const std::size_t start = at;
        const std::size_t rows = fast_->take(at, columns_);
        skip(at - start, rows);
        if (fast_->exhausted(at)) break;
        OFFEX_ASSIGN(const std::size_t taken, take_line(lines.substr(at)));
        at += taken;
      }
    }
    if (at == 0) {
      OFFEX_ASSIGN(at, take_line(lines));
    }
    lines.remove_prefix(at);
  }
  return {};
}

Result<void> ShortReader::on_line(const Line& line) {
  if (!layout_) return on_header(line);
  if (line.text.empty()) {
    if (!blank_) blank_ = Line{.text = {}, .number = line.number, .byte = line.byte};
    return {};
  }
  if (trailer_seen_) {
    return damaged(options().file, line, "trailer", "text after the row count of the last line");
  }
  if (blank_) return damaged(options().file, *blank_, {}, "a blank line between the rows");
  if (has_trailer() && is_digits(line.text)) return on_trailer(line);
  return on_row(line);
}

Result<void> ShortReader::on_header(const Line& line) {
  auto layout = read_short_header(line.text);
  if (!layout) {
    return fail(base::ErrorCode::Integrity, layout.error().reason,
                place_of(options().file, line, layout.error()));
  }
  if (!has_trailer() && layout->exempt) {
    return damaged(options().file, line, "header",
                   fmt::format("{} is an exchange's file, but the header is FINRA's",
                               market::to_string(facility_)));
  }
  layout_ = *layout;
  rules_.emplace(*layout_, facility_);
  return {};
}

Result<void> ShortReader::on_trailer(const Line& line) {
  const std::size_t rows = columns_.size() + rejects().size();
  const auto count = read_decimal(line.text, 0);
  if (!count || *count != static_cast<std::int64_t>(rows)) {
    return damaged(options().file, line, "trailer",
                   fmt::format("the last line counts {} rows, but there are {}: the file is cut or "
                               "altered",
                               base::printable_excerpt(line.text, 20), rows));
  }
  if (!line.ended && day_ && day_->compact().starts_with(line.text)) {
    return damaged(options().file, line, "trailer",
                   "the last line has no end and may be the start of a row: the file is cut");
  }
  trailer_seen_ = true;
  return {};
}

Result<void> ShortReader::on_row(const Line& line) {
  auto row = rules_->read(line.text, day_);
  if (!row) return fault(line, row.error());
  if (!is_new(row->symbol)) {
    return fault(line, {.field = "Symbol",
                        .bytes = split(line.text, '|')[layout_->symbol],
                        .reason = "this symbol stands twice in the file"});
  }
  if (columns_.size() == 0) is_copy_ = is_repackaged(line.text);
  day_ = row->day;
  columns_.append(*row);
  if (fast_ready()) fast_->learn_market(row->market_text, row->market_mask);
  return {};
}

// FINRA's own files write 20240401. A copy with other dates, whose name does not say that it is a
// published file, may have lost its last line with the rest of the form.
bool ShortReader::is_repackaged(std::string_view row) const {
  return split(row, '|')[layout_->date].find('-') != std::string_view::npos &&
         !hints_from_name(options().file).facility;
}

bool ShortReader::is_new(const market::Symbol& symbol) {
  if (!seen_) {
    if (columns_.symbols.empty() || columns_.symbols.back() < symbol) return true;
    seen_.emplace(columns_.symbols.begin(), columns_.symbols.end());
  }
  return seen_->insert(symbol).second;
}

Result<Document> ShortReader::on_end(const Line& end) {
  if (!layout_) return damaged(options().file, end, "header", "the file is empty");
  if (has_trailer() && !trailer_seen_ && !is_copy_) {
    return damaged(options().file, blank_.value_or(end), "trailer",
                   "the last line with the row count is missing: the file is cut");
  }
  if (!day_) {
    return fail(base::ErrorCode::InvalidArgument,
                "the file has no rows and its name has no date: say which day it is with --date",
                in_file(options().file));
  }
  Document document = take_document();
  if (has_trailer() && !trailer_seen_) {
    document.warnings.emplace_back(
        "the dates are not written as FINRA does, and no last line has the row count: whether this "
        "copy is whole cannot be told");
  }
  return document;
}

Document ShortReader::take_document() {
  using columns::Column;
  using columns::Type;
  const bool exchange = market::is_exchange(facility_);
  const std::size_t rows = columns_.size();
  Document out{
      .name = options().file,
      .dataset = exchange ? market::Dataset::ExchangeShortDaily : market::Dataset::FinraShortDaily,
      .day = day_,
      .facility = facility_,
      .rows = {},
      .rejects = rejects().take(),
      .warnings = {}};
  out.rows.add(Column{"symbol", Type::Symbol}).values<market::Symbol>() =
      std::move(columns_.symbols);
  if (!exchange) {
    out.rows.add(Column{"market_mask", Type::Int32}).values<std::int32_t>() =
        std::move(columns_.market_masks);
  }
  out.rows.add(Column{"short_volume", Type::Quantity}).values<std::int64_t>() =
      std::move(columns_.short_volumes);
  if (!exchange) {
    Column& exempt = out.rows.add(Column{"short_exempt_volume", Type::Quantity});
    exempt.values<std::int64_t>() = std::move(columns_.exempt_volumes);
    for (std::size_t row = 0; !layout_->exempt && row < rows; ++row) {
      exempt.validity().set_missing(row, rows);
    }
    const market::Day first_exempt = market::Day::from_civil({.year = 2011, .month = 2, .day = 28});
    if (!layout_->exempt && *day_ >= first_exempt) {
      out.warnings.emplace_back(
          "no column ShortExemptVolume, which FINRA publishes since 2011-02-28");
    }
  }
  out.rows.add(Column{"total_volume", Type::Quantity}).values<std::int64_t>() =
      std::move(columns_.total_volumes);
  return out;
}

}  // namespace

std::unique_ptr<Reader> make_short_reader(ReadOptions options, ShortReading reading) {
  OFFEX_CHECK(options.facility.has_value());
  return std::make_unique<ShortReader>(std::move(options), reading);
}

}  // namespace offex::formats
