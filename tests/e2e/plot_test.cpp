// Figures of a simulated market, as a user asks for them.
#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "e2e/offex_program.hpp"

namespace offex::e2e {
namespace {

namespace fs = std::filesystem;
using test_support::file_bytes;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

class PlotTest : public OffexTest {
 protected:
  void SetUp() override {
    offex_.set_variable("PATH", "/usr/local/bin:/usr/bin:/bin");
    has_gnuplot_ = false;
    for (const char* folder : {"/usr/local/bin", "/usr/bin", "/bin"}) {
      has_gnuplot_ = has_gnuplot_ || fs::exists(fs::path{folder} / "gnuplot");
    }
    const fs::path market = offex_.simulate(40, 40);
    offex_.must({"import", (market / "reference").string(), (market / "short").string(),
                 (market / "bars").string(), "-q"});
    std::istringstream names{offex_.query(
        "SELECT symbol FROM finra_short_consolidated WHERE trade_date = '2026-04-17' ORDER BY "
        "total_volume DESC, symbol LIMIT 2")};
    names >> first_ >> second_;
    before_ = files();
  }

  /// Names of all files but those of the store, relative to the folder of the test.
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator{offex_.folder()}) {
      const std::string name = fs::relative(entry.path(), offex_.folder()).string();
      // Streams of the processes of this test lie there, too.
      const bool ours = (!name.starts_with("home") || name.starts_with("home/out")) &&
                        !name.starts_with(".process");
      if (entry.is_regular_file() && ours) out.push_back(name);
    }
    std::ranges::sort(out);
    return out;
  }
  /// Files that were not there at the start.
  [[nodiscard]] std::vector<std::string> added() const {
    std::vector<std::string> out;
    std::ranges::set_difference(files(), before_, std::back_inserter(out));
    return out;
  }
  [[nodiscard]] std::vector<std::string> words(const std::vector<std::string>& more) const {
    std::vector<std::string> out{"plot", "ticker", first_, "--days", "20", "-q"};
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }
  [[nodiscard]] std::string bytes(const std::string& name) const {
    return file_bytes(offex_.folder() / name);
  }

  std::string first_;
  std::string second_;
  std::vector<std::string> before_;
  bool has_gnuplot_{false};
};

#define OFFEX_NEED_GNUPLOT() \
  if (!has_gnuplot_) GTEST_SKIP() << "gnuplot is not installed"

TEST_F(PlotTest, WritesWhatTheExtensionOrTheFormatSaysAndNothingElse) {
  OFFEX_NEED_GNUPLOT();
  EXPECT_EQ(offex_.must(words({"-o", "a.png"})), "a.png\n");
  offex_.must(words({"-o", "a.svg"}));
  offex_.must(words({"-o", "a.pdf"}));
  offex_.must(words({"-o", "a.html"}));
  offex_.must(words({"-f", "svg", "-o", "b"}));
  EXPECT_THAT(added(), ElementsAre("a.html", "a.pdf", "a.png", "a.svg", "b"));
  EXPECT_THAT(bytes("a.png"), StartsWith("\x89PNG"));
  EXPECT_THAT(bytes("a.pdf"), StartsWith("%PDF"));
  EXPECT_THAT(bytes("a.svg"), AllOf(HasSubstr("</svg>"), HasSubstr(first_)));
  EXPECT_EQ(bytes("b"), bytes("a.svg"));
}

TEST_F(PlotTest, APageFetchesAndRunsNothing) {
  OFFEX_NEED_GNUPLOT();
  offex_.must(words({"-o", "a.html"}));
  EXPECT_THAT(
      bytes("a.html"),
      AllOf(HasSubstr("Content-Security-Policy"), HasSubstr("data:image/svg+xml;base64,"),
            Not(HasSubstr("src=\"http")), Not(HasSubstr("<script")), Not(HasSubstr("<link"))));
}

TEST_F(PlotTest, APageLeavesTheFileBesideIt) {
  OFFEX_NEED_GNUPLOT();
  offex_.write("a.html.svg", "mine");
  offex_.must(words({"-o", "a.html"}));
  EXPECT_EQ(bytes("a.html.svg"), "mine");
  EXPECT_THAT(added(), ElementsAre("a.html", "a.html.svg"));
}

TEST_F(PlotTest, GoesToTheOutputTreeAndReplacesNothingUnasked) {
  OFFEX_NEED_GNUPLOT();
  const std::string said = offex_.must(words({}));
  ASSERT_THAT(added(), SizeIs(1));
  EXPECT_EQ(said, added()[0] + "\n");
  EXPECT_THAT(said, StartsWith("home/out/2026-04-17/ticker/" + first_ + "_2026-03-20_2026-04-17"));
  const ProcessOutcome again = offex_.run(words({}));
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("--force"));
  EXPECT_EQ(offex_.must(words({"--force"})), said);
  EXPECT_THAT(added(), SizeIs(1));
}

