#include "offex/studies/security_reference.hpp"

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/studies/load.hpp"

#include "studies/scan_market.hpp"

namespace offex::studies::test {
namespace {

using testing::ElementsAre;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// A row of reference data; no day is a row that always counts.
struct Security {
  std::optional<std::string> known_from{};
  std::string symbol{};
  std::string type{};
  std::string sector{};
  double market_cap{kNan};
  std::optional<std::int64_t> shares{};
};

struct Listing {
  std::string symbol{};
  std::optional<bool> etf{};
  bool test_issue{false};
};

void push_text(columns::Column& column, const std::string& text) {
  if (text.empty()) {
    column.push_missing();
  } else {
    column.push(text);
  }
}

class SecurityReferences : public testing::Test {
 protected:
  SecurityReferences() {
    // A day of trading makes the names known to the store.
    MarketDay day;
    for (const char* name : {"AA", "BB", "CC", "DD", "ZVZZT"}) {
      day.shorts.push_back({name, 10.0, 20.0});
    }
    market_.put(day_of("2026-03-02"), day);
  }

  void put(const std::vector<Security>& securities, const std::string& file = "securities") {
    using columns::Column;
    using columns::Type;
    columns::Batch rows{{Column{"known_from", Type::Day}, Column{"symbol", Type::Symbol},
                         Column{"name", Type::Text}, Column{"type", Type::Text},
                         Column{"sector", Type::Text}, Column{"industry", Type::Text},
                         Column{"market_cap", Type::Double},
                         Column{"shares_outstanding", Type::Quantity}}};
    for (const Security& security : securities) {
      if (security.known_from) {
        rows.column(0).push(day_of(*security.known_from).days());
      } else {
        rows.column(0).push_missing();
      }
      rows.column(1).push(market::Symbol::from_trusted(security.symbol));
      rows.column(2).push_missing();
      push_text(rows.column(3), security.type);
      push_text(rows.column(4), security.sector);
      rows.column(5).push_missing();
      if (std::isnan(security.market_cap)) {
        rows.column(6).push_missing();
      } else {
        rows.column(6).push(security.market_cap);
      }
      if (security.shares) {
        rows.column(7).push(*security.shares * market::Quantity::kPerShare);
      } else {
        rows.column(7).push_missing();
      }
    }
    market_.store().put(file, {.dataset = market::Dataset::SecurityReference, .rows = &rows});
  }

  void put_directory(const std::string& day, const std::vector<Listing>& listings) {
    using columns::Column;
    using columns::Type;
    columns::Batch rows{{Column{"directory", Type::Text}, Column{"symbol", Type::Symbol},
                         Column{"act_symbol", Type::Text}, Column{"nasdaq_symbol", Type::Text},
                         Column{"security_name", Type::Text},
                         Column{"listing_exchange", Type::Text}, Column{"etf", Type::Bool},
                         Column{"test_issue", Type::Bool}, Column{"round_lot", Type::Int32}}};
    for (const Listing& listing : listings) {
      rows.column(0).push(std::string{"nasdaqlisted"});
      rows.column(1).push(market::Symbol::from_trusted(listing.symbol));
      rows.column(2).push_missing();
      rows.column(3).push_missing();
      rows.column(4).push(std::string{"Name"});
      rows.column(5).push_missing();
      if (listing.etf) {
        rows.column(6).push<std::int8_t>(*listing.etf ? 1 : 0);
      } else {
        rows.column(6).push_missing();
      }
      rows.column(7).push<std::int8_t>(listing.test_issue ? 1 : 0);
      rows.column(8).push<std::int32_t>(100);
    }
    market_.store().put(
        "directory " + day,
        {.dataset = market::Dataset::SymbolDirectory, .day = day_of(day), .rows = &rows});
  }

  SecurityReference load(std::optional<market::Instant> as_of = {}) {
    const store::Reader reader = market_.store().reader();
    const Axis axis = store_axis(reader).value();
    EXPECT_EQ(axis.symbols.size(), 5U);
    auto out = SecurityReference::load(reader, axis, as_of);
    EXPECT_TRUE(out) << (out ? "" : base::format_error(out.error()));
    return std::move(out).value();
  }

