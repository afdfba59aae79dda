#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "formats/finra_reader_internal.hpp"
#include "formats/finra_rows_internal.hpp"
#include "formats/json_body_internal.hpp"
#include "formats/short_layout_internal.hpp"
#include "formats/table_layout_internal.hpp"

namespace offex::formats {
namespace {

constexpr std::size_t kNoSlot = static_cast<std::size_t>(-1);
constexpr std::size_t kMaxKeys = 256;

// A key of the rows. Each has a number in the order in which keys were first met.
struct Key {
  std::string name;
  std::size_t slot{kNoSlot};
  std::uint64_t row{0};  // the last row that had it
};

class FinraJsonReader final : public Reader {
 public:
  explicit FinraJsonReader(ReadOptions options)
      : options_{std::move(options)},
        rejects_{options_.file, options_.max_rejects},
        body_{options_.file, "a Query API reply"} {
    keys_.reserve(kMaxKeys);  // faults name keys, so that these must stay where they are
  }

  Result<void> push(std::string_view block) override { return body_.append(block); }
  Result<Document> finish() override;

 private:
  Result<void> read_row(JsonBody::Value& row);
  Result<void> read_member(std::string_view name, JsonBody::Value& value);
  [[nodiscard]] Key* find_key(std::string_view name);
  Result<void> open_layout(const char* row);
  void take_key(Key& key);
  [[nodiscard]] std::unexpected<base::Error> unknown(const char* at, std::string reason) const;

  ReadOptions options_;
  RejectList rejects_;
  JsonBody body_;
  const FinraLayout* layout_{nullptr};
  std::unique_ptr<FinraRows> rows_;
  std::vector<Key> keys_;
  std::vector<FinraCell> values_;  // of the row at hand, one for each key
  std::vector<FinraCell> cells_;   // the same by slot
  std::vector<std::string> ignored_;
  std::vector<std::string> held_;  // names of the slots, taken: two keys may mean one
  std::uint64_t row_{0};
  std::size_t expected_{0};  // rows mostly have their keys in one order
  std::optional<RowFault> twice_;
};

std::unexpected<base::Error> FinraJsonReader::unknown(const char* at, std::string reason) const {
  return fail(base::ErrorCode::UnknownLayout, std::move(reason), body_.place(at, at, {}));
}

Result<Document> FinraJsonReader::finish() {
  OFFEX_TRY(body_.open());
  OFFEX_TRY(body_.each_element(body_.document(), {},
                               [this](JsonBody::Value& row) { return read_row(row); }));
  OFFEX_TRY(body_.close());
  if (layout_ == nullptr) {
    return unknown(nullptr,
                   "a reply without rows: an empty list does not tell which data set was asked");
  }
  Document document{.name = options_.file,
                    .dataset = layout_->dataset,
                    .day = {},
                    .facility = {},
                    .rows = {},
                    .rejects = {},
                    .warnings = {}};
  OFFEX_TRY(rows_->finish(document));
  document.rejects = rejects_.take();
  if (!ignored_.empty()) {
    document.warnings.insert(document.warnings.begin(), ignored_fields(*layout_, ignored_));
  }
  return document;
}

Result<void> FinraJsonReader::read_row(JsonBody::Value& row) {
  const char* start = JsonBody::token(row).data();
  ++row_;
  expected_ = 0;
  twice_.reset();
  if (row_ == 1 && *start != '{') {
    return unknown(start, "a list of something else than rows is no known reply");
  }
  OFFEX_TRY(body_.each_member(row, "row", [this](std::string_view name, JsonBody::Value& value) {
    return read_member(name, value);
  }));
  if (layout_ == nullptr) OFFEX_TRY(open_layout(start));
  std::ranges::fill(cells_, FinraCell{});
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    if (keys_[i].row == row_ && keys_[i].slot != kNoSlot) cells_[keys_[i].slot] = values_[i];
  }
  std::optional<RowFault> fault = std::exchange(twice_, std::nullopt);
  if (!fault) {
    OFFEX_ASSIGN(fault, rows_->add(cells_));
  }
  if (!fault) return {};
  const char* at = fault->bytes.data() == nullptr ? start : fault->bytes.data();
  return rejects_.add(body_.place(at, start, fault->field), fault->reason);
}

Result<void> FinraJsonReader::read_member(std::string_view name, JsonBody::Value& value) {
  Key* key = find_key(name);
  if (key == nullptr) {
    return body_.refuse(JsonBody::token(value).data(), {},
                        fmt::format("more than {} different fields", kMaxKeys));
  }
  OFFEX_ASSIGN(const FinraCell cell, body_.read_cell(value, name));
  if (std::exchange(key->row, row_) == row_ && !twice_) {
    // The name outlives the row: keys keep theirs.
    twice_ = RowFault{key->name, {cell.at, 1}, "this field stands twice"};
  }
  values_[static_cast<std::size_t>(key - keys_.data())] = cell;
  return {};
}

Key* FinraJsonReader::find_key(std::string_view name) {
  if (expected_ < keys_.size() && keys_[expected_].name == name) return &keys_[expected_++];
  auto found = std::ranges::find(keys_, name, &Key::name);
  if (found == keys_.end()) {
    if (keys_.size() == kMaxKeys) return nullptr;
    keys_.push_back({.name = std::string{name}});
    values_.emplace_back();
    found = keys_.end() - 1;
    if (layout_ != nullptr) take_key(*found);
  }
  expected_ = static_cast<std::size_t>(found - keys_.begin()) + 1;
  return &*found;
}

// The first row shows which reply this is.
Result<void> FinraJsonReader::open_layout(const char* row) {
  std::vector<std::string> names;
  for (const Key& key : keys_) names.push_back(normalised(key.name));
  layout_ = find_finra_layout(names, FinraSource::Json, options_.file);
  if (layout_ == nullptr) {
    const std::string_view reason = finra_refusal(names);
    return unknown(row, reason.empty() ? "this JSON is no reply that offex knows: understood are "
                                         "regShoDaily, weeklySummary, weeklySummaryHistoric, "
                                         "consolidatedShortInterest and thresholdList"
                                       : std::string{reason});
  }
  cells_.resize(layout_->slots);
  std::vector<bool> present(layout_->slots);
  for (Key& key : keys_) {
    take_key(key);
    if (key.slot != kNoSlot) present[key.slot] = true;
  }
  rows_ = make_finra_rows(*layout_, options_);
  auto begun = rows_->begin(present);
  if (!begun && begun.error().code == base::ErrorCode::Integrity) {
    return body_.refuse(row, begun.error().place.field, begun.error().message);
  }
  return begun;
}

// Finds the slot of a key. A second spelling of a field that the body has already is ignored.
void FinraJsonReader::take_key(Key& key) {
  const std::string name = normalised(key.name);
  const auto slot = slot_of(*layout_, name);
  const bool taken = std::ranges::find(held_, name) != held_.end();
  if (slot && !taken) {
    key.slot = *slot;
    held_.push_back(name);
    if (rows_) rows_->add_field(*slot);
  } else if (taken || !is_one_of(name, layout_->ignored)) {
    ignored_.push_back(key.name);
  }
}

}  // namespace

std::unique_ptr<Reader> make_finra_json_reader(ReadOptions options) {
  return std::make_unique<FinraJsonReader>(std::move(options));
}

}  // namespace offex::formats
