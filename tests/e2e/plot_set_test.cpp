// Figures of several tickers and of weeks, drawn by the program from a simulated market.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <regex>
#include <sstream>

#include "offex/render/gnuplot.hpp"

#include "e2e/offex_program.hpp"

namespace offex::e2e {
namespace {

using test_support::file_bytes;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in{text};
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

/// The texts of a picture, in the order in which they are drawn.
std::vector<std::string> svg_texts(const std::string& svg) {
  static const std::regex kText{"<text[^>]*>([\\s\\S]*?)</text>"};
  static const std::regex kTag{"<[^>]*>"};
  std::vector<std::string> out;
  for (std::sregex_iterator at{svg.begin(), svg.end(), kText}, end; at != end; ++at) {
    std::string text = std::regex_replace((*at)[1].str(), kTag, "");
    const auto first = text.find_first_not_of(" \n\t");
    if (first == std::string::npos) continue;
    out.push_back(text.substr(first, text.find_last_not_of(" \n\t") - first + 1));
  }
  return out;
}

/// The rows of a matrix, from the top, as its script names them.
std::vector<std::string> matrix_rows(const std::string& script) {
  static const std::regex kTick{"'([^']+)' [0-9.]+"};
  std::string ticks;
  for (const std::string& line : lines_of(script)) {
    if (line.starts_with("set ytics ('") && line.find("'all'") != std::string::npos) ticks = line;
  }
  std::vector<std::string> out;
  for (std::sregex_iterator at{ticks.begin(), ticks.end(), kTick}, end; at != end; ++at) {
    out.push_back((*at)[1].str());
  }
  return out;
}

class PlotSetTest : public OffexTest {
 protected:
  void SetUp() override {
    const char* path = std::getenv("PATH");
    if (!render::find_gnuplot(path == nullptr ? "" : path)) {
      GTEST_SKIP() << "gnuplot is not installed";
    }
    offex_.must({"simulate", "--out", "market", "--symbols", "30", "--days", "60", "--tape-days",
                 "1", "--tape-symbols", "1"});
    offex_.set_now("2026-04-18T16:00:00Z");
    for (const char* part : {"reference", "short", "bars", "weekly"}) {
      offex_.must({"import", (offex_.folder() / "market" / part).string(), "-q"});
    }
    std::istringstream names{offex_.query(
        "SELECT symbol FROM finra_short_consolidated WHERE trade_date = '2026-04-17' ORDER BY "
        "total_volume DESC, symbol LIMIT 14")};
    for (std::string name; std::getline(names, name);) tickers_.push_back(name);
  }

  /// `plot compare` of so many tickers.
  [[nodiscard]] std::vector<std::string> compare(std::size_t count,
                                                 const std::vector<std::string>& options) const {
    return words({"plot", "compare"}, count, options);
  }
  [[nodiscard]] std::vector<std::string> words(std::vector<std::string> out, std::size_t count,
                                               const std::vector<std::string>& options) const {
    out.insert(out.end(), tickers_.begin(), tickers_.begin() + static_cast<std::ptrdiff_t>(count));
    out.insert(out.end(), options.begin(), options.end());
    return out;
  }
  [[nodiscard]] std::string bytes(const std::string& name) const {
    return file_bytes(offex_.folder() / name);
  }

