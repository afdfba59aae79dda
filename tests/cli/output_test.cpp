#include <cstdlib>
#include <filesystem>

#include "offex/render/gnuplot.hpp"

#include "cli/cli_run.hpp"

namespace offex::cli::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kDisclaimer =
    "FINRA does not publish trade direction for off-exchange volume.";

class OutputTest : public CommandTest {
 protected:
  void SetUp() override {
    import_day("20260302", {"AAPL|10|1|20", "MSFT|15|1|20"});
    import_day("20260303", {"AAPL|0|0|0"});
  }
  static std::vector<std::string> question(std::vector<std::string> flags = {}) {
    std::vector<std::string> out{"show", "AAPL", "--columns", "symbol,trade_date,short_ratio"};
    out.insert(out.end(), flags.begin(), flags.end());
    return out;
  }
  std::string file(const std::string& name) {
    return test_support::file_bytes(scratch_.path() / name);
  }
  std::string path(const std::string& name) { return (scratch_.path() / name).string(); }
};

TEST_F(OutputTest, EveryTextFormatHoldsTheSameRows) {
  const std::map<std::string, std::string> expected{
      {"csv", "symbol,trade_date,short_ratio\nAAPL,2026-03-02,0.5\nAAPL,2026-03-03,\n"},
      {"tsv", "symbol\ttrade_date\tshort_ratio\nAAPL\t2026-03-02\t0.5\nAAPL\t2026-03-03\t\n"},
      {"jsonl", R"({"symbol":"AAPL","trade_date":"2026-03-02","short_ratio":0.5})"
                "\n"
                R"({"symbol":"AAPL","trade_date":"2026-03-03","short_ratio":null})"
                "\n"},
      {"json", R"([
{"symbol":"AAPL","trade_date":"2026-03-02","short_ratio":0.5},
{"symbol":"AAPL","trade_date":"2026-03-03","short_ratio":null}
]
)"}};
  for (const auto& [format, text] : expected) {
    EXPECT_EQ(must(question({"-f", format})).out, text) << format;
    must(question({"-o", path("x." + format)}));
    EXPECT_EQ(file("x." + format), text) << format;
  }
}

TEST_F(OutputTest, MarkdownCarriesTheDisclaimer) {
  EXPECT_THAT(must(question({"-f", "md"})).out,
              AllOf(HasSubstr("| AAPL | 2026-03-02 | 50.0% |"), HasSubstr(kDisclaimer)));
}

TEST_F(OutputTest, ParquetIsAFile) {
  must(question({"-o", path("x.parquet")}));
  EXPECT_THAT(file("x.parquet"),
              AllOf(StartsWith("PAR1"), testing::EndsWith("PAR1"), HasSubstr(kDisclaimer)));
  EXPECT_EQ(run(question({"-f", "parquet"})).code, ExitCode::Usage);
}

TEST_F(OutputTest, TheFooterOfMachineFormatsGoesToStderr) {
  for (const char* format : {"csv", "tsv", "json", "jsonl"}) {
    const Outcome outcome = must(question({"-f", format}));
    EXPECT_THAT(outcome.out, Not(HasSubstr(kDisclaimer))) << format;
    EXPECT_THAT(outcome.err, HasSubstr(kDisclaimer)) << format;
  }
}

TEST_F(OutputTest, APipeGetsTabsAndATerminalGetsATable) {
  EXPECT_THAT(must(question()).out, StartsWith("symbol\ttrade_date\t"));
  terminal_ = true;
  EXPECT_THAT(must(question()).out,
              AllOf(HasSubstr("│ AAPL"), HasSubstr("50.0%"), HasSubstr(kDisclaimer)));
}

TEST_F(OutputTest, ATableFitsTheTerminalAndSaysWhatItLeftOut) {
  terminal_ = true;
  width_ = 60;
  const Outcome outcome = must({"show", "AAPL", "--no-color"});
  std::istringstream lines{outcome.out};
  std::string line;
  while (std::getline(lines, line)) {
    // The characters of a frame take three bytes each.
    const auto continued = std::ranges::count_if(
        line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; });
    EXPECT_LE(line.size() - static_cast<std::size_t>(continued), 60U) << line;
  }
  EXPECT_THAT(outcome.out + outcome.err, HasSubstr("16 columns left out to fit 60 cells: "));
}

TEST_F(OutputTest, ATerminalOfAsciiGetsAscii) {
  terminal_ = true;
  variables_["LC_ALL"] = "C";
  EXPECT_THAT(must(question()).out, AllOf(HasSubstr("| AAPL"), Not(HasSubstr("│"))));
  variables_["LC_ALL"] = "en_US.UTF-8";
  EXPECT_THAT(must(question()).out, HasSubstr("│ AAPL"));
}

TEST_F(OutputTest, DefinitionsAreShownWhenAskedFor) {
  terminal_ = true;
  const std::string formula = "short volume / total volume; divides by total_volume";
  EXPECT_THAT(must(question()).out, Not(HasSubstr(formula)));
  EXPECT_THAT(must(question({"--definitions"})).out, HasSubstr(formula));
}

TEST_F(OutputTest, APageIsDarkOrLightAndWhole) {
  const std::string page = must(question({"-f", "html"})).out;
  EXPECT_THAT(page, AllOf(StartsWith("<!doctype html>"), HasSubstr("color-scheme: dark;"),
                          HasSubstr("<td class=\"num\">50.0%</td>"), HasSubstr("</html>")));
  must(question({"-o", path("x.html"), "--theme", "light"}));
  EXPECT_THAT(file("x.html"), HasSubstr("color-scheme: light;"));
}

