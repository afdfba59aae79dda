#include "cli/cli_run.hpp"
#include "support/arrow_reader.hpp"

namespace offex::cli::test {
namespace {

using test_support::ArrowCell;
using test_support::ArrowDouble;
using test_support::ArrowTable;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ArrowOutputTest : public CommandTest {
 protected:
  void SetUp() override {
    import_day("20260302", {"AAPL|10|1|20", "MSFT|15|1|20"});
    import_day("20260303", {"AAPL|0|0|0"});
  }
  static std::vector<std::string> question(std::vector<std::string> flags) {
    std::vector<std::string> out{"show", "AAPL", "--columns", "symbol,trade_date,short_ratio"};
    out.insert(out.end(), flags.begin(), flags.end());
    return out;
  }
  std::string path(const std::string& name) { return (scratch_.path() / name).string(); }
  std::string file(const std::string& name) { return test_support::file_bytes(path(name)); }
  static void expect_answer(const ArrowTable& table) {
    ASSERT_EQ(table.columns.size(), 3U);
    EXPECT_THAT(table.columns[0].cells, ElementsAre(ArrowCell{"AAPL"}, ArrowCell{"AAPL"}));
    EXPECT_THAT(table.columns[1].cells,
                ElementsAre(ArrowCell{std::int64_t{20'514}}, ArrowCell{std::int64_t{20'515}}));
    EXPECT_THAT(table.columns[2].cells, ElementsAre(ArrowCell{ArrowDouble{0.5}}, ArrowCell{}));
  }
};

TEST_F(ArrowOutputTest, AFileHasAFooterAndTheNotes) {
  for (const std::string name : {"x.arrow", "x.feather"}) {
    must(question({"-o", path(name)}));
    const ArrowTable table = test_support::read_arrow_file(file(name));
    expect_answer(table);
    ASSERT_FALSE(table.notes.empty());
    EXPECT_EQ(table.notes.front().first, "offex.note.1");
    EXPECT_THAT(table.notes, testing::Contains(testing::Pair(
                                 HasSubstr("offex.note."),
                                 HasSubstr("FINRA does not publish trade direction"))));
  }
}

TEST_F(ArrowOutputTest, APipeAndTheExtensionArrowsGetAStream) {
  const std::string piped = must(question({"-f", "arrow"})).out;
  expect_answer(test_support::read_arrow_stream(piped));
  must(question({"-o", path("x.arrows")}));
  EXPECT_EQ(file("x.arrows"), piped);
}

TEST_F(ArrowOutputTest, TheNotesAreNotToldTwice) {
  EXPECT_THAT(must(question({"-f", "arrow"})).err, Not(HasSubstr("FINRA does not publish")));
  EXPECT_THAT(must(question({"-f", "csv"})).err, HasSubstr("FINRA does not publish"));
}

TEST_F(ArrowOutputTest, ATerminalIsSparedTheBytes) {
  terminal_ = true;
  const Outcome outcome = run(question({"-f", "arrow"}));
  EXPECT_EQ(outcome.code, ExitCode::Usage);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("Arrow is binary, not for a terminal: add -o FILE, or pipe"));
  must(question({"-f", "arrow", "-o", path("x.bin")}));
  expect_answer(test_support::read_arrow_file(file("x.bin")));
}

}  // namespace
}  // namespace offex::cli::test
