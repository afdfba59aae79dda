#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/columns/batch.hpp"
#include "offex/render/text_width.hpp"
#include "offex/render/writers.hpp"

#include "render/golden.hpp"
#include "render/sample_table.hpp"

namespace offex::render {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Shown {
  std::string text;
  std::vector<std::string> notes;
};

Shown shown(const Batch& batch, const TableView& view, TerminalOptions options = {}) {
  Shown out;
  const auto writer = make_table_writer(append_to(out.text), view, options);
  EXPECT_TRUE(write_all(*writer, batch));
  out.notes.assign(writer->notes().begin(), writer->notes().end());
  return out;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines{""};
  for (const char byte : text) {
    if (byte == '\n') {
      lines.emplace_back();
    } else {
      lines.back().push_back(byte);
    }
  }
  lines.pop_back();
  return lines;
}

Batch one_cell(Type type, auto value, const char* name = "x") {
  Batch batch;
  batch.add(Column{name, type}).push(value);
  return batch;
}

/// The only cell of a plain one-column table.
std::string cell_of(const Batch& batch, ColumnFormat format = {}) {
  format.column = "x";
  std::string line = lines_of(shown(batch, {.columns = {format}}, {.unicode = false}).text)[3];
  line = line.substr(1, line.size() - 2);
  const std::size_t first = line.find_first_not_of(' ');
  return line.substr(first, line.find_last_not_of(' ') - first + 1);
}

TEST(Table, WideTerminalShowsEveryTypeAndMissingCells) {
  const Shown wide = shown(sample_batch(), sample_view(), {.width = 250});
  expect_golden("wide.txt", wide.text);
  EXPECT_THAT(wide.notes, IsEmpty());
}

TEST(Table, NarrowTerminalDropsColumnsByPriorityAndSaysWhich) {
  const Shown narrow = shown(sample_batch(), sample_view(), {.width = 80});
  expect_golden("narrow.txt", narrow.text);
  ASSERT_EQ(narrow.notes.size(), 1U);
  EXPECT_EQ(narrow.notes[0],
            "7 columns left out to fit 80 cells: known_from, turnover, note, grade, has_otc, "
            "streak, trades");
  for (const std::string& line : lines_of(narrow.text)) EXPECT_LE(display_width(line), 80U);
}

TEST(Table, AsciiTerminalGetsPlainLines) {
  const Shown plain = shown(sample_batch(), sample_view(), {.width = 80, .unicode = false});
  expect_golden("ascii.txt", plain.text);
  EXPECT_EQ(plain.text.find_first_of("\x80\xE2"), std::string::npos);
}

TEST(Table, ColourMarksOnlySignedData) {
  const Shown coloured = shown(sample_batch(), sample_view(), {.width = 80, .colour = true});
  EXPECT_THAT(coloured.text, HasSubstr("\x1b[38;5;208m-2.50\x1b[0m"));
  EXPECT_THAT(coloured.text, HasSubstr("\x1b[38;5;33m+0.75\x1b[0m"));
  std::size_t escapes = 0;
  for (const char byte : coloured.text) escapes += byte == '\x1b' ? 1 : 0;
  EXPECT_EQ(escapes, 4U);
}

TEST(Table, NoColourMeansNoEscapeAtAll) {
  EXPECT_THAT(shown(sample_batch(), sample_view()).text, Not(HasSubstr("\x1b")));
}

TEST(Table, ColumnsThatMustStayGetALineAValueWhereNoTableFits) {
  const TableView view{.columns = {{.column = "ticker", .drop_priority = 0}}};
  const Shown tiny =
      shown(one_cell(Type::Text, std::string(30, 'x'), "ticker"), view, {.width = 20});
  const std::string rule = "\u2500";
  std::string line;
  for (int i = 0; i < 20; ++i) line += rule;
  EXPECT_THAT(lines_of(tiny.text), ElementsAre(line, "ticker", std::string(20, 'x'),
                                               std::string(10, ' ') + std::string(10, 'x'), line));
  EXPECT_THAT(tiny.notes,
              ElementsAre("the narrowest table is 34 cells wide, the terminal 20: a line for each "
                          "value"));
}

TEST(Table, NoLineIsWiderThanTheTerminalWhateverItsWidth) {
  TableView view = sectioned_view();
  for (int width = 20; width <= 200; ++width) {
    for (const bool unicode : {true, false}) {
      const Shown fitted =
          shown(sample_batch(), view, {.width = width, .unicode = unicode, .definitions = true});
      for (const std::string& line : lines_of(fitted.text)) {
        ASSERT_LE(display_width(line), static_cast<std::size_t>(width)) << line;
      }
    }
  }
}

TEST(Table, SectionsAveragesFactsAndDefinitionsStandAroundTheRows) {
  const Shown full = shown(sample_batch(), sectioned_view(), {.width = 120, .definitions = true});
  expect_golden("sections.txt", full.text);
}

TEST(Table, CardsShowEveryColumn) {
  const Shown cards = shown(sample_batch(), sectioned_view(), {.width = 24});
  expect_golden("cards.txt", cards.text);
}

TEST(Table, DefinitionsWaitUntilTheyAreAskedFor) {
  EXPECT_THAT(shown(sample_batch(), sectioned_view()).text, Not(HasSubstr("below 1 is")));
}

TEST(Table, DefinitionsOfColumnsThatAreLeftOutAreLeftOut) {
  const std::string text =
      shown(sample_batch(), sectioned_view(), {.width = 50, .definitions = true}).text;
  EXPECT_THAT(text, HasSubstr("below 1 is"));
  EXPECT_THAT(text, Not(HasSubstr("how far from usual")));
}

TEST(Table, SectionsSurviveTheColumnsThatAreLeftOut) {
  TableView view;
  view.columns = {{.column = "a", .drop_priority = 0, .section = "Short sale"},
                  {.column = "b", .drop_priority = 2, .section = "Short sale"},
                  {.column = "c", .drop_priority = 0, .section = "Lit"}};
  Batch batch;
  for (const char* name : {"a", "b", "c"}) {
    batch.add(Column{name, Type::Int32}).push<std::int32_t>(123456);
  }
  EXPECT_THAT(
      lines_of(shown(batch, view, {.width = 23, .unicode = false}).text),
      ElementsAre("+------------+--------+", "| Short sale | Lit    |", "|          a |      c |",
                  "+------------+--------+", "|     123456 | 123456 |", "+------------+--------+"))
      << "the heading of a section needs its cells, too";
}

TEST(Table, AlignsTextsOfAnyScript) {
  Batch batch;
  Column& name = batch.add(Column{"name", Type::Text});
  for (const char* text : {"abc", "Nestl\u00e9", "\u6771\u4eac", "e\u0301x"}) {
    name.push<std::string>(text);
  }
  const auto lines = lines_of(shown(batch, {}).text);
  for (const std::string& line : lines) EXPECT_EQ(display_width(line), 10U) << line;
}

TEST(Table, ControlCharactersCannotReachTheTerminal) {
  const std::string text =
      shown(one_cell(Type::Text, std::string{"\x1b[2Jevil\r\n\u202e"}), {}).text;
  EXPECT_THAT(text, HasSubstr("\\x1B[2Jevil\\x0D\\x0A\uFFFD"));
}

TEST(Table, AnEmptyTableSaysSo) {
  Batch batch;
  batch.add(Column{"x", Type::Int32});
  EXPECT_THAT(shown(batch, {}).text, HasSubstr("no rows\n"));
}

TEST(Table, SharesAreRoundedExactlyAndSeparated) {
  EXPECT_EQ(cell_of(one_cell(Type::Quantity, std::int64_t{1'234'567'499'999})), "1,234,567");
  EXPECT_EQ(cell_of(one_cell(Type::Quantity, std::int64_t{1'234'567'500'000})), "1,234,568");
  EXPECT_EQ(cell_of(one_cell(Type::Quantity, std::int64_t{999'999'999'999})), "1,000,000");
  EXPECT_EQ(cell_of(one_cell(Type::Quantity, std::int64_t{5'000}), {.decimals = 2}), "0.01");
}

TEST(Table, PricesBelowADollarShowFourDecimals) {
  EXPECT_EQ(cell_of(one_cell(Type::Price, std::int64_t{12'345'000'000})), "12.35");
  EXPECT_EQ(cell_of(one_cell(Type::Price, std::int64_t{12'340'000})), "0.0123");
  EXPECT_EQ(cell_of(one_cell(Type::Price, std::int64_t{5'000'000'000}), {.decimals = 12}),
            "5.000000000000");
}

TEST(Table, PercentMovesThePoint) {
  EXPECT_EQ(cell_of(one_cell(Type::Double, 0.43125), {.percent = true}), "43.1%");
  EXPECT_EQ(cell_of(one_cell(Type::Quantity, std::int64_t{431'250}), {.percent = true}), "43.1%");
}

TEST(Table, ZeroHasNoSign) {
  EXPECT_EQ(cell_of(one_cell(Type::Double, -0.001), {.decimals = 2, .signed_colour = true}),
            "0.00");
  EXPECT_EQ(cell_of(one_cell(Type::Double, 0.0), {.signed_colour = true}), "0.0000");
}

TEST(Table, DoublesOfOddSizeKeepTheirMagnitude) {
  EXPECT_EQ(cell_of(one_cell(Type::Double, 0.00000123)), "1.23e-06");
  EXPECT_EQ(cell_of(one_cell(Type::Double, 3e20)), "3e+20");
  EXPECT_EQ(cell_of(one_cell(Type::Double, 1234567.5), {.decimals = 1, .thousands = true}),
            "1,234,567.5");
}

TEST(Table, TheMostNegativeIntegerIsShownWhole) {
  EXPECT_EQ(
      cell_of(one_cell(Type::Int64, std::numeric_limits<std::int64_t>::min()), {.thousands = true}),
      "-9,223,372,036,854,775,808");
}

TEST(TextWidth, CountsCellsNotBytes) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("\u00e9"), 1U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width("\u6771"), 2U);
  EXPECT_EQ(display_width("\U0001F4C8"), 2U);
  EXPECT_EQ(display_width("\xff\xc0\x80"), 3U);
}

TEST(TextWidth, WrapsAtSpacesAndKeepsLongWords) {
  EXPECT_THAT(wrap_text("a bb ccc", 4), ElementsAre("a bb", "ccc"));
  EXPECT_THAT(wrap_text("abcdefgh ij", 4), ElementsAre("abcdefgh", "ij"));
  EXPECT_THAT(wrap_text("a b", 0), ElementsAre("a b"));
}

}  // namespace
}  // namespace offex::render
