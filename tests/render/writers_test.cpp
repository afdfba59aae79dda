#include "offex/render/writers.hpp"

#include <cstdint>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/columns/batch.hpp"

#include "render/golden.hpp"
#include "render/sample_table.hpp"

namespace offex::render {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;
using testing::HasSubstr;
using testing::Not;

std::string written(TextFormat format, const Batch& batch, DelimitedOptions options = {}) {
  std::string text;
  const auto writer = make_writer(format, append_to(text), sample_view(), {}, std::move(options));
  EXPECT_TRUE(write_all(*writer, batch));
  return text;
}

Batch texts(std::initializer_list<const char*> values, const char* name = "text") {
  Batch batch;
  Column& column = batch.add(Column{name, Type::Text});
  for (const char* value : values) column.push<std::string>(value);
  return batch;
}

TEST(Writers, CsvShowsEveryTypeExactly) {
  expect_golden("sample.csv", written(TextFormat::Csv, sample_batch()));
}

TEST(Writers, TsvShowsEveryTypeExactly) {
  expect_golden("sample.tsv", written(TextFormat::Tsv, sample_batch()));
}

TEST(Writers, JsonShowsEveryTypeExactly) {
  expect_golden("sample.json", written(TextFormat::Json, sample_batch()));
}

TEST(Writers, JsonLinesShowsEveryTypeExactly) {
  expect_golden("sample.jsonl", written(TextFormat::Jsonl, sample_batch()));
}

TEST(Writers, MarkdownIsFormattedForPeople) {
  expect_golden("sample.md", written(TextFormat::Md, sample_batch()));
}

TEST(Writers, MachineCellsEqualTheExactTextOfTheColumns) {
  const Batch batch = sample_batch();
  for (std::size_t index = 0; index < batch.num_columns(); ++index) {
    const Column& column = batch.column(index);
    if (column.type() == Type::Text || column.type() == Type::Double) continue;  // quotes and NaN
    Batch single;
    single.add(column);
    std::string expected = column.name() + "\n";
    for (std::size_t row = 0; row < column.size(); ++row) {
      expected += columns::cell_text(column, row) + "\n";
    }
    EXPECT_EQ(written(TextFormat::Tsv, single), expected);
  }
}

TEST(Writers, CsvQuotesSeparatorsQuotesAndLineEnds) {
  EXPECT_EQ(written(TextFormat::Csv, texts({"a,b", "say \"x\"", "two\nlines", "cr\r", "plain"})),
            "text\n\"a,b\"\n\"say \"\"x\"\"\"\n\"two\nlines\"\n\"cr\r\"\nplain\n");
}

TEST(Writers, CsvTellsAnEmptyTextFromAMissingOne) {
  Batch batch = texts({""});
  batch.column(0).push_missing();
  Column& other = batch.add(Column{"n", Type::Int32});
  other.push<std::int32_t>(1);
  other.push<std::int32_t>(2);
  EXPECT_EQ(written(TextFormat::Csv, batch), "text,n\n\"\",1\n,2\n");
}

TEST(Writers, CsvNeverWritesABlankLineForARow) {
  Batch batch = texts({"x"});
  batch.column(0).push_missing();
  EXPECT_EQ(written(TextFormat::Csv, batch), "text\nx\n\"\"\n");
}

TEST(Writers, CsvTakesOtherHeadingsAndOtherWordsForBooleans) {
  Batch batch;
  batch.add(Column{"trade_date", Type::Day}).push<std::int32_t>(0);
  batch.add(Column{"has_otc", Type::Bool}).push<std::int8_t>(1);
  batch.add(Column{"has_lit", Type::Bool}).push<std::int8_t>(0);
  const DelimitedOptions seed{
      .renames = {{"trade_date", "date"}}, .true_word = "True", .false_word = "False"};
  EXPECT_EQ(written(TextFormat::Csv, batch, seed), "date,has_otc,has_lit\n1970-01-01,True,False\n");
}

TEST(Writers, TsvEscapesTabsLineEndsAndBackslashes) {
  EXPECT_EQ(written(TextFormat::Tsv, texts({"a\tb", "c\nd", "e\\f", "g\rh"})),
            "text\na\\tb\nc\\nd\ne\\\\f\ng\\rh\n");
}

TEST(Writers, JsonEscapesControlCharactersAndMendsBrokenUtf8) {
  EXPECT_EQ(written(TextFormat::Jsonl, texts({"q\" b\\ \x01", "\xff", "\xc3\xa9"})),
            "{\"text\":\"q\\\" b\\\\ \\u0001\"}\n{\"text\":\"\xEF\xBF\xBD\"}\n"
            "{\"text\":\"\xc3\xa9\"}\n");
}

TEST(Writers, JsonQuotesAWideNumberThatIsNotJson) {
  Batch batch;
  Column& column = batch.add(Column{"n", Type::Number});
  for (const char* text : {"-1.50", "01", "+1", ".5", "1."}) column.push<std::string>(text);
  EXPECT_EQ(written(TextFormat::Jsonl, batch),
            "{\"n\":-1.50}\n{\"n\":\"01\"}\n{\"n\":\"+1\"}\n{\"n\":\".5\"}\n{\"n\":\"1.\"}\n");
}

TEST(Writers, JsonOfNoRowsIsAnEmptyArray) {
  EXPECT_EQ(written(TextFormat::Json, texts({})), "[]\n");
  EXPECT_EQ(written(TextFormat::Jsonl, texts({})), "");
}

TEST(Writers, MarkdownKeepsATickerFromBecomingMarkup) {
  EXPECT_THAT(written(TextFormat::Md, texts({"<b>", "a|b", "*x*"})),
              HasSubstr("| &lt;b&gt; |\n| a\\|b |\n| \\*x\\* |\n"));
}

TEST(Writers, MachineFormatsCarryNoFooter) {
  for (const auto format :
       {TextFormat::Csv, TextFormat::Tsv, TextFormat::Json, TextFormat::Jsonl}) {
    EXPECT_THAT(written(format, sample_batch()), Not(HasSubstr("FINRA")));
  }
  EXPECT_THAT(written(TextFormat::Md, sample_batch()), HasSubstr("they are not observed"));
}

TEST(Writers, OutputDoesNotDependOnHowRowsAreSplitIntoBatches) {
  const Batch whole = sample_batch();
  for (const auto format : {TextFormat::Table, TextFormat::Csv, TextFormat::Tsv, TextFormat::Md,
                            TextFormat::Json, TextFormat::Jsonl}) {
    std::string text;
    const auto writer = make_writer(format, append_to(text), sample_view());
    ASSERT_TRUE(writer->begin(whole));
    for (std::size_t row = 0; row < whole.num_rows(); ++row) {
      Batch one = sample_batch();
      one.clear();
      for (std::size_t index = 0; index < whole.num_columns(); ++index) {
        one.column(index).push_from(whole.column(index), row);
      }
      ASSERT_TRUE(writer->rows(one));
    }
    ASSERT_TRUE(writer->end());
    EXPECT_EQ(text, written(format, whole)) << to_string(format);
  }
}

TEST(Writers, LargeOutputReachesTheSinkInPieces) {
  std::size_t pieces = 0;
  std::size_t bytes = 0;
  const auto writer = make_csv_writer([&](std::string_view piece) -> Result<void> {
    ++pieces;
    bytes += piece.size();
    return {};
  });
  Batch batch;
  Column& column = batch.add(Column{"n", Type::Int64});
  for (std::int64_t i = 0; i < 1'000'000; ++i) column.push<std::int64_t>(1234567);
  ASSERT_TRUE(write_all(*writer, batch));
  EXPECT_EQ(bytes, 2 + 8'000'000U);
  EXPECT_EQ(pieces, 8U);
}

TEST(Writers, AFailingSinkStopsTheWriter) {
  const auto broken = [](std::string_view) { return fail(base::ErrorCode::Io, "disk full"); };
  for (const auto format : {TextFormat::Table, TextFormat::Csv, TextFormat::Json}) {
    const auto writer = make_writer(format, broken, {});
    const auto outcome = write_all(*writer, sample_batch());
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().message, "disk full");
  }
}

TEST(Writers, FormatNamesReadBack) {
  for (const auto format : {TextFormat::Table, TextFormat::Csv, TextFormat::Tsv, TextFormat::Md,
                            TextFormat::Json, TextFormat::Jsonl}) {
    EXPECT_EQ(parse_text_format(to_string(format)), format);
  }
  EXPECT_EQ(parse_text_format("parquet"), std::nullopt);
}

}  // namespace
}  // namespace offex::render
