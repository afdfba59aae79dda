#include "offex/render/arrow.hpp"

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/arrow_tables.hpp"
#include "support/arrow_reader.hpp"

namespace offex::render {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;
using test_support::ArrowCell;
using test_support::ArrowDouble;
using test_support::ArrowTable;
using test_support::read_arrow_file;
using test_support::read_arrow_stream;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

ArrowCell expected_cell(const Column& column, std::size_t row) {
  if (!column.valid(row)) return {};
  switch (column.type()) {
    case Type::Bool:
      return column.values<std::int8_t>()[row] != 0;
    case Type::Int32:
    case Type::Day:
      return std::int64_t{column.values<std::int32_t>()[row]};
    case Type::Int64:
    case Type::Quantity:
    case Type::Price:
    case Type::Instant:
      return column.values<std::int64_t>()[row];
    case Type::Double:
      return ArrowDouble{column.values<double>()[row]};
    case Type::Symbol:
      return column.values<market::Symbol>()[row].str();
    case Type::Text:
    case Type::Number:
      return column.values<std::string>()[row];
    case Type::Label:
      return std::string{column.words()[column.values<std::uint8_t>()[row]]};
  }
  return {};
}

void expect_same(const ArrowTable& table, const Batch& batch) {
  ASSERT_EQ(table.columns.size(), batch.num_columns());
  for (std::size_t i = 0; i < batch.num_columns(); ++i) {
    const Column& column = batch.column(i);
    std::vector<ArrowCell> expected;
    expected.reserve(column.size());
    for (std::size_t row = 0; row < column.size(); ++row) {
      expected.push_back(expected_cell(column, row));
    }
    EXPECT_EQ(table.columns[i].cells, expected) << column.name();
  }
}

std::vector<std::size_t> random_ends(std::size_t rows, std::mt19937_64& random) {
  std::vector<std::size_t> out(1 + random() % 6);
  for (std::size_t& end : out) end = random() % (rows + 1);
  std::ranges::sort(out);
  return out;
}

Batch texts(const std::vector<std::string>& values) {
  Batch batch;
  Column& column = batch.add(Column{"note", Type::Text});
  for (const std::string& value : values) column.push(value);
  return batch;
}

TEST(Arrow, AFileHoldsEveryTypeExactly) {
  const ArrowTable table = read_arrow_file(written(sample_batch()));
  EXPECT_EQ(types_of(table), sample_types());
  expect_same(table, sample_batch());
}

TEST(Arrow, AStreamHoldsTheSameTableWithoutAFooter) {
  const std::string stream = stream_of(sample_batch());
  const std::string file = written(sample_batch());
  EXPECT_EQ(read_arrow_stream(stream), read_arrow_file(file));
  EXPECT_THAT(stream, testing::Not(HasSubstr("ARROW1")));
  EXPECT_LT(stream.size(), file.size());
}

TEST(Arrow, HowRowsArriveChangesNoByte) {
  std::mt19937_64 random{20260302};
  for (int round = 0; round < 60; ++round) {
    const std::size_t rows = random() % 200;
    const Batch batch = random_batch(rows, random);
    const ArrowOptions options{.batch_rows = 1 + random() % 90,
                               .batch_text_bytes = 1 + random() % 2'000};
    const std::string whole = written(batch, options);
    expect_same(read_arrow_file(whole), batch);
    EXPECT_EQ(written(batch, options, random_ends(rows, random)), whole) << "round " << round;
    if (HasFailure()) break;
  }
}

TEST(Arrow, ATableWithoutRowsHasItsColumnsAndNoBatch) {
  Batch empty = sample_batch();
  empty.clear();
  for (const ArrowTable& table :
       {read_arrow_file(written(empty)), read_arrow_stream(stream_of(empty))}) {
    EXPECT_EQ(types_of(table), sample_types());
    EXPECT_THAT(table.batch_rows, testing::IsEmpty());
  }
}

TEST(Arrow, RowsOfTheHeaderAreNotWritten) {
  std::string out;
  const auto writer = make_arrow_writer(append_to(out));
  ASSERT_TRUE(writer->begin(sample_batch()));
  ASSERT_TRUE(writer->end());
  EXPECT_THAT(read_arrow_file(out).batch_rows, testing::IsEmpty());
}

TEST(Arrow, AnEmptyTextIsNotAMissingOne) {
  Batch batch = texts({"", "x", ""});
  batch.column(0).push_missing();
  const ArrowTable table = read_arrow_file(written(batch));
  EXPECT_THAT(table.columns.at(0).cells, ElementsAre(ArrowCell{""}, ArrowCell{"x"}, ArrowCell{""},
                                                     ArrowCell{std::monostate{}}));
}

TEST(Arrow, AColumnThatMissesNothingHasNoBitmap) {
  Batch batch = texts({"a", "b"});
  Column& other = batch.add(Column{"other", Type::Int32});
  other.push<std::int32_t>(1);
  other.push_missing();
  EXPECT_THAT(read_arrow_file(written(batch)).validity_bytes, ElementsAre(0, 1));
}

TEST(Arrow, ABatchAfterOneWithMissingCellsMayHaveNone) {
  Batch batch;
  Column& column = batch.add(Column{"c", Type::Bool});
  column.push_missing();
  for (int i = 0; i < 3; ++i) column.push<std::int8_t>(1);
  const ArrowTable table = read_arrow_file(written(batch, {.batch_rows = 2}));
  EXPECT_THAT(table.validity_bytes, ElementsAre(1, 0));
  expect_same(table, batch);
}

TEST(Arrow, WhatAMissingCellHoldsInMemoryIsNotWritten) {
  Batch zero;
  Batch secret;
  for (const Type type : {Type::Int64, Type::Quantity, Type::Bool, Type::Text}) {
    Column& missing = zero.add(Column{std::string{columns::to_string(type)}, type});
    missing.push_missing();
    std::mt19937_64 random{7};
    Column& other = secret.add(Column{missing.name(), type});
    push_random(other, random);
    other.validity().set_missing(0, 1);
  }
  EXPECT_EQ(written(zero), written(secret));
}

TEST(Arrow, BatchesEndAtTheirRowsOrTheirBytes) {
  const std::vector<std::string> values(10, "1234");
  EXPECT_THAT(read_arrow_file(written(texts(values), {.batch_rows = 4})).batch_rows,
              ElementsAre(4, 4, 2));
  EXPECT_THAT(read_arrow_file(written(texts(values), {.batch_text_bytes = 12})).batch_rows,
              ElementsAre(3, 3, 3, 1));
  EXPECT_THAT(read_arrow_file(written(texts({"1", "123456789", "1", "2"}), {.batch_text_bytes = 4}))
                  .batch_rows,
              ElementsAre(1, 1, 2));
}

TEST(Arrow, AThirdRowOfRepeatedNamesIsNumberedPastTheTaken) {
  Batch batch;
  for (const char* name : {"a", "a", "a_1", "a", "b"}) {
    batch.add(Column{name, Type::Int32}).push<std::int32_t>(1);
  }
  const std::vector<std::string> types = types_of(read_arrow_file(written(batch)));
  EXPECT_THAT(types, ElementsAre("a: int32", "a_2: int32", "a_1: int32", "a_3: int32", "b: int32"));
}

TEST(Arrow, BytesThatAreNoTextBecomeReplacements) {
  const ArrowTable table = read_arrow_file(written(texts({"caf\xC3\xA9", "caf\xE9", "\xFF\xFE"})));
  EXPECT_THAT(table.columns.at(0).cells,
              ElementsAre(ArrowCell{"caf\xC3\xA9"}, ArrowCell{"caf\xEF\xBF\xBD"},
                          ArrowCell{"\xEF\xBF\xBD\xEF\xBF\xBD"}));
}

TEST(Arrow, NotesAreMetadataOfTheSchema) {
  const ArrowOptions options{.notes = {{.key = "offex.note.1", .value = "as of 2026-04-17"},
                                       {.key = "offex.note.2", .value = ""}}};
  EXPECT_THAT(read_arrow_file(written(sample_batch(), options)).notes,
              ElementsAre(Pair("offex.note.1", "as of 2026-04-17"), Pair("offex.note.2", "")));
}

TEST(Arrow, ATableWithoutColumnsIsRefused) {
  std::string out;
  const auto outcome = make_arrow_writer(append_to(out))->begin(Batch{});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_EQ(out, "");
}

TEST(Arrow, ABatchOfAnotherShapeIsRefused) {
  Batch renamed = texts({"x"});
  renamed.column(0).rename("other");
  Batch wider = texts({"x"});
  wider.add(Column{"more", Type::Int32}).push<std::int32_t>(1);
  Batch uneven = texts({"x"});
  uneven.column(0) = Column{"note", Type::Number};
  for (const Batch& batch : {renamed, wider, uneven}) {
    std::string out;
    const auto writer = make_arrow_writer(append_to(out));
    ASSERT_TRUE(writer->begin(texts({})));
    const auto outcome = writer->rows(batch);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().message, "a batch differs from the header of the table");
  }
}

TEST(Arrow, ATextThatOffsetsCannotReachIsRefused) {
  std::string out;
  const auto writer = make_arrow_writer(append_to(out), {.max_text_bytes = 4});
  ASSERT_TRUE(writer->begin(texts({})));
  ASSERT_TRUE(writer->rows(texts({"1234"})));
  const auto outcome = writer->rows(texts({"12345"}));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message,
            "a text of column note has 5 bytes, more than the 4 that Arrow takes");
}