  std::vector<std::string> tickers_;
};

TEST_F(PlotSetTest, DrawsAMatrixWithARowForEachTicker) {
  offex_.must(compare(8, {"--days", "20", "-o", "matrix.svg"}));
  const std::string svg = bytes("matrix.svg");
  EXPECT_THAT(svg, HasSubstr("<svg"));
  const std::vector<std::string> texts = svg_texts(svg);
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(std::ranges::count(texts, tickers_[i]), 1);
  EXPECT_EQ(std::ranges::count(texts, "all"), 1);
  EXPECT_EQ(std::ranges::count(texts, "latest"), 1);
  EXPECT_THAT(svg, HasSubstr("they are not observed"));
  EXPECT_THAT(svg, HasSubstr("2026-04-18 12:00"));
}

TEST_F(PlotSetTest, StandsInTheOrderOfTheTableForEachSort) {
  std::vector<std::vector<std::string>> orders;
  for (const char* sort : {"cluster", "latest", "streak", "given"}) {
    const std::string name = std::string{sort} + ".gp";
    offex_.must(compare(
        10, {"--days", "20", "--sort", sort, "--script", name, "-o", std::string{sort} + ".svg"}));
    // The table is asked for fewer sessions: that moves no row.
    const auto rows = lines_of(
        offex_.must(words({"compare"}, 10, {"--days", "5", "--sort", sort, "-f", "csv", "-q"})));
    std::vector<std::string> table;
    for (std::size_t row = 1; row < rows.size(); ++row) {
      table.push_back(rows[row].substr(0, rows[row].find(',')));
    }
    EXPECT_EQ(matrix_rows(bytes(name)), table) << sort;
    orders.push_back(table);
  }
  std::vector<std::string> given{tickers_.begin(), tickers_.begin() + 10};
  given.emplace_back("all");
  EXPECT_EQ(orders[3], given);
  EXPECT_NE(orders[0], orders[1]);
}

TEST_F(PlotSetTest, NamesTheMatrixAsThePictureOfTheTable) {
  const std::string figure = offex_.must(compare(3, {"--days", "10"}));
  const std::string table = offex_.must(words({"compare"}, 3, {"--days", "10", "-f", "png"}));
  const std::filesystem::path drawn = offex_.folder() / figure.substr(0, figure.find('\n'));
  const std::filesystem::path shown = offex_.folder() / table.substr(0, table.find('\n'));
  EXPECT_TRUE(std::filesystem::exists(drawn));
  EXPECT_EQ(drawn.filename(), shown.filename());
  EXPECT_NE(drawn, shown);
}

TEST_F(PlotSetTest, RefusesMoreTickersThanAFormCanShow) {
  const auto refused = [&](const std::vector<std::string>& line, const char* why) {
    const ProcessOutcome outcome = offex_.run(line);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, HasSubstr(why));
    EXPECT_THAT(outcome.out, IsEmpty());
  };
  refused(compare(13, {"--form", "multiples"}), "at most 12");
  refused(compare(6, {"--form", "overlay"}), "at most 5");
  refused({"plot", "compare", "group:sector"}, "offex plot macro");
}

TEST_F(PlotSetTest, DrawsSmallPanelsAndLines) {
  offex_.must(compare(12, {"--form", "multiples", "--metric", "short_ratio", "-o", "small.svg"}));
  offex_.must(compare(5, {"--form", "overlay", "--theme", "dark", "-o", "lines.svg"}));
  const std::vector<std::string> small = svg_texts(bytes("small.svg"));
  for (std::size_t i = 0; i < 12; ++i) EXPECT_EQ(std::ranges::count(small, tickers_[i]), 1);
  const std::string lines = bytes("lines.svg");
  for (std::size_t i = 0; i < 5; ++i) EXPECT_THAT(lines, HasSubstr(tickers_[i] + "  "));
}

TEST_F(PlotSetTest, ShowsOnlyWhatWasKnown) {
  offex_.must(compare(3, {"--days", "5", "--asof", "2026-03-13", "-o", "then.svg"}));
  const std::string svg = bytes("then.svg");
  EXPECT_THAT(svg, HasSubstr("2026-03-09 to 2026-03-13"));
  EXPECT_THAT(svg, Not(HasSubstr("2026-04")));
}

TEST_F(PlotSetTest, DrawsADrawerOfWeeksForEachTickerIntoTheTree) {
  const auto files = lines_of(offex_.must(words({"plot", "week"}, 3, {"-f", "svg"})));
  ASSERT_THAT(files, SizeIs(3));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_THAT(files[i], HasSubstr("/out/2026-04-17/week/"));
    const std::string svg = file_bytes(offex_.folder() / files[i]);
    const std::vector<std::string> texts = svg_texts(svg);
    EXPECT_THAT(texts, testing::IsSupersetOf({"block-like", "retail-like", "quiet", "fragmented",
                                              "published", "expected", "missed"}));
    EXPECT_THAT(svg, HasSubstr(tickers_[i] + ", off-exchange weeks"));
    EXPECT_THAT(texts, testing::Contains(testing::StartsWith("due ")));
    EXPECT_THAT(texts, testing::Contains(testing::StartsWith("Wholesalers ")));
  }
  const ProcessOutcome again = offex_.run(words({"plot", "week"}, 3, {"-f", "svg"}));
  EXPECT_NE(again.exit_code, 0);
  EXPECT_THAT(again.err, HasSubstr("--force"));
}

TEST_F(PlotSetTest, KnowsNoWeekBeforeItWasPublished) {
  offex_.must(words({"plot", "week"}, 1, {"--asof", "2026-03-13", "-o", "then.svg"}));
  offex_.must(words({"plot", "week"}, 1, {"-o", "now.svg"}));
  const auto newest = [&](const char* name) {
    static const std::regex kWeek{"published weeks? to that of ([0-9-]+)"};
    const std::string svg = bytes(name);
    std::smatch found;
    return std::regex_search(svg, found, kWeek) ? found[1].str() : std::string{};
  };
  // A week is published three weeks after its Monday at the earliest.
  EXPECT_NE(newest("then.svg"), "");
  EXPECT_LE(newest("then.svg"), "2026-02-20");
  EXPECT_GT(newest("now.svg"), "2026-03-13");
}

TEST_F(PlotSetTest, SaysInPlaceWhichCommandGetsMissingWeeks) {
  const std::string daily = (offex_.folder() / "market/short").string();
  offex_.must_in("bare", {"import", daily, "-q"});
  offex_.must_in("bare", {"plot", "week", tickers_[0], "-o", "bare.svg"});
  const std::string svg = bytes("bare.svg");
  EXPECT_THAT(svg, HasSubstr("no published week: offex sync weekly"));
  EXPECT_THAT(svg, HasSubstr("no rows by venue: offex sync weekly"));
  EXPECT_THAT(svg, HasSubstr("No published week"));
}

}  // namespace
}  // namespace offex::e2e