TEST_F(PlotTest, SeveralTickersNeedAFolder) {
  OFFEX_NEED_GNUPLOT();
  offex_.must(words({second_, "-o", "figures/"}));
  EXPECT_THAT(added(), SizeIs(2));
  for (const std::string& name : added()) EXPECT_THAT(name, StartsWith("figures/"));
  const ProcessOutcome one = offex_.run(words({second_, "-o", "one.png"}));
  EXPECT_EQ(one.exit_code, 2);
  EXPECT_THAT(one.err, HasSubstr("2 figures need a folder"));
  EXPECT_THAT(added(), SizeIs(2));
}

TEST_F(PlotTest, KeepsAScriptThatDrawsTheSamePicture) {
  OFFEX_NEED_GNUPLOT();
  offex_.must(words({"-o", "a.png", "--script", "a.gp"}));
  const std::string drawn = bytes("a.png");
  fs::remove(offex_.folder() / "a.png");
  test_support::Process process{
      "/usr/bin/env", {"gnuplot", "-d", "a.gp"}, {.folder = offex_.folder()}};
  EXPECT_EQ(process.finish().exit_code, 0);
  EXPECT_EQ(bytes("a.png"), drawn);
}

TEST_F(PlotTest, TwiceAndOnSeveralThreadsHasTheSameBytes) {
  OFFEX_NEED_GNUPLOT();
  offex_.must(words({"-o", "a.svg", "--threads", "1"}));
  offex_.must(words({"-o", "b.svg", "--threads", "3"}));
  EXPECT_EQ(bytes("a.svg"), bytes("b.svg"));
}

TEST_F(PlotTest, AnswersAsOfAnEarlierEvening) {
  OFFEX_NEED_GNUPLOT();
  offex_.must(words({"-o", "then.svg", "--asof", "2026-04-10"}));
  EXPECT_THAT(bytes("then.svg"), AllOf(HasSubstr("to 2026-04-10"), Not(HasSubstr("2026-04-17"))));
}

TEST_F(PlotTest, ShowsThePanelsThatItIsAskedFor) {
  OFFEX_NEED_GNUPLOT();
  offex_.must(words({"-o", "a.svg", "--panels", "price,short", "--theme", "dark"}));
  EXPECT_THAT(bytes("a.svg"), AllOf(HasSubstr("Price"), HasSubstr("Short ratio"),
                                    HasSubstr("#12161c"), Not(HasSubstr("Who trades it"))));
  offex_.must(words({"-o", "b.svg", "--panels", "all", "--time", "known", "--price", "top"}));
  EXPECT_THAT(bytes("b.svg"), AllOf(HasSubstr("Surprise"), HasSubstr("where they became public")));
}

TEST_F(PlotTest, RefusesWhatItDoesNotKnow) {
  const ProcessOutcome panel = offex_.run(words({"-o", "a.png", "--panels", "share,nope"}));
  EXPECT_EQ(panel.exit_code, 2);
  EXPECT_THAT(panel.err, AllOf(HasSubstr("no panel `nope`"), HasSubstr("share, mix, short")));
  EXPECT_EQ(offex_.run(words({"-o", "a.gif"})).exit_code, 2);
  EXPECT_EQ(offex_.run(words({"-o", "a.png", "--theme", "pink"})).exit_code, 2);
  EXPECT_EQ(offex_.run({"plot", "ticker", "NOSUCH", "-o", "a.png"}).exit_code, 3);
  EXPECT_THAT(added(), IsEmpty());
}

TEST_F(PlotTest, WithoutGnuplotSaysHowToInstallItAndDoesAllElse) {
  offex_.set_variable("PATH", "/nowhere");
  const ProcessOutcome outcome = offex_.run(words({"-o", "a.png"}));
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("apt-get install gnuplot-nox"));
  EXPECT_THAT(added(), IsEmpty());
  EXPECT_EQ(offex_.run(words({"-o", "a.png", "--script", "a.gp"})).exit_code, 3);
  EXPECT_THAT(added(), ElementsAre("a.gp"));
  EXPECT_THAT(bytes("a.gp"), HasSubstr("set output 'a.png'"));
  EXPECT_THAT(offex_.must({"show", first_, "-f", "csv", "-q"}), HasSubstr(first_));
}

}  // namespace
}  // namespace offex::e2e
