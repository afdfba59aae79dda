#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "offex/market/instant.hpp"

#include "formats/decimal_internal.hpp"
#include "formats/faults_internal.hpp"
#include "formats/grouped_reader_internal.hpp"
#include "formats/json_body_internal.hpp"
#include "formats/row_set_internal.hpp"

namespace offex::formats {
namespace {

using columns::Type;

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

constexpr auto kKeys = [] {
  std::array<std::string_view, kFields.size() + 1> keys{};
  for (std::size_t i = 0; i < kFields.size(); ++i) keys[i] = kFields[i].key;
  keys.back() = "t";
  return keys;
}();

// The cells of one result, in the order of kKeys.
using Bar = std::array<JsonCell, kKeys.size()>;

class GroupedReader final : public Reader {
 public:
  explicit GroupedReader(ReadOptions options)
      : options_{std::move(options)},
        rejects_{options_.file, options_.max_rejects},
        body_{options_.file, "a grouped daily reply"},
        day_{options_.day} {
    for (const BarField& field : kFields) {
      rows_.add(columns::Column{std::string{field.column}, field.type});
    }
  }

  Result<void> push(std::string_view block) override { return body_.append(block); }
  Result<Document> finish() override;

 private:
  Result<void> read_root();
  Result<void> read_member(std::string_view key, JsonBody::Value value);
  Result<void> read_result(JsonBody::Value value);
  Result<void> check_root();
  [[nodiscard]] std::optional<RowFault> store(const Bar& bar);
  [[nodiscard]] std::optional<RowFault> check_time(const JsonCell& time);

  ReadOptions options_;
  RejectList rejects_;
  JsonBody body_;
  std::optional<market::Day> day_;
  std::string known_time_;  // one that is known to be on day_; all bars have the same
  columns::Batch rows_;
  RowSet keys_{{0}};
  std::uint64_t num_results_{0};
  bool results_seen_{false};
  std::optional<std::int64_t> count_;
  const char* count_at_{nullptr};
};

Result<Document> GroupedReader::finish() {
  OFFEX_TRY(body_.open());
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
  OFFEX_TRY(body_.each_member(
      body_.document(), {},
      [this](std::string_view key, JsonBody::Value& value) { return read_member(key, value); }));
  return body_.close();
}

Result<void> GroupedReader::read_member(std::string_view key, JsonBody::Value value) {
  const std::string_view token = JsonBody::token(value);
  if (key == "adjusted") {
    if (token == "false") return {};
    return body_.refuse(token.data(), "adjusted",
                        "these bars are adjusted for splits, but FINRA's volumes never are: ask "
                        "for adjusted=false");
  }
  if (key == "status") {
    if (token == R"("OK")" || token == R"("DELAYED")") return {};
    return body_.refuse(token.data(), "status", "the reply reports an error instead of data");
  }
  if (key == "resultsCount") {
    const auto count = read_decimal(token, 0);
    if (!count) return body_.refuse(token.data(), "resultsCount", "not a number");
    count_ = *count;
    count_at_ = token.data();
    return {};
  }
  if (key != "results") return {};
  if (std::exchange(results_seen_, true)) {
    return body_.refuse(token.data(), "results", "this key stands twice");
  }
  if (token == "null") return {};
  return body_.each_element(value, "results",
                            [this](JsonBody::Value& result) { return read_result(result); });
}

Result<void> GroupedReader::read_result(JsonBody::Value value) {
  Bar bar;
  OFFEX_ASSIGN(const char* start, body_.read_row(value, kKeys, bar));
  ++num_results_;
  const std::size_t before = rows_.num_rows();
  const auto fault = store(bar);
  if (!fault) return {};
  rows_.truncate(before);
  const char* at = fault->bytes.data() == nullptr ? start : fault->bytes.data();
  return rejects_.add(body_.place(at, start, fault->field), fault->reason);
}

std::optional<RowFault> GroupedReader::store(const Bar& bar) {
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    const BarField& field = kFields.at(i);
    columns::Column& column = rows_.column(i);
    const JsonCell& cell = bar.at(i);
    if (cell.missing()) {
      if (field.required) return RowFault{field.column, {}, fmt::format("no value {}", field.key)};
      column.push_missing();
      continue;
    }
    std::string reason = push_json(column, cell);
    if (!reason.empty()) return RowFault{field.column, {cell.at, 1}, std::move(reason)};
  }
  if (auto fault = check_time(bar.back())) return fault;
  if (!keys_.add_last(rows_)) {
    return RowFault{"symbol", {bar[0].at, 1}, "this symbol stands twice in the reply"};
  }
  return std::nullopt;
}

std::optional<RowFault> GroupedReader::check_time(const JsonCell& time) {
  if (time.missing()) return RowFault{"t", {}, "no value t"};
  if (time.text == known_time_) return std::nullopt;
  const auto millis = read_decimal(time.text, 0);
  std::int64_t nanos = 0;
  if (!millis || __builtin_mul_overflow(*millis, kNanosPerMilli, &nanos)) {
    return RowFault{"t", {time.at, 1}, "not a time in milliseconds"};
  }
  const market::Day day = market::to_new_york(market::Instant::from_nanos(nanos)).day;
  if (day_ && *day_ != day) {
    return RowFault{
        "t", {time.at, 1}, fmt::format("wrong date: {} in a reply for {}", day.iso(), day_->iso())};
  }
  day_ = day;
  known_time_ = time.text;
  return std::nullopt;
}

Result<void> GroupedReader::check_root() {
  if (!results_seen_ && !count_) {
    return body_.refuse(nullptr, "results", "this JSON is no grouped daily reply");
  }
  if (count_ && *count_ != static_cast<std::int64_t>(num_results_)) {
    return body_.refuse(
        count_at_, "resultsCount",
        fmt::format("resultsCount says {}, but there are {} results: the reply is cut", *count_,
                    num_results_));
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
