#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "offex/base/check.hpp"

#include "formats/tape_schema_internal.hpp"
#include "formats/tape_stream_internal.hpp"

namespace offex::formats {
namespace {

using columns::kTapeBlockRows;

template <class Schema>
class FlatStream final : public BlockStream<typename Schema::Block> {
 public:
  using Block = typename Schema::Block;

  FlatStream(TapeLines& lines, TapeReading reading)
      : lines_{lines}, careful_{reading == TapeReading::Careful} {}

  /// Takes the header line.
  Result<void> open();
  Result<const Block*> next() override;

 private:
  /// Takes one row or more.
  Result<void> step();
  [[nodiscard]] bool take_fast();
  [[nodiscard]] bool turn_to_next_symbol();
  Result<void> take_line();
  std::optional<RowFault> read_row(std::string_view text);
  void build_index();
  /// Returns how many rows with all their ends the index can still hold.
  [[nodiscard]] std::size_t rows_left() const {
    return std::min(index_.num_lines - line_, (index_.num_ends - 1 - end_) / schema_.columns.count);
  }
  void skip_rows(std::size_t rows);
  void cover(std::size_t rows);

  TapeLines& lines_;
  Schema schema_;
  TapeCells cells_;
  bool careful_;
  std::optional<Line> blank_;  // first blank line; its text is empty, so that nothing dangles
  Block block_;
  std::size_t slot_{0};
  market::Symbol symbol_;  // of the row before

