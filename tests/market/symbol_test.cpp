#include "offex/market/symbol.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <unordered_set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offex::market {
namespace {

using testing::HasSubstr;
using testing::Not;

Symbol symbol(std::string_view text) { return Symbol::parse(text).value(); }

std::vector<Symbol> symbols(std::initializer_list<std::string_view> names) {
  std::vector<Symbol> out;
  for (const std::string_view name : names) out.push_back(symbol(name));
  return out;
}

std::string resolved(std::string_view typed, std::initializer_list<std::string_view> names) {
  const auto answer = resolve_symbol(typed, symbols(names));
  return answer ? answer->str() : std::string{base::to_string(answer.error().code)};
}

TEST(Symbol, KeepsCaseAndEveryAllowedByte) {
  for (const std::string_view text :
       {"A", "TPC", "TpC", "BRK/B", "BRK.B", "ABR$D", "AEL-B", "ACIC+", "ACIC=", "R^", "IFF#", "A*",
        "BRK B", "ABCDEFGHIJKLMNO"}) {
    EXPECT_EQ(symbol(text).view(), text);
    EXPECT_EQ(symbol(text).size(), text.size());
  }
  EXPECT_NE(symbol("TPC"), symbol("TpC"));
}

TEST(Symbol, TickersThatLookLikeNothingAreOrdinary) {
  for (const std::string_view text : {"NA", "NULL", "NAN", "TRUE", "ON", "NaN", "nan", "null"}) {
    EXPECT_EQ(symbol(text).str(), text);
    EXPECT_EQ(to_canonical(symbol(text), SymbolStyle::FinraDaily), symbol(text));
  }
}

TEST(Symbol, SixteenBytesAreRefusedWithTheirCount) {
  const auto parsed = Symbol::parse("ABCDEFGHIJKLMNOP");

  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_EQ(parsed.error().message,
            "symbol `ABCDEFGHIJKLMNOP` has 16 bytes, at most 15 are allowed");
}

TEST(Symbol, RefusesEmptyOuterSpacesAndOtherBytes) {
  for (const std::string_view text : {"", " ", " A", "A ", "A|B", "A,B", "A\tB", "A\nB", "\xC3\x84",
                                      "A\"", "A'", "A;B", "A\\B"}) {
    EXPECT_FALSE(Symbol::parse(text)) << text;
  }
  EXPECT_FALSE(Symbol::parse(std::string_view{"A\0B", 3}));
}

TEST(Symbol, SortsLikeTheBytesOfItsText) {
  std::mt19937 random{3};
  static constexpr std::string_view kBytes = "ABpz/.$09";
  std::vector<std::string> texts;
  for (int round = 0; round < 2'000; ++round) {
    std::string text;
    for (std::size_t size = 1 + random() % 15; text.size() < size;) {
      text += kBytes[random() % kBytes.size()];
    }
    texts.push_back(text);
  }
  std::vector<Symbol> sorted;
  for (const std::string& text : texts) sorted.push_back(symbol(text));
  std::ranges::sort(texts);
  std::ranges::sort(sorted);

  for (std::size_t index = 0; index < texts.size(); ++index) {
    ASSERT_EQ(sorted[index].view(), texts[index]);
  }
}

TEST(Symbol, HashSpreadsSequentialNames) {
  std::unordered_set<std::size_t> low_bits;
  for (int number = 0; number < 4'096; ++number) {
    low_bits.insert(symbol("S" + std::to_string(number)).hash() % 4'096);
  }
  // Random values would fill 63% of as many places.
  EXPECT_GT(low_bits.size(), 2'200U);
}

struct Spelling {
  SymbolStyle style;
  std::string_view raw;
  std::string_view canonical;
};

constexpr Spelling kSpellings[] = {
    {SymbolStyle::Cqs, "BRK.B", "BRK.B"},
    {SymbolStyle::Cqs, "ABRpD", "ABRpD"},
    {SymbolStyle::FinraDaily, "AAPL", "AAPL"},
    {SymbolStyle::FinraDaily, "BRK/B", "BRK.B"},
    {SymbolStyle::FinraDaily, "ABRpD", "ABRpD"},
    {SymbolStyle::FinraDaily, "ACHR/WS", "ACHR.WS"},
    {SymbolStyle::FinraDaily, "VST/WS/A", "VST.WS.A"},
    {SymbolStyle::FinraDaily, "AACT/U", "AACT.U"},
    {SymbolStyle::FinraDaily, "CELGr", "CELGr"},
    {SymbolStyle::FinraWeekly, "BRK.B", "BRK.B"},
    {SymbolStyle::FinraWeekly, "ABR$D", "ABRpD"},
    {SymbolStyle::FinraWeekly, "TY$", "TYp"},
    {SymbolStyle::FinraWeekly, "ACHR.W", "ACHR.WS"},
    {SymbolStyle::FinraWeekly, "VST.W.A", "VST.WS.A"},
    {SymbolStyle::FinraWeekly, "RAC.U", "RAC.U"},
    {SymbolStyle::FinraWeekly, "W", "W"},
    {SymbolStyle::Nasdaq, "AKO.B", "AKO.B"},
    {SymbolStyle::Nasdaq, "AEL-B", "AELpB"},
    {SymbolStyle::Nasdaq, "TY-", "TYp"},
    {SymbolStyle::Nasdaq, "ACIC+", "ACIC.WS"},
    {SymbolStyle::Nasdaq, "ACIC+A", "ACIC.WS.A"},
    {SymbolStyle::Nasdaq, "ACIC=", "ACIC.U"},
    {SymbolStyle::Nasdaq, "CELG^", "CELGr"},
    {SymbolStyle::Nasdaq, "IFF#", "IFFw"},
    {SymbolStyle::Nasdaq, "CELG^#", "CELGrw"},
    {SymbolStyle::Nasdaq, "ABR-A#", "ABRpAw"},
    {SymbolStyle::Nasdaq, "ACHR+#", "ACHR.WSw"},
    {SymbolStyle::Nasdaq, "ABR-*", "ABRp.CL"},
    {SymbolStyle::Nasdaq, "ABR-A*", "ABRpA.CL"},
    {SymbolStyle::Nasdaq, "X$", "X.WD"},
};

TEST(SymbolStyles, EverySourceSpellingMeetsTheCanonicalOne) {
  for (const Spelling& known : kSpellings) {
    EXPECT_EQ(to_canonical(symbol(known.raw), known.style).view(), known.canonical) << known.raw;
  }
}

TEST(SymbolStyles, EveryCanonicalSymbolIsSpelledBack) {
  for (const Spelling& known : kSpellings) {
    const auto spelled = spell(symbol(known.canonical), known.style);
    ASSERT_TRUE(spelled) << known.canonical;
    EXPECT_EQ(spelled->view(), known.raw) << known.canonical;
  }
}

TEST(SymbolStyles, SpellingReadsBackAsItselfOrIsRefused) {
  std::mt19937 random{5};
  static constexpr std::string_view kBytes = "AWSUp.$/-+rw";
  int spelled_count = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (std::size_t size = 1 + random() % 15; text.size() < size;) {
      text += kBytes[random() % kBytes.size()];
    }
    for (const SymbolStyle style : {SymbolStyle::Cqs, SymbolStyle::FinraDaily,
                                    SymbolStyle::FinraWeekly, SymbolStyle::Nasdaq}) {
      const auto spelled = spell(symbol(text), style);
      if (!spelled) continue;
      ++spelled_count;
      ASSERT_EQ(to_canonical(*spelled, style).view(), text);
    }
  }
  EXPECT_GT(spelled_count, 50'000);
}

TEST(SymbolStyles, SymbolThatASourceCannotWriteIsRefused) {
  EXPECT_FALSE(spell(symbol("BRK/B"), SymbolStyle::FinraDaily));
  EXPECT_FALSE(spell(symbol("ACHR.W"), SymbolStyle::FinraWeekly));
  EXPECT_FALSE(spell(symbol("ABR$D"), SymbolStyle::FinraWeekly));
}

TEST(SymbolStyles, SymbolWithoutRoomForTheLongerSpellingStaysAsItIs) {
  const Symbol full = symbol("ABCDEFGHIJKLM.W");

  EXPECT_EQ(to_canonical(full, SymbolStyle::FinraWeekly), full);
}

TEST(ResolveSymbol, EverySpellingOfAClassMeets) {
  for (const std::string_view typed :
       {"BRK.B", "BRK/B", "BRKB", "BRK B", "BRK-B", "brk.b", "brk/b", "brkb", " BRK.B "}) {
    EXPECT_EQ(resolved(typed, {"AAPL", "BRK.A", "BRK.B"}), "BRK.B") << typed;
  }
}

TEST(ResolveSymbol, PlainSymbolThatExistsWins) {
  EXPECT_EQ(resolved("BRKB", {"BRK.B", "BRKB"}), "BRKB");
  EXPECT_EQ(resolved("BRK/B", {"BRK.B", "BRKB"}), "BRK.B");
}

TEST(ResolveSymbol, CaseKeepsPreferredsApart) {
  EXPECT_EQ(resolved("TPC", {"TPC", "TpC"}), "TPC");
  EXPECT_EQ(resolved("TpC", {"TPC", "TpC"}), "TpC");
  EXPECT_EQ(resolved("T$C", {"TPC", "TpC"}), "TpC");
}

TEST(ResolveSymbol, AmbiguousCaseListsAllAnswers) {
  const auto answer = resolve_symbol("tpc", symbols({"TpC", "AAPL", "TPC", "TPC"}));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_THAT(answer.error().message, HasSubstr("any of TPC, TpC:"));
  EXPECT_THAT(answer.error().message, Not(HasSubstr("AAPL")));
}

TEST(ResolveSymbol, LowerCaseResolvesWhereItIsUnique) {
  EXPECT_EQ(resolved("aapl", {"AAPL", "MSFT"}), "AAPL");
  EXPECT_EQ(resolved("abrpd", {"ABRpD", "ABR"}), "ABRpD");
  EXPECT_EQ(resolved("abr$d", {"ABRpD", "ABR"}), "ABRpD");
  EXPECT_EQ(resolved("achr.w", {"ACHR.WS", "ACHR"}), "ACHR.WS");
  EXPECT_EQ(resolved("achrws", {"ACHR.WS", "ACHR"}), "ACHR.WS");
}

TEST(ResolveSymbol, NullLikeNamesAreOrdinary) {
  EXPECT_EQ(resolved("na", {"NA", "NAN", "ON"}), "NA");
  EXPECT_EQ(resolved("NULL", {"NULL", "TRUE"}), "NULL");
}

TEST(ResolveSymbol, NothingThatMatchesIsNotFound) {
  EXPECT_EQ(resolved("XYZ", {"AAPL"}), "not-found");
  EXPECT_EQ(resolved("XYZ", {}), "not-found");
  EXPECT_EQ(resolved("A NAME THAT IS MUCH TOO LONG", {"AAPL"}), "not-found");
  EXPECT_EQ(resolved("", {"AAPL"}), "invalid-argument");
  EXPECT_EQ(resolved("  ", {"AAPL"}), "invalid-argument");
}

// All texts by which a person may mean `name`, written out as the rules say.
std::vector<std::string> typings(const std::string& name) {
  std::vector<std::string> out;
  for (const char separator : {'.', '/', '-', ' '}) {
    out.push_back(name);
    std::ranges::replace(out.back(), '.', separator);
  }
  out.push_back(name);
  std::erase(out.back(), '.');
  return out;
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

std::string naive(const std::string& typed, const std::vector<Symbol>& universe) {
  for (const bool any_case : {false, true}) {
    std::unordered_set<std::string> answers;
    for (const Symbol& known : universe) {
      if (known.view() == typed) return typed;
      for (const std::string& typing : typings(known.str())) {
        if (any_case ? lower(typing) == lower(typed) : typing == typed) answers.insert(known.str());
      }
    }
    if (answers.size() == 1) return *answers.begin();
    if (answers.size() > 1) return "invalid-argument";
  }
  return "not-found";
}

TEST(ResolveSymbol, EqualsTheNaiveListOfAllTypings) {
  std::mt19937 random{17};
  const auto word = [&random](std::string_view bytes, std::size_t most) {
    std::string out;
    for (std::size_t size = 1 + random() % most; out.size() < size;) {
      out += bytes[random() % bytes.size()];
    }
    return out;
  };
  int found = 0;
  for (int round = 0; round < 30'000; ++round) {
    std::vector<Symbol> universe;
    for (int count = 0; count < 6; ++count) {
      std::string name = word("ABp", 3);
      if (random() % 2 == 0) name += "." + word("AB", 2);
      universe.push_back(symbol(name));
    }
    std::string typed = word("ABap", 3);
    if (random() % 2 == 0) typed += std::string{"./- "[random() % 4]} + word("ABab", 2);

    const auto answer = resolve_symbol(typed, universe);

    const std::string got =
        answer ? answer->str() : std::string{base::to_string(answer.error().code)};
    ASSERT_EQ(got, naive(typed, universe)) << typed;
    if (answer) ++found;
  }
  EXPECT_GT(found, 1'000);
}

TEST(TestIssues, AreKnownAndOrdinaryNamesAreNot) {
  for (const std::string_view text :
       {"ZVZZT", "ZAZZT", "ZXZZT", "ZJZZT", "ATEST", "NTEST", "NTEST.A", "NTEST/A", "ZIEXT"}) {
    EXPECT_TRUE(is_test_issue(symbol(text))) << text;
  }
  for (const std::string_view text : {"AAPL", "TEST", "ZTS", "BRK.B", "NTES", "ATESTX", "zvzzt"}) {
    EXPECT_FALSE(is_test_issue(symbol(text))) << text;
  }
}

}  // namespace
}  // namespace offex::market
