#include "offex/views/output_name.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offex::views {
namespace {

using market::Day;
using market::Symbol;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

OutputName name_of(const std::vector<std::string>& symbols) {
  OutputName out{
      .date = Day::parse("2026-04-17").value(),
      .kind = "ticker",
      .range = market::DayRange{Day::parse("2026-03-20").value(), Day::parse("2026-04-17").value()},
      .as_of = market::Instant::parse("2026-04-17T22:00:00.123Z").value(),
      .version = "v2"};
  for (const std::string& symbol : symbols) out.symbols.push_back(Symbol::from_trusted(symbol));
  return out;
}

std::string file_of(const OutputName& name) {
  return output_path("home", name, "png").filename().string();
}

TEST(OutputName, HoldsTickerRangeAsOfAndVersion) {
  EXPECT_EQ(output_path("/data", name_of({"NVDA"}), "png").string(),
            "/data/out/2026-04-17/ticker/"
            "NVDA_2026-03-20_2026-04-17_asof-20260417T220000Z_v2.png");
}

TEST(OutputName, LeavesOutWhatIsNotThere) {
  OutputName name = name_of({"NVDA"});
  name.range.reset();
  name.version.clear();
  EXPECT_EQ(file_of(name), "NVDA_asof-20260417T220000Z.png");
}

TEST(OutputName, SpellsFourSymbolsAndCountsMore) {
  EXPECT_THAT(file_of(name_of({"A", "B", "C", "D"})), StartsWith("A-B-C-D_2026"));
  EXPECT_THAT(file_of(name_of({"A", "B", "C", "D", "E"})), StartsWith("A-and-4-more-"));
}

TEST(OutputName, TellsTwoLongListsApart) {
  EXPECT_NE(file_of(name_of({"A", "B", "C", "D", "E"})),
            file_of(name_of({"A", "B", "C", "D", "F"})));
}

TEST(OutputName, AGroupStandsByItsName) {
  OutputName name = name_of({"A", "B"});
  name.subject = "sector:Health Care";
  EXPECT_THAT(file_of(name), StartsWith("sector-Health-Care_2026"));
}

TEST(OutputName, NothingLeavesItsFolder) {
  for (const char* bad : {"..", "../x", "/etc", ".hidden", "<b>", "a\\b", "a\nb", "a*b", "~x"}) {
    OutputName name = name_of({});
    name.subject = bad;
    name.kind = bad;
    const std::filesystem::path path = output_path("home", name, "png");
    const std::vector<std::filesystem::path> parts{path.begin(), path.end()};
    ASSERT_EQ(parts.size(), 5U) << path;
    EXPECT_EQ(parts[2], "2026-04-17");
    for (const std::size_t part : {3U, 4U}) {
      const std::string text = parts[part].string();
      EXPECT_NE(text.front(), '.') << path;
      EXPECT_NE(text.front(), '-') << path;
      EXPECT_EQ(text.find_first_of("/\\<>*\n|?\"': "), std::string::npos) << path;
    }
  }
}

TEST(OutputName, SymbolsNeverShareANameOnADiskThatDoesNotTellCase) {
  std::set<std::string> names;
  const std::vector<std::string> symbols{"TPC",   "TpC",   "tpc",  "T.PC",  "BRK.B", "BRK/B",
                                         "BRK-B", "BRK_B", "BRKB", "BRK B", "..",    "T=50",
                                         "ABRpD", "ABRPD", "A*",   "A+"};
  for (const std::string& symbol : symbols) {
    std::string file = file_of(name_of({symbol}));
    std::ranges::transform(file, file.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    EXPECT_TRUE(names.insert(file).second) << symbol << " -> " << file;
  }
}

TEST(OutputName, JoinedSymbolsAreNotOneSymbolWithADash) {
  EXPECT_NE(file_of(name_of({"A-B"})), file_of(name_of({"A", "B"})));
}

TEST(OutputName, FitsAFileNameWhateverIsInIt) {
  OutputName name = name_of(std::vector<std::string>(4, "abcdefghijklmno"));
  name.version = "cs/2.0.0+rv/1.0.0+" + std::string(300, 'f');
  EXPECT_LE(file_of(name).size(), 255U);
  name.subject = std::string(400, '<');
  EXPECT_LE(file_of(name).size(), 255U);
  EXPECT_THAT(file_of(name), EndsWith(".png"));
}

}  // namespace
}  // namespace offex::views
