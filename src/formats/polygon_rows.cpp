#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "offex/base/check.hpp"
#include "offex/market/instant.hpp"

#include "formats/decimal_internal.hpp"
#include "formats/polygon_rows_internal.hpp"
#include "formats/polygon_time_internal.hpp"
#include "formats/table_layout_internal.hpp"

namespace offex::formats {
namespace {

constexpr std::int64_t kNanosPerMilli = 1'000'000;

bool holds_one_of(std::string_view texts, std::string_view words) {
  while (!texts.empty()) {
    const std::size_t end = std::min(texts.find(' '), texts.size());
    if (is_one_of(texts.substr(0, end), words)) return true;
    texts.remove_prefix(std::min(end + 1, texts.size()));
  }
  return false;
}

std::string_view name_of(const PolygonField& field) {
  return field.column.empty() ? field.key : field.column;
}

std::string unique_names(const PolygonLayout& layout) {
  std::string out;
  for (const PolygonField& field : layout.fields) {
    if (field.unique) out += fmt::format("{}{}", out.empty() ? "" : ", ", name_of(field));
  }
  return out;
}

std::optional<market::NewYorkTime> read_time(const JsonCell& cell) {
  if (cell.kind != JsonKind::Number) return std::nullopt;
  return read_new_york_time(cell.text);
}

constexpr const char* kNoTime = "not a time in milliseconds";

std::string push_window(columns::Column& column, const JsonCell& start) {
  const auto local = read_time(start);
  if (!local) return kNoTime;
  if (local->nanos_of_day != 0) {
    return "not midnight in New York: this is no bar of a whole day";
  }
  // Windows of a week start on a Sunday.
  if (local->day.weekday() >= market::Weekday::Saturday) {
    return fmt::format("{} is no weekday: this is no bar of a single day", local->day.iso());
  }
  column.push<std::int32_t>(local->day.days());
  return {};
}

}  // namespace

std::optional<market::NewYorkTime> read_new_york_time(std::string_view millis) {
  const auto value = read_decimal(millis, 0);
  std::int64_t nanos = 0;
  if (!value || __builtin_mul_overflow(*value, kNanosPerMilli, &nanos)) return std::nullopt;
  return market::to_new_york(market::Instant::from_nanos(nanos));
}

PolygonRows::PolygonRows(const PolygonLayout& layout, const PolygonReply& reply,
                         const ReadOptions& options, std::optional<market::Day> day)
    : layout_{layout},
      rejects_{options.file, options.max_rejects},
      ticker_{.kind = reply.ticker.kind, .text = reply.ticker.text, .at = reply.ticker.at},
      day_{day},
      cells_(layout.fields.size()) {
  std::vector<std::size_t> unique;
  std::vector<std::uint8_t> joined;
  for (const PolygonField& field : layout.fields) {
    keys_.push_back(field.key);
    joined.push_back(field.joined ? 1 : 0);
    if (field.unique) unique.push_back(rows_.num_columns());
    if (!field.column.empty()) {
      rows_.add(columns::Column{std::string{field.column}, field.type});
    }
  }
  unique_ = RowSet{std::move(unique)};
  if (layout.nested) nested_.emplace(keys_, joined);
}

Result<void> PolygonRows::add(JsonBody& body, JsonBody::Value row) {
  ++num_results_;
  OFFEX_ASSIGN(const char* start, read_cells(body, row));
  if (!is_wanted()) {
    ++num_left_out_;
    return {};
  }
  const std::size_t before = rows_.num_rows();
  const auto fault = store();
  if (!fault) return {};
  rows_.truncate(before);
  const char* at = fault->bytes.data() == nullptr ? start : fault->bytes.data();
  return rejects_.add(body.place(at, start, fault->field), fault->reason);
}

Result<const char*> PolygonRows::read_cells(JsonBody& body, JsonBody::Value row) {
  if (nested_) return nested_->read(body, row, cells_);
  return body.read_row(row, keys_, cells_);
}

bool PolygonRows::is_wanted() const {
  for (std::size_t i = 0; i < layout_.fields.size(); ++i) {
    const PolygonField& field = layout_.fields[i];
    if (field.source != PolygonSource::Wanted || cells_[i].missing()) continue;
    if (!holds_one_of(cells_[i].text, field.words)) return false;
  }
  return true;
}

std::optional<RowFault> PolygonRows::store() {
  std::size_t next = 0;
  for (std::size_t i = 0; i < layout_.fields.size(); ++i) {
    const PolygonField& field = layout_.fields[i];
    columns::Column* column = field.column.empty() ? nullptr : &rows_.column(next++);
    const JsonCell& cell = field.source == PolygonSource::Ticker ? ticker_ : cells_[i];
    if (auto fault = store_field(field, cell, column)) return fault;
  }
  if (unique_.add_last(rows_)) return std::nullopt;
  for (std::size_t i = 0; i < layout_.fields.size(); ++i) {
    const PolygonField& field = layout_.fields[i];
    if (!field.unique) continue;
    return RowFault{field.column,
                    {cells_[i].at, 1},
                    fmt::format("this {} stands twice in the reply", unique_names(layout_))};
  }
  return std::nullopt;
}

std::optional<RowFault> PolygonRows::store_field(const PolygonField& field, const JsonCell& cell,
                                                 columns::Column* column) {
  if (field.source == PolygonSource::Split) {
    std::string reason = action_.read_action(*column, {});
    OFFEX_CHECK(reason.empty());
    return std::nullopt;
  }
  if (cell.missing() || field.source == PolygonSource::Never) {
    if (field.required) return RowFault{name_of(field), {}, fmt::format("no value {}", field.key)};
    if (column != nullptr) column->push_missing();
    return std::nullopt;
  }
  std::string reason;
  switch (field.source) {
    case PolygonSource::Row:
    case PolygonSource::Ticker:
      reason = push_json(*column, cell);
      break;
    case PolygonSource::Window:
      reason = push_window(*column, cell);
      break;
    case PolygonSource::Close:
      reason = read_close(cell);
      break;
    case PolygonSource::SplitFrom:
    case PolygonSource::SplitTo:
      reason = read_shares(field, cell, column);
      break;
    case PolygonSource::Split:
    case PolygonSource::Wanted:
    case PolygonSource::Never:
      break;
  }
  if (reason.empty()) return std::nullopt;
  return RowFault{name_of(field), {cell.at, 1}, std::move(reason)};
}

std::string PolygonRows::read_shares(const PolygonField& field, const JsonCell& cell,
                                     columns::Column* factor) {
  if (cell.kind != JsonKind::Number) return "not a number";
  if (field.source == PolygonSource::SplitFrom) return action_.read_split_from(cell.text);
  if (std::string reason = action_.read_split_to(cell.text); !reason.empty()) return reason;
  return action_.read_factor(*factor, {});
}

std::string PolygonRows::read_close(const JsonCell& time) {
  if (time.text == known_time_) return {};
  const auto local = read_time(time);
  if (!local) return kNoTime;
  if (day_ && *day_ != local->day) {
    return fmt::format("wrong date: {} in a reply for {}", local->day.iso(), day_->iso());
  }
  day_ = local->day;
  known_time_ = time.text;
  return {};
}

void PolygonRows::finish(Document& document) {
  document.rows = std::move(rows_);
  document.rejects = rejects_.take();
  if (num_left_out_ == 0) return;
  document.warnings.push_back(fmt::format("left out {}, which are {} of {}", layout_.left_out,
                                          num_left_out_, num_results_));
}

}  // namespace offex::formats
