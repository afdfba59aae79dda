#pragma once

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "offex/columns/batch.hpp"
#include "offex/render/arrow.hpp"

#include "render/sample_table.hpp"
#include "support/arrow_reader.hpp"

namespace offex::render {

/// Returns what the writer makes of a table whose rows come in one piece, or in pieces that end so.
inline std::string written(const columns::Batch& batch, const ArrowOptions& options = {},
                           const std::vector<std::size_t>& ends = {}) {
  std::string out;
  const auto writer = make_arrow_writer(append_to(out), options);
  EXPECT_TRUE(writer->begin(batch));
  std::size_t row = 0;
  const auto write_to = [&](std::size_t end) {
    columns::Batch piece;
    for (const columns::Column& column : batch.columns()) {
      columns::Column& copy = piece.add(column);
      copy.clear();
      for (std::size_t i = row; i < end; ++i) copy.push_from(column, i);
    }
    row = end;
    const auto outcome = writer->rows(piece);
    EXPECT_TRUE(outcome) << outcome.error().message;
  };
  for (const std::size_t end : ends) write_to(end);
  if (ends.empty()) {
    const auto outcome = writer->rows(batch);
    EXPECT_TRUE(outcome) << outcome.error().message;
  } else {
    write_to(batch.num_rows());
  }
  EXPECT_TRUE(writer->end());
  return out;
}

inline std::string stream_of(const columns::Batch& batch) {
  return written(batch, {.layout = ArrowLayout::Stream});
}

inline std::vector<std::string> types_of(const test_support::ArrowTable& table) {
  std::vector<std::string> out;
  out.reserve(table.columns.size());
  for (const auto& column : table.columns) out.push_back(column.name + ": " + column.type);
  return out;
}

/// What `types_of` says of the sample table.
inline std::vector<std::string> sample_types() {
  return {"ticker: string",
          "trade_date: date32[day]",
          "total_volume: decimal128(18, 6)",
          "close: decimal128(18, 9)",
          "short_ratio: double",
          "z: double",
          "trades: int64",
          "streak: int32",
          "has_otc: bool",
          "known_from: timestamp[ns, tz=UTC]",
          "turnover: string",
          "grade: string",
          "note: string"};
}

/// A cell of any value that the type has, the extremes among them.
inline void push_random(columns::Column& column, std::mt19937_64& random) {
  const auto any = [&] { return static_cast<std::int64_t>(random()) >> (random() % 64); };
  switch (column.type()) {
    case columns::Type::Bool:
      column.push(static_cast<std::int8_t>(random() % 2));
      break;
    case columns::Type::Int32:
    case columns::Type::Day:
      column.push(static_cast<std::int32_t>(any()));
      break;
    case columns::Type::Int64:
    case columns::Type::Instant:
      column.push(any());
      break;
    case columns::Type::Quantity:
    case columns::Type::Price:
      column.push(any() % 1'000'000'000'000'000'000);
      break;
    case columns::Type::Double:
      column.push(random() % 8 == 0 ? std::numeric_limits<double>::quiet_NaN()
                                    : static_cast<double>(any()) / 3.0);
      break;
    case columns::Type::Symbol:
      column.push(market::Symbol::from_trusted(std::string(1 + random() % 15, 'A')));
      break;
    case columns::Type::Text:
    case columns::Type::Number:
      column.push(std::string(random() % 5 == 0 ? 0 : random() % 40, 'x'));
      break;
    case columns::Type::Label:
      column.push(static_cast<std::uint8_t>(random() % kGrades.size()));
      break;
  }
}

/// All types; columns without, with some and with only missing cells.
inline columns::Batch random_batch(std::size_t rows, std::mt19937_64& random) {
  columns::Batch batch;
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(columns::Type::Label); ++i) {
    const auto type = static_cast<columns::Type>(i);
    for (const unsigned missing_percent : {0U, 30U, 100U}) {
      const std::string name =
          std::string{columns::to_string(type)} + std::to_string(missing_percent);
      columns::Column& column =
          batch.add(type == columns::Type::Label ? columns::Column{name, kGrades}
                                                 : columns::Column{name, type});
      for (std::size_t row = 0; row < rows; ++row) {
        if (random() % 100 < missing_percent) {
          column.push_missing();
        } else {
          push_random(column, random);
        }
      }
    }
  }
  return batch;
}

}  // namespace offex::render
