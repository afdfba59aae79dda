// pyarrow as judge of what the Arrow writer makes.
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/render/writers.hpp"

#include "render/arrow_tables.hpp"
#include "support/arrow_check.hpp"
#include "support/scratch.hpp"

namespace offex::render {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;
using test_support::read_arrow_file;
using testing::HasSubstr;

/// pyarrow reads what we write as our JSON has it.
class ArrowOracle : public testing::Test {
 protected:
  void SetUp() override {
    if (!test_support::python_with_pyarrow()) {
      GTEST_SKIP() << "no pyarrow: tools/setup.sh puts it into build/venv";
    }
  }
  void expect_read(const std::string& arrow, const Batch& batch, const std::string& said) {
    std::string json;
    ASSERT_TRUE(write_all(*make_jsonl_writer(append_to(json)), batch));
    const auto outcome = test_support::arrow_check("jsonl", scratch_.write("x.arrow", arrow),
                                                   scratch_.write("x.jsonl", json));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, said);
  }
  static std::string sample_words() {
    std::string out;
    for (const std::string& line : sample_types()) out += line + '\n';
    return out;
  }

  test_support::ScratchFolder scratch_;
};

TEST_F(ArrowOracle, ReadsEveryTypeOfAFile) {
  const ArrowOptions options{.notes = {{.key = "offex.note.1", .value = "as of 2026-04-17"}}};
  expect_read(written(sample_batch(), options), sample_batch(),
              sample_words() + "offex.note.1 = as of 2026-04-17\n3 rows\n");
}

TEST_F(ArrowOracle, ReadsAStream) {
  expect_read(stream_of(sample_batch()), sample_batch(), sample_words() + "3 rows\n");
}

TEST_F(ArrowOracle, ReadsATableWithoutRows) {
  Batch empty = sample_batch();
  empty.clear();
  expect_read(written(empty), empty, sample_words() + "0 rows\n");
  expect_read(stream_of(empty), empty, sample_words() + "0 rows\n");
}

TEST_F(ArrowOracle, ReadsManyBatchesOfAnyValues) {
  std::mt19937_64 random{20260303};
  Batch batch = random_batch(1'000, random);
  // Years beyond 9999 and texts that are no number are beyond JSON's and Python's types.
  std::erase_if(batch.columns(), [](const Column& column) {
    return column.type() == Type::Day || column.type() == Type::Number;
  });
  std::string said;
  for (const std::string& line : types_of(read_arrow_file(written(batch, {.batch_rows = 64})))) {
    said += line + '\n';
  }
  expect_read(written(batch, {.batch_rows = 64}), batch, said + "1000 rows\n");
}

TEST_F(ArrowOracle, NoticesACellThatDiffers) {
  Batch other = sample_batch();
  other.find("close")->values<std::int64_t>()[1] += 1;
  std::string json;
  ASSERT_TRUE(write_all(*make_jsonl_writer(append_to(json)), other));
  const auto outcome = test_support::arrow_check(
      "jsonl", scratch_.write("x.arrow", written(sample_batch())), scratch_.write("x.jsonl", json));
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("close, row 1"));
}

}  // namespace
}  // namespace offex::render