  ScanMarket market_;
};

TEST_F(SecurityReferences, KnowNothingWithoutReferenceData) {
  SecurityReference reference = load();
  const SecurityFacts& facts = reference.at(day_of("2026-03-02"));
  EXPECT_FALSE(facts.has_sector || facts.has_market_cap || facts.has_fund);
  EXPECT_THAT(facts.sectors, ElementsAre(""));
  EXPECT_THAT(facts.sector, testing::Each(0U));
  EXPECT_THAT(facts.fund, testing::Each(-1));
  EXPECT_TRUE(std::isnan(facts.market_cap[0]));
  EXPECT_TRUE(std::isnan(facts.shares_outstanding[0]));
}

TEST_F(SecurityReferences, CountFromTheirDateOn) {
  put({{.known_from = "2026-01-10",
        .symbol = "AA",
        .sector = "Energy",
        .market_cap = 1e9,
        .shares = 500},
       {.known_from = "2026-04-01",
        .symbol = "AA",
        .sector = "Utilities",
        .market_cap = 4e9,
        .shares = 700}});
  SecurityReference reference = load();
  const auto told = [&](const char* day) {
    const SecurityFacts& facts = reference.at(day_of(day));
    return facts.sectors[facts.sector[0]] + " " + std::to_string(facts.market_cap[0]) + " " +
           std::to_string(facts.shares_outstanding[0]);
  };
  EXPECT_EQ(told("2026-01-09"), " nan nan");
  EXPECT_EQ(told("2026-01-10"), "Energy 1000000000.000000 500.000000");
  EXPECT_EQ(told("2026-03-31"), "Energy 1000000000.000000 500.000000");
  EXPECT_EQ(told("2026-04-01"), "Utilities 4000000000.000000 700.000000");
  // Back in time, and forward again.
  EXPECT_EQ(told("2026-02-01"), "Energy 1000000000.000000 500.000000");
  EXPECT_EQ(told("2025-12-31"), " nan nan");
  EXPECT_EQ(told("2026-05-01"), "Utilities 4000000000.000000 700.000000");
}

TEST_F(SecurityReferences, CountAlwaysWithoutADate) {
  put({{.symbol = "BB", .sector = "Energy", .market_cap = 2e9},
       {.known_from = "2026-04-01", .symbol = "BB", .sector = "Utilities", .market_cap = 3e9}});
  SecurityReference reference = load();
  EXPECT_EQ(reference.at(day_of("2010-01-04")).market_cap[1], 2e9);
  EXPECT_TRUE(reference.at(day_of("2010-01-04")).has_market_cap);
  EXPECT_EQ(reference.at(day_of("2026-04-01")).market_cap[1], 3e9);
}

TEST_F(SecurityReferences, AreThereFromTheFirstThatCountsOn) {
  put({{.known_from = "2026-04-01", .symbol = "BB", .sector = "Energy"}});
  SecurityReference reference = load();
  EXPECT_FALSE(reference.at(day_of("2026-03-31")).has_sector);
  EXPECT_TRUE(reference.at(day_of("2026-04-01")).has_sector);
  EXPECT_FALSE(reference.at(day_of("2026-03-31")).has_sector);
}

TEST_F(SecurityReferences, AreThoseThatWereKnownAtTheMoment) {
  put({{.known_from = "2026-01-10", .symbol = "AA", .market_cap = 1e9}});
  put({{.known_from = "2026-01-10", .symbol = "AA", .market_cap = 7e9}}, "corrected");
  const auto earlier = market::Instant::parse("2026-05-01T00:00:00Z").value();
  EXPECT_EQ(load().at(day_of("2026-03-02")).market_cap[0], 7e9);
  EXPECT_EQ(load(earlier).at(day_of("2026-03-02")).market_cap[0], 1e9);
}

TEST_F(SecurityReferences, NumberSectorsInTheOrderOfTheirNames) {
  put({{.symbol = "AA", .sector = "Utilities"},
       {.symbol = "BB", .sector = "Energy"},
       {.symbol = "CC", .sector = "Utilities"},
       {.symbol = "DD"}});
  SecurityReference reference = load();
  const SecurityFacts& facts = reference.at(day_of("2026-03-02"));
  EXPECT_THAT(facts.sectors, ElementsAre("", "Energy", "Utilities"));
  EXPECT_THAT(facts.sector, ElementsAre(2, 1, 2, 0, 0));
}

TEST_F(SecurityReferences, TellFundsByTheirType) {
  put({{.symbol = "AA", .type = "CS"},
       {.symbol = "BB", .type = "ETF"},
       {.symbol = "CC", .type = "Fund"},
       {.symbol = "DD"}});
  SecurityReference reference = load();
  EXPECT_THAT(reference.at(day_of("2026-03-02")).fund, ElementsAre(0, 1, 1, -1, -1));
}

TEST_F(SecurityReferences, TellFundsByTheDirectoryFromItsDayOn) {
  put_directory("2026-02-20",
                {{.symbol = "AA", .etf = false}, {.symbol = "BB", .etf = true}, {.symbol = "CC"}});
  put_directory("2026-03-20", {{.symbol = "CC", .etf = true}});
  SecurityReference reference = load();
  EXPECT_THAT(reference.at(day_of("2026-02-19")).fund, ElementsAre(-1, -1, -1, -1, -1));
  EXPECT_THAT(reference.at(day_of("2026-02-20")).fund, ElementsAre(0, 1, -1, -1, -1));
  EXPECT_THAT(reference.at(day_of("2026-03-20")).fund, ElementsAre(0, 1, 1, -1, -1));
}

TEST_F(SecurityReferences, TellTestIssuesByNameAndByDirectory) {
  put_directory("2026-02-20", {{.symbol = "AA", .etf = false, .test_issue = true},
                               {.symbol = "BB", .etf = false}});
  SecurityReference reference = load();
  EXPECT_THAT(reference.at(day_of("2026-02-19")).test_issue, ElementsAre(0, 0, 0, 0, 1));
  EXPECT_THAT(reference.at(day_of("2026-02-20")).test_issue, ElementsAre(1, 0, 0, 0, 1));
}

TEST_F(SecurityReferences, LeaveOutNamesThatTheAxisLacks) {
  put({{.symbol = "QQ", .sector = "Energy"}, {.symbol = "CC", .sector = "Materials"}});
  const store::Reader reader = market_.store().reader();
  const std::vector<market::Symbol> some{market::Symbol::from_trusted("CC")};
  const Axis axis = store_axis(reader, some).value();
  auto reference = SecurityReference::load(reader, axis, {});
  ASSERT_TRUE(reference);
  const SecurityFacts& facts = reference->at(day_of("2026-03-02"));
  ASSERT_EQ(facts.sector.size(), 1U);
  EXPECT_EQ(facts.sectors[facts.sector[0]], "Materials");
}

}  // namespace
}  // namespace offex::studies::test
