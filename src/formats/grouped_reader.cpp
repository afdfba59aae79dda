#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "offex/market/instant.hpp"

#include "formats/cell_reader_internal.hpp"
#include "formats/decimal_internal.hpp"
#include "formats/faults_internal.hpp"
#include "formats/grouped_reader_internal.hpp"
#include "formats/row_set_internal.hpp"

namespace offex::formats {
namespace {

namespace ondemand = simdjson::ondemand;
using columns::Type;

// A grouped reply of the whole market has about 1.5 MB.
constexpr std::size_t kMaxBytes = std::size_t{1} << 30U;
constexpr std::int64_t kNanosPerMilli = 1'000'000;

struct BarField {
  std::string_view key;
  std::string_view column;
  Type type;
  bool required;
};

constexpr std::array kFields = {
    BarField{"T", "symbol", Type::Symbol, true},
    BarField{"o", "open", Type::Price, true},
    BarField{"h", "high", Type::Price, true},
    BarField{"l", "low", Type::Price, true},
    BarField{"c", "close", Type::Price, true},
    BarField{"vw", "vwap", Type::Price, false},
    BarField{"v", "volume", Type::Quantity, true},
    BarField{"n", "transactions", Type::Int64, false},
};

// The texts of one result: a cell for each of kFields and the time.
struct Bar {
  std::array<std::optional<std::string_view>, kFields.size()> cells{};
  std::array<const char*, kFields.size()> at{};
  std::optional<std::string_view> time;
  const char* time_at{nullptr};
};

std::string_view trimmed(std::string_view token) {
  const std::size_t last = token.find_last_not_of(" \t\r\n");
  return token.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

class GroupedReader final : public Reader {
 public:
  explicit GroupedReader(ReadOptions options)
      : options_{std::move(options)},
        rejects_{options_.file, options_.max_rejects},
        day_{options_.day} {
    for (const BarField& field : kFields) {
      rows_.add(columns::Column{std::string{field.column}, field.type});
    }
  }

  Result<void> push(std::string_view block) override {
    text_.append(block);
    if (text_.size() <= kMaxBytes) return {};
    return fail(base::ErrorCode::Integrity, fmt::format("a reply of more than {} bytes", kMaxBytes),
                in_file(options_.file));
  }
  Result<Document> finish() override;

 private:
  [[nodiscard]] base::Place place(const char* at, const char* row, std::string_view field) const;
  [[nodiscard]] std::unexpected<base::Error> refuse(const char* at, std::string_view field,
                                                    std::string reason) const {
    return fail(base::ErrorCode::Integrity, std::move(reason), place(at, at, field));
  }
  [[nodiscard]] std::unexpected<base::Error> malformed(simdjson::error_code code);

  Result<void> read_root();
  Result<void> read_member(std::string_view key, ondemand::value value);
  Result<void> read_status(ondemand::value value, const char* at);
  Result<void> read_results(ondemand::value value);
  Result<void> read_result(ondemand::value value);
  Result<void> check_root();
  [[nodiscard]] std::optional<RowFault> store(const Bar& bar);
  [[nodiscard]] std::optional<RowFault> check_time(const Bar& bar);

  ReadOptions options_;
  RejectList rejects_;
  std::string text_;
  std::size_t size_{0};
  ondemand::parser parser_;
  ondemand::document document_;
  std::optional<market::Day> day_;
  std::string_view known_time_;  // one that is known to be on day_; all bars have the same
  columns::Batch rows_;
  RowSet keys_{{0}};
  std::uint64_t num_results_{0};
  bool results_seen_{false};
  std::optional<std::int64_t> count_;
  const char* count_at_{nullptr};
};

base::Place GroupedReader::place(const char* at, const char* row, std::string_view field) const {
  const char* begin = text_.data();
  const char* end = begin + size_;
  const char* where = at == nullptr ? begin : std::clamp(at, begin, end);
  const char* shown = row == nullptr ? begin : std::clamp(row, begin, end);
  const std::string_view before{begin, static_cast<std::size_t>(where - begin)};
  const std::size_t feed = before.rfind('\n');
  const std::size_t column =
      feed == std::string_view::npos ? before.size() : before.size() - feed - 1;
  return {.file = options_.file,
          .line = static_cast<std::uint64_t>(std::ranges::count(before, '\n')) + 1,
          .column = static_cast<std::uint32_t>(column + 1),
          .byte = before.size(),
          .field = std::string{field},
          .excerpt = base::printable_excerpt({shown, static_cast<std::size_t>(end - shown)})};
}

std::unexpected<base::Error> GroupedReader::malformed(simdjson::error_code code) {
  const char* at = nullptr;
  if (document_.current_location().get(at) != simdjson::SUCCESS) at = text_.data() + size_;
  return refuse(
      at, {},
      fmt::format("not the JSON of a grouped daily reply: {}", simdjson::error_message(code)));
}

Result<Document> GroupedReader::finish() {
  size_ = text_.size();
  text_.append(simdjson::SIMDJSON_PADDING, ' ');
  OFFEX_TRY(read_root());
  OFFEX_TRY(check_root());
  return Document{.name = options_.file,
                  .dataset = market::Dataset::DailyBarGrouped,
                  .day = day_,
                  .facility = {},
                  .rows = std::move(rows_),
                  .rejects = rejects_.take(),
                  .warnings = {}};
}

Result<void> GroupedReader::read_root() {
  std::size_t skipped = 0;
  if (text_.starts_with("\xEF\xBB\xBF")) skipped = 3;
  const simdjson::padded_string_view view{text_.data() + skipped, size_ - skipped,
                                          text_.size() - skipped};
  if (auto code = parser_.iterate(view).get(document_)) {
    return refuse(text_.data(), {}, fmt::format("not JSON: {}", simdjson::error_message(code)));
  }
  ondemand::object root;
  if (auto code = document_.get_object().get(root)) return malformed(code);
  for (auto member : root) {
    std::string_view key;
    ondemand::value value;
    if (auto code = member.unescaped_key().get(key)) return malformed(code);
    if (auto code = member.value().get(value)) return malformed(code);
    OFFEX_TRY(read_member(key, value));
  }
  // Behind the last token there is no location any more.
  const char* rest = nullptr;
  if (document_.current_location().get(rest) != simdjson::SUCCESS) return {};
  return refuse(rest, {}, "text behind the end of the reply");
}

Result<void> GroupedReader::read_member(std::string_view key, ondemand::value value) {
  const std::string_view token = trimmed(value.raw_json_token());
  if (key == "adjusted") {
    if (token == "false") return {};
    return refuse(token.data(), "adjusted",
                  "these bars are adjusted for splits, but FINRA's volumes never are: ask for "
                  "adjusted=false");
  }
  if (key == "status") return read_status(value, token.data());
  if (key == "resultsCount") {
    const auto count = read_decimal(token, 0);
    if (!count) return refuse(token.data(), "resultsCount", "not a number");
    count_ = *count;
    count_at_ = token.data();
    return {};
  }
  if (key != "results") return {};
  if (std::exchange(results_seen_, true)) {
    return refuse(token.data(), "results", "this key stands twice");
  }
  return token == "null" ? Result<void>{} : read_results(value);
}

Result<void> GroupedReader::read_status(ondemand::value value, const char* at) {
  std::string_view status;
  if (auto code = value.get_string().get(status)) return malformed(code);
  if (status == "OK" || status == "DELAYED") return {};
  return refuse(at, "status", "the reply reports an error instead of data");
}

Result<void> GroupedReader::read_results(ondemand::value value) {
  ondemand::array results;
  if (auto code = value.get_array().get(results)) return malformed(code);
  for (auto element : results) {
    ondemand::value result;
    if (auto code = element.get(result)) return malformed(code);
    OFFEX_TRY(read_result(result));
  }
  return {};
}

Result<void> GroupedReader::read_result(ondemand::value value) {
  const char* start = value.raw_json_token().data();
  ondemand::object object;
  if (auto code = value.get_object().get(object)) return malformed(code);
  Bar bar;
  for (auto member : object) {
    std::string_view key;
    ondemand::value cell;
    if (auto code = member.unescaped_key().get(key)) return malformed(code);
    if (auto code = member.value().get(cell)) return malformed(code);
    std::string_view text = trimmed(cell.raw_json_token());
    const char* at = text.data();
    const auto field = std::ranges::find(kFields, key, &BarField::key);
    if (field == kFields.end() && key != "t") continue;
    const auto slot = static_cast<std::size_t>(field - kFields.begin());
    auto& target = key == "t" ? bar.time : bar.cells.at(slot);
    if (target) return refuse(at, key, "this key stands twice");
    if (key == "T") {
      if (auto code = cell.get_string().get(text)) return malformed(code);
    }
    if (text == "null" && key != "T") continue;
    target = text;
    (key == "t" ? bar.time_at : bar.at.at(slot)) = at;
  }
  ++num_results_;
  const std::size_t before = rows_.num_rows();
  const auto fault = store(bar);
  if (!fault) return {};
  rows_.truncate(before);
  const char* at = fault->bytes.data() == nullptr ? start : fault->bytes.data();
  return rejects_.add(place(at, start, fault->field), fault->reason);
}

std::optional<RowFault> GroupedReader::store(const Bar& bar) {
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    const BarField& field = kFields.at(i);
    columns::Column& column = rows_.column(i);
    const std::optional<std::string_view>& cell = bar.cells.at(i);
    if (!cell) {
      if (field.required) return RowFault{field.column, {}, fmt::format("no value {}", field.key)};
      column.push_missing();
      continue;
    }
    std::string reason = push_cell(column, *cell);
    if (!reason.empty()) return RowFault{field.column, {bar.at.at(i), 1}, std::move(reason)};
  }
  if (auto fault = check_time(bar)) return fault;
  if (!keys_.add_last(rows_)) {
    return RowFault{"symbol", {bar.at[0], 1}, "this symbol stands twice in the reply"};
  }
  return std::nullopt;
}

std::optional<RowFault> GroupedReader::check_time(const Bar& bar) {
  if (!bar.time) return RowFault{"t", {}, "no value t"};
  if (*bar.time == known_time_) return std::nullopt;
  const auto millis = read_decimal(*bar.time, 0);
  std::int64_t nanos = 0;
  if (!millis || __builtin_mul_overflow(*millis, kNanosPerMilli, &nanos)) {
    return RowFault{"t", {bar.time_at, 1}, "not a time in milliseconds"};
  }
  const market::Day day = market::to_new_york(market::Instant::from_nanos(nanos)).day;
  if (day_ && *day_ != day) {
    return RowFault{"t",
                    {bar.time_at, 1},
                    fmt::format("wrong date: {} in a reply for {}", day.iso(), day_->iso())};
  }
  day_ = day;
  known_time_ = *bar.time;
  return std::nullopt;
}

Result<void> GroupedReader::check_root() {
  if (!results_seen_ && !count_) {
    return refuse(text_.data(), "results", "this JSON is no grouped daily reply");
  }
  if (count_ && *count_ != static_cast<std::int64_t>(num_results_)) {
    return refuse(count_at_, "resultsCount",
                  fmt::format("resultsCount says {}, but there are {} results: the reply is cut",
                              *count_, num_results_));
  }
  if (!day_) {
    return fail(base::ErrorCode::InvalidArgument,
                "the reply has no results and its name has no date: say which day it is with "
                "--date",
                in_file(options_.file));
  }
  return {};
}

}  // namespace

std::unique_ptr<Reader> make_grouped_reader(ReadOptions options) {
  return std::make_unique<GroupedReader>(std::move(options));
}

}  // namespace offex::formats