TEST(Arrow, ANumberOfNineteenDigitsIsRefused) {
  constexpr std::int64_t kLargest = 999'999'999'999'999'999;
  Batch batch;
  Column& column = batch.add(Column{"volume", Type::Quantity});
  for (const std::int64_t value : {kLargest, -kLargest}) column.push(value);
  column.push_missing();
  column.values<std::int64_t>().back() = kLargest + 1;  // nobody sees it
  expect_same(read_arrow_file(written(batch)), batch);
  column.push(-kLargest - 1);
  std::string out;
  const auto outcome = write_all(*make_arrow_writer(append_to(out)), batch);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message,
            "-1000000000000 in column volume has more than the 18 digits of its decimal type");
}

TEST(Arrow, AFullDiskStopsTheWriter) {
  const auto writer = make_arrow_writer(
      [](std::string_view) -> Result<void> { return fail(base::ErrorCode::Io, "no space"); });
  ASSERT_TRUE(writer->begin(sample_batch()));
  ASSERT_TRUE(writer->rows(sample_batch()));
  const auto outcome = writer->end();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message, "no space");
}

TEST(Arrow, BatchesLeaveTheWriterWhenTheyAreFull) {
  std::size_t handed = 0;
  const auto writer = make_arrow_writer([&](std::string_view piece) -> Result<void> {
    handed += piece.size();
    return {};
  });
  const Batch batch = texts(std::vector<std::string>(10'000, std::string(100, 'x')));
  ASSERT_TRUE(writer->begin(batch));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(writer->rows(batch));
  EXPECT_GT(handed, 60'000'000U);  // of 104 million bytes; one batch and a piece stay
}

}  // namespace
}  // namespace offex::render