  // The index counts from where the window was when it was built.
  TapeIndex index_;
  const char* base_{nullptr};
  std::size_t end_{0};   // of index_.ends: the one before the next row
  std::size_t line_{0};  // of index_.lines: the next row's
};

template <class Schema>
Result<void> FlatStream<Schema>::open() {
  OFFEX_ASSIGN(const Line line, lines_.take());
  auto fault = cells_.split(line.text);
  if (!fault) fault = find_tape_columns(cells_, Schema::kDataset, schema_.columns);
  if (fault) {
    return fail(base::ErrorCode::Integrity, fault->reason, place_of(lines_.file(), line, *fault));
  }
  careful_ = careful_ || !schema_.fast();
  return {};
}

template <class Schema>
Result<const typename Schema::Block*> FlatStream<Schema>::next() {
  block_.runs.clear();
  schema_.open(block_, kTapeBlockRows);
  slot_ = 0;
  while (slot_ < kTapeBlockRows) {
    if (lines_.window().empty()) {
      index_.num_lines = 0;
      line_ = 0;
      OFFEX_ASSIGN(const bool more, lines_.refill());
      if (!more) break;
    }
    OFFEX_TRY(step());
  }
  if (slot_ < kTapeBlockRows) schema_.open(block_, slot_);
  return slot_ > 0 ? &block_ : nullptr;
}

template <class Schema>
Result<void> FlatStream<Schema>::step() {
  if (!careful_ && take_fast()) return {};
  return take_line();
}

template <class Schema>
bool FlatStream<Schema>::take_fast() {
  if (line_ == index_.num_lines) build_index();
  bool any = false;
  while (line_ < index_.num_lines && slot_ < kTapeBlockRows) {
    const TapeRows rows{.text = base_,
                        .ends = index_.ends.data() + end_,
                        .lines = index_.lines.data() + line_,
                        .count = std::min(rows_left(), kTapeBlockRows - slot_),
                        .slot = slot_,
                        .symbol = symbol_};
    // No row may match the symbol that is not there yet.
    const std::size_t taken = symbol_.empty() ? 0 : schema_.take(rows, block_);
    if (taken > 0) {
      cover(taken);
      skip_rows(taken);
      any = true;
    } else if (!turn_to_next_symbol()) {
      break;
    }
  }
  return any;
}

template <class Schema>
bool FlatStream<Schema>::turn_to_next_symbol() {
  if (rows_left() == 0) return false;
  if (index_.ends[end_ + schema_.columns.count] != index_.lines[line_]) return false;
  const FastRow row{.text = base_, .ends = index_.ends.data() + end_};
  const std::size_t column = schema_.columns.at[0];
  const auto symbol = market::Symbol::parse({row.begin(column), row.length(column)});
  if (!symbol || *symbol == symbol_) return false;
  symbol_ = *symbol;
  return true;
}

template <class Schema>
void FlatStream<Schema>::build_index() {
  index_tape(lines_.window(), index_);
  base_ = lines_.window().data();
  end_ = 0;
  line_ = 0;
}

template <class Schema>
void FlatStream<Schema>::skip_rows(std::size_t rows) {
  end_ += rows * schema_.columns.count;
  line_ += rows;
  const char* const next = base_ + index_.lines[line_ - 1] + 1;
  lines_.skip(static_cast<std::size_t>(next - lines_.window().data()), rows);
}

template <class Schema>
void FlatStream<Schema>::cover(std::size_t rows) {
  if (block_.runs.empty() || block_.runs.back().symbol != symbol_) {
    const auto begin = static_cast<std::uint32_t>(slot_);
    block_.runs.push_back({.symbol = symbol_, .begin = begin, .end = begin});
  }
  slot_ += rows;
  block_.runs.back().end = static_cast<std::uint32_t>(slot_);
}

template <class Schema>
Result<void> FlatStream<Schema>::take_line() {
  OFFEX_ASSIGN(const Line line, lines_.take());
  if (line_ < index_.num_lines) {
    // The line is the index's next one: the rest of the index stays good.
    while (index_.ends[++end_] != index_.lines[line_]) continue;
    ++line_;
  }
  if (line.text.empty()) {
    if (!blank_) blank_ = Line{.text = {}, .number = line.number, .byte = line.byte};
    careful_ = true;
    line_ = index_.num_lines;
    return {};
  }
  if (blank_) return damaged(lines_.file(), *blank_, {}, "a blank line between the rows");
  if (auto fault = read_row(line.text)) {
    return fail(base::ErrorCode::Integrity, fault->reason, place_of(lines_.file(), line, *fault));
  }
  cover(1);
  return {};
}

template <class Schema>
std::optional<RowFault> FlatStream<Schema>::read_row(std::string_view text) {
  if (std::string reason = control_character_reason(text); !reason.empty()) {
    return RowFault{{}, {}, std::move(reason)};
  }
  if (auto fault = cells_.split(text)) return fault;
  if (cells_.size() != schema_.columns.count) {
    return RowFault{
        {}, {}, fmt::format("expected {} fields, found {}", schema_.columns.count, cells_.size())};
  }
  TapeRow row{cells_, schema_.columns, tape_fields(Schema::kDataset)};
  symbol_ = schema_.read(row, slot_, block_);
  return row.fault();
}

template <class Schema>
Result<std::unique_ptr<BlockStream<typename Schema::Block>>> make(TapeLines& lines,
                                                                  TapeReading reading) {
  auto stream = std::make_unique<FlatStream<Schema>>(lines, reading);
  OFFEX_TRY(stream->open());
  return stream;
}

}  // namespace

template <>
Result<std::unique_ptr<BlockStream<columns::TradeBlock>>> make_flat_stream(TapeLines& lines,
                                                                           market::Dataset dataset,
                                                                           TapeReading reading) {
  return dataset == market::Dataset::TradeTable ? make<TradeTableSchema>(lines, reading)
                                                : make<TradeSchema>(lines, reading);
}

template <>
Result<std::unique_ptr<BlockStream<columns::QuoteBlock>>> make_flat_stream(TapeLines& lines,
                                                                           market::Dataset dataset,
                                                                           TapeReading reading) {
  OFFEX_CHECK(dataset == market::Dataset::QuoteTape);
  return make<QuoteSchema>(lines, reading);
}

template <>
Result<std::unique_ptr<BlockStream<columns::MinuteBlock>>> make_flat_stream(TapeLines& lines,
                                                                            market::Dataset dataset,
                                                                            TapeReading reading) {
  OFFEX_CHECK(dataset == market::Dataset::MinuteTape);
  return make<MinuteSchema>(lines, reading);
}

}  // namespace offex::formats
