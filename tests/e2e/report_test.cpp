// The page about an evening: on a simulated market, with and without gnuplot.
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "offex/render/gnuplot.hpp"

#include "e2e/offex_program.hpp"

namespace offex::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::size_t count_of(const std::string& text, std::string_view word) {
  std::size_t out = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    ++out;
  }
  return out;
}

class ReportCommandTest : public OffexTest {
 protected:
  void SetUp() override {
    const fs::path market = offex_.simulate(60, 35);
    // A sector whose name would be markup, if it were written as it is.
    offex_.write("reference.csv",
                 "symbol,name,type,sector,industry,market_cap,shares_outstanding,known_from\n"
                 "BRK.B,<i>Name</i>,CS,<b>Sector</b>,,,,2026-03-10\n");
    offex_.must({"import", (market / "reference").string(), (market / "short").string(),
                 (market / "bars").string(), "-q"});
    offex_.must({"import", "reference.csv", "-q"});
    offex_.must({"build", "-q"});
  }
  static void skip_without_gnuplot() {
    const char* path = std::getenv("PATH");
    if (path == nullptr || !render::find_gnuplot(path)) {
      GTEST_SKIP() << "gnuplot is not installed";
    }
  }
  [[nodiscard]] std::string page(const fs::path& path) const {
    std::ifstream in{offex_.folder() / path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
};

TEST_F(ReportCommandTest, HasFiguresTablesAndWhatIsMissingInOneFile) {
  skip_without_gnuplot();
  if (IsSkipped()) return;
  std::string path = offex_.must({"report", "-q"});
  ASSERT_FALSE(path.empty());
  path.pop_back();
  EXPECT_THAT(path, HasSubstr("out/2026-04-17/report/market_"));
  const std::string html = page(path);

  // The scan, the market, the group and four tickers.
  EXPECT_EQ(count_of(html, "<img alt="), 7U);
  EXPECT_EQ(count_of(html, "src=\"data:image/svg+xml;base64,"), 7U);
  for (const char* heading :
       {"The scan of the evening", "The market, day by day", "The first names of the scan",
        "Features", "What is missing, and why", "The database check", "What the store holds"}) {
    EXPECT_TRUE(html.contains(std::string{heading} + "</h2>")) << heading;
  }
  EXPECT_TRUE(html.contains("FINRA does not publish trade direction"));
  EXPECT_TRUE(html.contains("no weekly file tells of them: offex sync weekly"));
}

TEST_F(ReportCommandTest, FetchesNothingAndRunsNothing) {
  std::string path = offex_.must({"report", "-q"});
  path.pop_back();
  const std::string html = page(path);
  EXPECT_FALSE(html.contains("http://"));
  EXPECT_FALSE(html.contains("https://"));
  EXPECT_FALSE(html.contains("<script"));
  EXPECT_FALSE(html.contains("<link"));
  EXPECT_TRUE(html.contains("default-src 'none'"));
}

TEST_F(ReportCommandTest, IsNeverOverwrittenUnlessForced) {
  offex_.must({"report", "-o", "r.html", "-q"});
  const std::string first = page("r.html");
  const ProcessOutcome again = offex_.run({"report", "-o", "r.html"});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("r.html: the file exists; --force replaces it"));
  EXPECT_TRUE(page("r.html") == first);
  offex_.must({"report", "-o", "r.html", "--force", "-q"});
  EXPECT_TRUE(page("r.html") == first) << "the same question has the same page";
}

TEST_F(ReportCommandTest, WithoutGnuplotHasItsTablesAndSaysHowToInstallIt) {
  offex_.set_variable("PATH", "/nonexistent");
  offex_.must({"report", "-o", "r.html", "-q"});
  const std::string html = page("r.html");
  EXPECT_EQ(count_of(html, "<img"), 0U);
  EXPECT_TRUE(html.contains("apt-get install gnuplot-nox"));
  EXPECT_TRUE(html.contains("The scan of the evening"));
  EXPECT_TRUE(html.contains("<table>"));
}

TEST_F(ReportCommandTest, LooksAtAGroupOnADateAndEscapesItsName) {
  offex_.must({"report", "--group", "<b>Sector</b>", "--date", "2026-04-10", "-o", "r.html", "-q"});
  const std::string html = page("r.html");
  EXPECT_TRUE(html.contains("2026-04-10</h1>"));
  EXPECT_TRUE(html.contains("&lt;b&gt;Sector&lt;/b&gt;</h2>"));
  EXPECT_FALSE(html.contains("<b>Sector"));
  EXPECT_TRUE(html.contains("BRK.B"));
  const ProcessOutcome unknown = offex_.run({"report", "--group", "Nothing", "-o", "n.html"});
  EXPECT_EQ(unknown.exit_code, 3);
  EXPECT_FALSE(fs::exists(offex_.folder() / "n.html"));
}

TEST_F(ReportCommandTest, TellsOfAnEveningThatIsOverWhatWasKnownThen) {
  offex_.must({"report", "--date", "2026-04-10", "-o", "then.html", "-q"});
  const std::string then = page("then.html");
  EXPECT_TRUE(then.contains("2026-04-10 23:59 ET"));
  EXPECT_TRUE(then.contains("<dt>Newest daily file</dt><dd>2026-04-10</dd>"));
  const ProcessOutcome saturday = offex_.run({"report", "--date", "2026-04-11", "-o", "s.html"});
  EXPECT_EQ(saturday.exit_code, 3);
  EXPECT_THAT(saturday.err, HasSubstr("2026-04-11 is no session"));
}

TEST_F(ReportCommandTest, IsAPageAndNothingElse) {
  const ProcessOutcome csv = offex_.run({"report", "-o", "r.csv"});
  EXPECT_EQ(csv.exit_code, 2);
  EXPECT_THAT(csv.err, HasSubstr("a report is a .html file"));
}

}  // namespace
}  // namespace offex::e2e