/// Runs with a gnuplot in the path, where one is installed.
class ImageOutputTest : public OutputTest {
 protected:
  void SetUp() override {
    OutputTest::SetUp();
    const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe)
    variables_["PATH"] = path == nullptr ? "" : path;
    if (!render::find_gnuplot(variables_["PATH"])) GTEST_SKIP() << "gnuplot is not installed";
  }
};

TEST_F(ImageOutputTest, APictureGoesToItsFile) {
  must(question({"-o", path("x.png")}));
  EXPECT_THAT(file("x.png"), StartsWith("\x89PNG"));
  EXPECT_EQ(run(question({"-o", path("x.png")})).code, ExitCode::Usage);
  must(question({"-o", path("x.png"), "--force"}));
}

TEST_F(ImageOutputTest, WithoutAFileAPictureGoesToTheOutputTree) {
  const Outcome outcome = must(question({"-f", "svg"}));
  const std::filesystem::path written{outcome.out.substr(0, outcome.out.find('\n'))};
  EXPECT_EQ(written, scratch_.path() / "home/out/2026-03-03/show" /
                         "AAPL_2026-03-02_2026-03-03_asof-20260305T120000Z_v2.svg");
  EXPECT_THAT(test_support::file_bytes(written), HasSubstr("50.0%"));
  const Outcome again = run(question({"-f", "svg"}));
  EXPECT_EQ(again.code, ExitCode::Usage);
  EXPECT_THAT(again.err, HasSubstr("--force"));
}

TEST_F(OutputTest, WithoutGnuplotAPictureSaysHowToInstallIt) {
  variables_["PATH"] = "";
  const Outcome outcome = run(question({"-o", path("x.png")}));
  EXPECT_EQ(outcome.code, ExitCode::NothingMatched);
  EXPECT_THAT(outcome.err, HasSubstr("apt-get install gnuplot"));
  EXPECT_FALSE(std::filesystem::exists(scratch_.path() / "x.png"));
}

TEST_F(OutputTest, NoColorLeavesNoEscapes) {
  terminal_ = true;
  const std::vector<std::string> signed_column{"show", "MSFT", "--columns",
                                               "symbol,net_short_volume"};
  EXPECT_THAT(must(signed_column).out, HasSubstr("\x1b["));
  auto flag = signed_column;
  flag.emplace_back("--no-color");
  EXPECT_THAT(must(flag).out, Not(HasSubstr("\x1b[")));
  variables_["NO_COLOR"] = "1";
  EXPECT_THAT(must(signed_column).out, Not(HasSubstr("\x1b[")));
}

TEST_F(OutputTest, TheFlagWinsOverTheExtension) {
  must(question({"-o", path("x.txt"), "-f", "csv"}));
  EXPECT_THAT(file("x.txt"), StartsWith("symbol,trade_date"));
}

TEST_F(OutputTest, AFileIsReplacedOnlyWithForce) {
  scratch_.write("x.csv", "mine");
  const Outcome outcome = run(question({"-o", path("x.csv")}));
  EXPECT_EQ(outcome.code, ExitCode::Usage);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("x.csv"), HasSubstr("--force")));
  EXPECT_EQ(file("x.csv"), "mine");
  must(question({"-o", path("x.csv"), "--force"}));
  EXPECT_THAT(file("x.csv"), StartsWith("symbol,"));
}

TEST_F(OutputTest, AFolderThatIsNotThereIsNamed) {
  const Outcome outcome = run(question({"-o", path("nowhere/x.csv")}));
  EXPECT_EQ(outcome.code, ExitCode::Internal);
  EXPECT_THAT(outcome.err, HasSubstr("nowhere/x.csv"));
}

TEST_F(OutputTest, LogAsJsonIsOneObjectALine) {
  const Outcome outcome = run({"show", "NOPE", "--log", "json"});
  EXPECT_EQ(outcome.err, "{\"level\":\"error\",\"message\":\"no symbol matches `NOPE`\"}\n");
}

TEST_F(OutputTest, StrictTurnsAWarningIntoExitSix) {
  scratch_.write("more/CNMSshvol20260304.txt", short_file("20260304", {"AAPL|1|0|2"}));
  scratch_.write("more/notes.txt", "tea\n");
  EXPECT_EQ(run({"import", path("more"), "--strict"}).code, ExitCode::Integrity);
  EXPECT_EQ(run({"import", path("more")}).code, ExitCode::Done);
}

class ProgressTest : public CommandTest {
 protected:
  void SetUp() override {
    for (const char* day : {"20260302", "20260303", "20260304"}) {
      scratch_.write("in/CNMSshvol" + std::string{day} + ".txt", short_file(day, {"AAPL|1|0|2"}));
    }
  }
  std::string talk(const std::string& mode) {
    return must({"import", (scratch_.path() / "in").string(), "--progress", mode}).err;
  }
};

TEST_F(ProgressTest, PlainIsALineOfText) {
  EXPECT_THAT(talk("plain"), AllOf(HasSubstr("import: 3/3 files (100%)"), Not(HasSubstr("\r"))));
}

TEST_F(ProgressTest, JsonIsAnObjectALine) {
  EXPECT_THAT(
      talk("json"),
      HasSubstr(R"("event":"progress","label":"import","unit":"files","done":3,"total":3)"));
}

TEST_F(ProgressTest, NoneAndAPipeAreSilent) {
  EXPECT_THAT(talk("none"), StartsWith("imported 3 of 3 files"));
  EXPECT_THAT(talk("auto"), StartsWith("imported 0 of 3 files"));
}

}  // namespace
}  // namespace offex::cli::test
