#include "offex/render/arrow_stream.hpp"

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/sample_table.hpp"

namespace offex::render {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;
using testing::ElementsAre;
using testing::HasSubstr;

/// What a reader holds, released at the end whatever the test did.
template <class Struct>
struct Held : Struct {
  Held() : Struct{} {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  Held(Held&&) = delete;
  Held& operator=(Held&&) = delete;
  ~Held() {
    if (this->release != nullptr) this->release(this);
  }
};

std::shared_ptr<const Batch> shared(Batch batch) {
  return std::make_shared<const Batch>(std::move(batch));
}

Column numbers(std::string name, std::int64_t count) {
  Column out{std::move(name), Type::Int64};
  for (std::int64_t i = 0; i < count; ++i) out.push(i);
  return out;
}

Column texts(std::string name, const std::vector<std::string>& values) {
  Column out{std::move(name), Type::Text};
  for (const std::string& value : values) out.push(value);
  return out;
}

/// Lengths of the batches that a stream gives until its end.
std::vector<std::int64_t> lengths(::ArrowArrayStream& stream) {
  std::vector<std::int64_t> out;
  while (true) {
    Held<::ArrowArray> batch;
    EXPECT_EQ(stream.get_next(&stream, &batch), 0);
    if (batch.release == nullptr) return out;
    out.push_back(batch.length);
  }
}

bool bit_at(const void* bits, std::size_t row) {
  return ((static_cast<const std::uint8_t*>(bits)[row / 8] >> (row % 8)) & 1U) != 0;
}

TEST(ArrowStream, NamesTypesAsTheStandardDoes) {
  Batch batch;
  for (const Type type :
       {Type::Bool, Type::Int32, Type::Int64, Type::Double, Type::Quantity, Type::Price, Type::Day,
        Type::Instant, Type::Symbol, Type::Text, Type::Number}) {
    batch.add({std::string{columns::to_string(type)}, type});
  }
  batch.add({"label", kGrades});
  Held<::ArrowSchema> schema;

  export_arrow_schema(batch, schema);

  std::vector<std::string> formats;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    formats.emplace_back(schema.children[i]->format);
    EXPECT_EQ(schema.children[i]->flags, 2);  // nullable
    EXPECT_EQ(schema.children[i]->name, batch.column(static_cast<std::size_t>(i)).name());
  }
  EXPECT_STREQ(schema.format, "+s");
  EXPECT_THAT(formats, ElementsAre("b", "i", "l", "g", "d:18,6", "d:18,9", "tdD", "tsn:UTC", "u",
                                   "u", "u", "u"));
}

TEST(ArrowStream, NumbersTheSecondColumnOfAName) {
  const Batch batch{{numbers("a", 1), numbers("a", 1), numbers("a_1", 1)}};
  Held<::ArrowSchema> schema;

  export_arrow_schema(batch, schema);

  EXPECT_STREQ(schema.children[0]->name, "a");
  EXPECT_STREQ(schema.children[1]->name, "a_2");
  EXPECT_STREQ(schema.children[2]->name, "a_1");
}

TEST(ArrowStream, LendsTheValuesOfPlainColumns) {
  Batch batch{{numbers("n", 3)}};
  batch.column(0).push_missing();
  const auto table = shared(std::move(batch));
  Held<::ArrowArrayStream> stream;
  export_arrow_stream(table, stream);
  Held<::ArrowArray> rows;

  ASSERT_EQ(stream.get_next(&stream, &rows), 0);

  const ::ArrowArray& column = *rows.children[0];
  EXPECT_EQ(column.buffers[1], table->column(0).values<std::int64_t>().data());
  EXPECT_EQ(column.null_count, 1);
  EXPECT_TRUE(bit_at(column.buffers[0], 2));
  EXPECT_FALSE(bit_at(column.buffers[0], 3));
}

TEST(ArrowStream, LeavesTheBitsOutWhereNothingIsMissing) {
  const auto table = shared(sample_batch());
  Held<::ArrowArrayStream> stream;
  export_arrow_stream(table, stream);
  Held<::ArrowArray> rows;

  ASSERT_EQ(stream.get_next(&stream, &rows), 0);

  for (std::int64_t i = 0; i < rows.n_children; ++i) {
    const ::ArrowArray& column = *rows.children[i];
    EXPECT_EQ(column.buffers[0] == nullptr, column.null_count == 0) << i;
    EXPECT_EQ(column.length, 3) << i;
  }
  EXPECT_EQ(rows.children[0]->null_count, 0);
  EXPECT_GT(rows.children[1]->null_count, 0);
}

TEST(ArrowStream, WritesDecimalsAsTwoWords) {
  Column shares{"shares", Type::Quantity};
  shares.push<std::int64_t>(1'500'000);
  shares.push<std::int64_t>(-1);
  Held<::ArrowArrayStream> stream;
  export_arrow_stream(shared(Batch{{std::move(shares)}}), stream);
  Held<::ArrowArray> rows;

  ASSERT_EQ(stream.get_next(&stream, &rows), 0);

  std::vector<std::int64_t> words(4);
  std::memcpy(words.data(), rows.children[0]->buffers[1], 32);
  EXPECT_THAT(words, ElementsAre(1'500'000, 0, -1, -1));
}

TEST(ArrowStream, KeepsTheTableWhileAColumnIsHeld) {
  auto table = shared(Batch{{numbers("n", 1000), numbers("m", 1000)}});
  const std::weak_ptr<const Batch> watched = table;
  Held<::ArrowArray> kept;
  {
    Held<::ArrowArrayStream> stream;
    export_arrow_stream(std::move(table), stream);
    Held<::ArrowArray> rows;
    ASSERT_EQ(stream.get_next(&stream, &rows), 0);
    // A reader may take a column away from its parent.
    static_cast<::ArrowArray&>(kept) = *rows.children[1];
    rows.children[1]->release = nullptr;
  }

  ASSERT_FALSE(watched.expired());
  EXPECT_EQ(static_cast<const std::int64_t*>(kept.buffers[1])[999], 999);
  kept.release(&kept);
  EXPECT_EQ(kept.release, nullptr);
  EXPECT_TRUE(watched.expired());
}

TEST(ArrowStream, CutsBatchesByRows) {
  Held<::ArrowArrayStream> stream;
  export_arrow_stream(shared(Batch{{numbers("n", 10)}}), stream, {.batch_rows = 4});

  EXPECT_THAT(lengths(stream), ElementsAre(4, 4, 2));
}

TEST(ArrowStream, LendsTheRightRowsOfLaterBatches) {
  Batch batch{{numbers("n", 10), texts("t", std::vector<std::string>(10, "x"))}};
  batch.column(0).validity().set_missing(5, 10);
  Held<::ArrowArrayStream> stream;
  export_arrow_stream(shared(std::move(batch)), stream, {.batch_rows = 4});
  Held<::ArrowArray> first;
  Held<::ArrowArray> second;

  ASSERT_EQ(stream.get_next(&stream, &first), 0);
  ASSERT_EQ(stream.get_next(&stream, &second), 0);

  const ::ArrowArray& column = *second.children[0];
  EXPECT_EQ(static_cast<const std::int64_t*>(column.buffers[1])[0], 4);
  EXPECT_EQ(column.null_count, 1);
  EXPECT_TRUE(bit_at(column.buffers[0], 0));
  EXPECT_FALSE(bit_at(column.buffers[0], 1));
  EXPECT_EQ(first.children[0]->null_count, 0);
}

TEST(ArrowStream, CutsBatchesByTheirTexts) {
  const auto table = shared(Batch{{texts("t", {"12345", "12345", "1", "12345678901234", "1"})}});
  Held<::ArrowArrayStream> stream;
  export_arrow_stream(table, stream, {.batch_text_bytes = 10});

  EXPECT_THAT(lengths(stream), ElementsAre(2, 1, 1, 1));
}

TEST(ArrowStream, GivesOneEmptyBatchOfATableWithoutRows) {
  Batch batch = sample_batch();
  batch.clear();
  Held<::ArrowArrayStream> stream;
  export_arrow_stream(shared(std::move(batch)), stream);
  Held<::ArrowArray> rows;

  ASSERT_EQ(stream.get_next(&stream, &rows), 0);

  EXPECT_EQ(rows.length, 0);
  for (std::int64_t i = 0; i < rows.n_children; ++i) {
    const ::ArrowArray& column = *rows.children[i];
    for (std::int64_t buffer = 1; buffer < column.n_buffers; ++buffer) {
      EXPECT_NE(column.buffers[buffer], nullptr) << i;
    }
  }
  EXPECT_THAT(lengths(stream), ElementsAre());
}

TEST(ArrowStream, TellsWhichDecimalDoesNotFit) {
  Column shares{"shares", Type::Quantity};
  shares.push<std::int64_t>(1'000'000'000'000'000'000);
  Held<::ArrowArrayStream> stream;
  export_arrow_stream(shared(Batch{{std::move(shares)}}), stream);
  Held<::ArrowArray> rows;

  EXPECT_NE(stream.get_next(&stream, &rows), 0);

  ASSERT_NE(stream.get_last_error(&stream), nullptr);
  EXPECT_THAT(std::string{stream.get_last_error(&stream)}, HasSubstr("shares"));
  EXPECT_EQ(rows.release, nullptr);
}

TEST(ArrowStream, MakesBytesThatAreNoTextReadable) {
  Held<::ArrowArrayStream> stream;
  export_arrow_stream(shared(Batch{{texts("t", {"a\xFF"})}}), stream);
  Held<::ArrowArray> rows;

  ASSERT_EQ(stream.get_next(&stream, &rows), 0);

  const auto* bytes = static_cast<const char*>(rows.children[0]->buffers[2]);
  EXPECT_EQ((std::string_view{bytes, 4}), "a\xEF\xBF\xBD");
}

}  // namespace
}  // namespace offex::render
