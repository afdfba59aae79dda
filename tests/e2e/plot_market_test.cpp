// `offex plot scan`, `macro` and `index` on a small simulated market: pictures, and what they say.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "e2e/offex_program.hpp"

namespace offex::e2e {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

bool has_gnuplot() {
  const char* path = std::getenv("PATH");
  std::istringstream folders{path == nullptr ? "" : path};
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (fs::exists(fs::path{folder} / "gnuplot")) return true;
  }
  return false;
}

std::string bytes_of(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// Returns what is wrong with the nesting of elements; empty for well-formed text.
std::string nesting_error(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t at = 0; (at = xml.find('<', at)) != std::string::npos;) {
    if (xml.compare(at, 4, "<!--") == 0) {
      at = xml.find("-->", at);
      continue;
    }
    const std::size_t end = xml.find('>', at);
    if (end == std::string::npos) return "a tag that never ends";
    const std::string tag = xml.substr(at + 1, end - at - 1);
    at = end;
    if (tag.starts_with('?') || tag.starts_with('!') || tag.ends_with('/')) continue;
    const std::string name =
        tag.substr(tag.starts_with('/') ? 1 : 0,
                   tag.find_first_of(" \t\r\n", 1) - (tag.starts_with('/') ? 1 : 0));
    if (!tag.starts_with('/')) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return "</" + name + "> closes " + (open.empty() ? "nothing" : open.back());
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : "<" + open.back() + "> is never closed";
}

/// Whether a picture holds a text. A failed comparison would print the whole picture.
testing::AssertionResult says(const std::string& picture, std::string_view text) {
  if (picture.contains(text)) return testing::AssertionSuccess() << "it says " << text;
  return testing::AssertionFailure() << "it does not say " << text;
}

class PlotMarketTest : public OffexTest {
 protected:
  void SetUp() override {
    if (!has_gnuplot()) GTEST_SKIP() << "gnuplot is not installed";
    offex_.set_now("2026-04-18T16:00:00Z");
  }
  /// A store with 80 names over 40 sessions, weekly files and the list of an index.
  void import_market() {
    offex_.must({"simulate", "--out", "market", "--symbols", "80", "--days", "40", "--tape-days",
                 "0", "-q"});
    offex_.must(
        {"import", "market/reference", "market/short", "market/bars", "market/weekly", "-q"});
  }
  /// Draws one view as SVG and returns its text.
  std::string svg(std::vector<std::string> words) {
    words.insert(words.begin(), "plot");
    words.insert(words.end(), {"-o", "figure.svg", "--force", "-q"});
    offex_.must(words);
    return bytes_of(offex_.folder() / "figure.svg");
  }
};

TEST_F(PlotMarketTest, DrawsTheThreeViewsAsWellFormedSvg) {
  import_market();
  const std::vector<std::pair<std::vector<std::string>, std::string>> views{
      {{"scan"}, "Scan of 2026-04-17"},
      {{"macro"}, "Volume by week"},
      {{"index", "SIMX"}, "Price of SIMX"}};
  for (const auto& [words, title] : views) {
    const std::string picture = svg(words);
    EXPECT_TRUE(picture.starts_with("<?xml")) << words.front();
    EXPECT_EQ(nesting_error(picture), "") << words.front();
    EXPECT_TRUE(says(picture, ">" + title));
    EXPECT_TRUE(says(picture, "As of: 2026-04-18T16:00:00Z"));
    EXPECT_TRUE(says(picture, "FINRA does not publish trade direction"));
    EXPECT_FALSE(says(picture, ">nan"));
  }
}

TEST_F(PlotMarketTest, ListsTheNamesOfTheScan) {
  import_market();
  const std::string names =
      offex_.must({"scan", "--top", "5", "--columns", "symbol", "-f", "csv", "-q"});
  const std::string picture = svg({"scan", "--top", "5"});
  std::istringstream lines{names};
  std::string name;
  std::getline(lines, name);  // the heading
  int count = 0;
  while (std::getline(lines, name)) {
    EXPECT_TRUE(says(picture, ">" + name + "<"));
    ++count;
  }
  EXPECT_EQ(count, 5);
}

TEST_F(PlotMarketTest, DoesNotTakeAStoredWeekForPublishedBeforeItsDay) {
  import_market();
  offex_.must({"import", "market/weekly_later", "-q"});
  offex_.must({"plot", "macro", "--panels", "volume", "-o", "volume.svg", "-q"});
  EXPECT_TRUE(says(bytes_of(offex_.folder() / "volume.svg"), "hatched: expected"));
}

TEST_F(PlotMarketTest, ShowsTheDayAsItWasKnownThen) {
  import_market();
  const std::string scan = svg({"scan", "--asof", "2026-04-08"});
  EXPECT_TRUE(says(scan, ">Scan of 2026-04-08<"));
  const std::string macro = svg({"macro", "--asof", "2026-04-08"});
  EXPECT_TRUE(says(macro, "to 2026-04-08<"));
  const std::string index = svg({"index", "SIMX", "--asof", "2026-04-08"});
  EXPECT_TRUE(says(index, "Above and below it, 2026-04-08"));
  for (const std::string* picture : {&scan, &macro, &index}) {
    EXPECT_TRUE(says(*picture, "2026-04-08 23:59"));
    EXPECT_FALSE(says(*picture, "2026-04-17"));
  }
}

TEST_F(PlotMarketTest, DrawsThePanelsAskedFor) {
  import_market();
  const std::string picture = svg({"macro", "--panels", "dispersion,tilt", "--days", "20"});
  EXPECT_LT(picture.find("Dispersion of the scores"), picture.find("Short ratio of the market"));
  EXPECT_FALSE(says(picture, "Volume by week"));
  const ProcessOutcome refused = offex_.run({"plot", "index", "SIMX", "--panels", "ratio,prise"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("unknown panel `prise`"));
}

TEST_F(PlotMarketTest, FilesAFigureWhereItSaysWhatItHoldsAndKeepsIt) {
  import_market();
  const std::vector<std::string> words{"plot", "index", "SIMX", "--days", "20", "-f", "svg", "-q"};
  offex_.must(words);
  const fs::path folder = offex_.home() / "out" / "2026-04-17" / "index";
  ASSERT_TRUE(fs::is_directory(folder));
  const fs::path file = fs::directory_iterator { folder } -> path();
  EXPECT_THAT(file.filename().string(),
              AllOf(StartsWith("SIMX_2026-03-20_2026-04-17_asof-"), testing::EndsWith("_v2.svg")));
  const ProcessOutcome again = offex_.run(words);
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("--force"));
}

TEST_F(PlotMarketTest, AFilterThatNobodyCanMeetSaysWhatIsMissing) {
  offex_.must(
      {"simulate", "--out", "market", "--symbols", "40", "--days", "15", "--daily-only", "-q"});
  offex_.must({"import", "market/short", "-q"});
  const ProcessOutcome refused = offex_.run({"plot", "scan", "--min-cap", "1000000000"});
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_THAT(refused.err, HasSubstr("no market value is known on 2026-04-17"));
  EXPECT_FALSE(fs::exists(offex_.home() / "out"));
}

TEST_F(PlotMarketTest, SaysInThePictureWhatItHasNoDataFor) {
  offex_.write("CNMSshvol20260417.txt",
               "Date|Symbol|ShortVolume|ShortExemptVolume|TotalVolume|Market\r\n"
               "20260417|AAA|100|0|400|B,Q,N\r\n20260417|BBB|200|0|400|B,Q,N\r\n"
               "20260417|CCC|300|0|400|B,Q,N\r\n3\r\n");
  offex_.must({"import", "CNMSshvol20260417.txt", "-q"});
  EXPECT_TRUE(says(svg({"scan"}), "none of the 3 names of 2026-04-17 can be tested"));
  const std::string macro = svg({"macro", "--panels", "all"});
  EXPECT_TRUE(says(macro, "no list of index members"));
  EXPECT_TRUE(says(macro, "no sector is known"));
  EXPECT_TRUE(says(macro, "no week with weekly files and bars"));
  EXPECT_EQ(nesting_error(macro), "");
}

TEST_F(PlotMarketTest, AnIndexThatIsNotThereNamesThoseThatAre) {
  offex_.must(
      {"simulate", "--out", "market", "--symbols", "40", "--days", "10", "--daily-only", "-q"});
  offex_.must({"import", "market/short", "market/reference", "-q"});
  const ProcessOutcome refused = offex_.run({"plot", "index", "DJI"});
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_THAT(refused.err, HasSubstr("SIMX"));
}

}  // namespace
}  // namespace offex::e2e
