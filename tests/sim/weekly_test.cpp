// Weekly summaries against the daily files they sum up.

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/formats/document.hpp"
#include "offex/market/calendar.hpp"
#include "offex/sim/market.hpp"

#include "sim/market_files.hpp"

namespace offex::sim {
namespace {

using testing::IsEmpty;

struct Key {
  market::Day week;
  std::string symbol, product, issue;
  friend auto operator<=>(const Key&, const Key&) = default;
};
struct Sum {
  std::int64_t shares{0};
  std::int64_t trades{0};
  friend bool operator==(const Sum&, const Sum&) = default;
};
using Sums = std::map<Key, Sum>;

/// What the pages of a folder hold.
struct Weekly {
  std::map<std::string, Sums> by_type;
  std::map<std::pair<market::Day, std::string>, market::Day> published;  // by week and tier
  std::set<market::Day> updated_later;
  std::size_t largest_page{0};
};

void read_page(const fs::path& path, Weekly& out) {
  const auto outcome = formats::read_documents(read_file(path), {.file = path.filename()});
  ASSERT_EQ(outcome.size(), 1U);
  ASSERT_TRUE(outcome[0]) << base::format_error(outcome[0].error());
  const columns::Batch& rows = outcome[0]->rows;
  out.largest_page = std::max(out.largest_page, rows.num_rows());
  for (std::size_t i = 0; i < rows.num_rows(); ++i) {
    const auto cell = [&](const char* name) { return columns::cell_text(*rows.find(name), i); };
    const market::Day week = *market::Day::parse(cell("week_start_date"));
    const market::Day published = *market::Day::parse(cell("initial_published_date"));
    Sum& sum = out.by_type[cell("summary_type")]
                          [{week, cell("symbol"), cell("product_type"), cell("issue_name")}];
    sum.shares += units(cell("share_quantity"), 6);
    sum.trades += units(cell("trade_count"), 0);
    out.published[{week, cell("tier_identifier")}] = published;
    if (*market::Day::parse(cell("last_update_date")) > published) out.updated_later.insert(week);
  }
}

Weekly read_folder(const fs::path& folder) {
  Weekly out;
  for (const fs::path& path : files_below(folder)) read_page(path, out);
  return out;
}

Sums operator+(Sums a, const Sums& b) {
  for (const auto& [key, sum] : b) {
    a[key].shares += sum.shares;
    a[key].trades += sum.trades;
  }
  return a;
}

constexpr std::size_t kFirmWeeks = 9;

class WeeklyMarket : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = new Scratch;
    auto outcome = write_market({.symbols = 150, .days = 60, .seed = 8}, scratch_->path(),
                                {.compress_bars = false, .firm_weeks = kFirmWeeks});
    ASSERT_TRUE(outcome) << base::format_error(outcome.error());
    written_ = std::move(*outcome);
    now_ = read_folder(written_.weekly_dir);
    later_ = read_folder(written_.weekly_later_dir);
    restated_ = read_folder(written_.weekly_restated_dir);
  }
  static void TearDownTestSuite() {
    delete scratch_;
    scratch_ = nullptr;
  }

  /// Off-exchange volume of each week and symbol in the daily files, in the daily spelling.
  static std::map<std::pair<market::Day, std::string>, std::int64_t> daily() {
    std::map<std::pair<market::Day, std::string>, std::int64_t> out;
    const std::vector<market::Day> days = *market::sessions(written_.sessions);
    for (const market::Day day : days) {
      for (const char* prefix : {"CNMS", "FORF"}) {
        const auto path = written_.short_dir / (prefix + ("shvol" + day.compact() + ".txt"));
        for (const auto& [symbol, row] : read_short(path).rows) {
          out[{market::week_start(day), symbol}] += row.total;
        }
      }
    }
    return out;
  }
  /// ATS and others of each week and symbol, in the daily spelling.
  static std::map<std::pair<market::Day, std::string>, std::int64_t> weekly() {
    std::map<std::pair<market::Day, std::string>, std::int64_t> out;
    for (const Weekly* folder : {&now_, &later_}) {
      for (const char* type : {"ATS_W_SMBL", "OTC_W_SMBL"}) {
        for (const auto& [key, sum] : folder->by_type.at(type)) {
          const auto symbol = market::to_canonical(*market::Symbol::parse(key.symbol),
                                                   market::SymbolStyle::FinraWeekly);
          std::string finra = symbol.str();
          std::ranges::replace(finra, '.', '/');
          out[{key.week, finra}] += sum.shares;
        }
      }
    }
    return out;
  }

  static inline Scratch* scratch_{nullptr};
  static inline WrittenMarket written_;
  static inline Weekly now_, later_, restated_;
};

TEST_F(WeeklyMarket, RowsByFirmAddUpToThoseBySymbol) {
  const market::Day first = written_.weeks[written_.weeks.size() - kFirmWeeks];
  for (Weekly* folder : {&now_, &later_, &restated_}) {
    for (const std::string kind : {"ATS", "OTC"}) {
      Sums expected = folder->by_type[kind + "_W_SMBL"];
      std::erase_if(expected, [&](const auto& entry) { return entry.first.week < first; });
      EXPECT_EQ(folder->by_type[kind + "_W_SMBL_FIRM"], expected) << kind;
    }
  }
  EXPECT_GT(now_.by_type["ATS_W_SMBL_FIRM"].size(), 500U);
}

TEST_F(WeeklyMarket, AWeekIsTheDailyFilesPlusTheHoursBeforeAndAfter) {
  const auto days = daily();
  const auto weeks = weekly();
  double all_days = 0;
  double all_weeks = 0;
  for (const auto& [key, volume] : weeks) {
    const auto found = days.find(key);
    const std::int64_t regular = found == days.end() ? 0 : found->second;
    EXPECT_GE(volume, regular) << key.second;
    if (regular > 10'000'000'000) {
      EXPECT_LE(static_cast<double>(volume), 1.2 * static_cast<double>(regular)) << key.second;
    }
    all_days += static_cast<double>(regular);
    all_weeks += static_cast<double>(volume);
  }
  EXPECT_GT(all_weeks, 1.02 * all_days);
  EXPECT_LT(all_weeks, 1.12 * all_days);
  for (const auto& [key, volume] : days) {
    if (std::ranges::find(written_.weeks, key.first) == written_.weeks.end()) continue;
    EXPECT_TRUE(weeks.contains(key)) << key.second;
  }
}

TEST_F(WeeklyMarket, AWeekIsNeverAboveConsolidatedVolume) {
  std::map<std::pair<market::Day, std::string>, std::int64_t> consolidated;
  for (const fs::path& path : files_below(written_.bars_dir)) {
    const market::Day day = *market::Day::parse(path.stem().string());
    const auto lines = split(read_file(path), '\n');
    for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
      const auto cells = split(lines[i], ',');
      std::string finra = cells[0];
      std::ranges::replace(finra, '.', '/');
      consolidated[{market::week_start(day), finra}] += units(cells[1], 6);
    }
  }
  std::size_t compared = 0;
  for (const auto& [key, volume] : weekly()) {
    const auto found = consolidated.find(key);
    if (found == consolidated.end()) continue;  // OTC names have no bars
    EXPECT_LE(volume, found->second) << key.second;
    ++compared;
  }
  EXPECT_GT(compared, 1'000U);
}

TEST_F(WeeklyMarket, TiersArePublishedAfterThreeAndFiveWeeks) {
  const market::Day last = written_.sessions.last;
  std::size_t moved = 0;
  const auto check = [&](const Weekly& folder, bool later) {
    for (const auto& [key, published] : folder.published) {
      const market::Day due = key.first.plus(key.second == "T1" ? 21 : 35);
      EXPECT_GE(published, due);
      EXPECT_TRUE(published == due || !market::is_session(due));
      moved += published == due ? 0 : 1;
      EXPECT_EQ(published > last, later) << key.first.iso() << key.second;
    }
  };
  check(now_, false);
  check(later_, true);
  EXPECT_GE(moved, 1U) << "a Monday that is a holiday";
  EXPECT_EQ(now_.published.size() + later_.published.size(), 3 * written_.weeks.size());
}

TEST_F(WeeklyMarket, OneWeekIsRestatedUpwards) {
  EXPECT_THAT(now_.updated_later, IsEmpty());
  EXPECT_THAT(later_.updated_later, IsEmpty());
  ASSERT_EQ(restated_.updated_later.size(), 1U);
  const Sums before = now_.by_type.at("ATS_W_SMBL") + now_.by_type.at("OTC_W_SMBL");
  const Sums after = restated_.by_type.at("ATS_W_SMBL") + restated_.by_type.at("OTC_W_SMBL");
  ASSERT_GE(after.size(), 2U);
  for (const auto& [key, sum] : after) EXPECT_GT(sum.shares, before.at(key).shares);
}

TEST_F(WeeklyMarket, OneNameChangesItsTapeAndOneTickerIsReused) {
  std::map<std::pair<market::Day, std::string>, std::set<std::string>> products;
  std::map<std::pair<market::Day, std::string>, std::set<std::string>> issues;
  for (const auto& [key, sum] : now_.by_type.at("OTC_W_SMBL")) {
    products[{key.week, key.symbol}].insert(key.product);
    issues[{key.week, key.symbol}].insert(key.issue);
  }
  const auto several = [](const auto& entry) { return entry.second.size() > 1; };
  EXPECT_EQ(std::ranges::count_if(products, several), 1);
  EXPECT_EQ(std::ranges::count_if(issues, several), 1);
}

TEST_F(WeeklyMarket, TheSmallFirmsShareOneRow) {
  double small = 0;
  double all = 0;
  for (const fs::path& path : files_below(written_.weekly_dir)) {
    const std::string text = read_file(path);
    EXPECT_LT(text.size(), 3'000'000U) << "the Query API cuts replies of 3 MB";
    const auto outcome = formats::read_documents(text, {.file = path.filename()});
    const columns::Batch& rows = outcome[0]->rows;
    for (std::size_t i = 0; i < rows.num_rows(); ++i) {
      const auto cell = [&](const char* name) { return columns::cell_text(*rows.find(name), i); };
      if (cell("summary_type") != "OTC_W_SMBL_FIRM") continue;
      EXPECT_EQ(cell("mpid"), "");
      const auto shares = static_cast<double>(units(cell("share_quantity"), 6));
      all += shares;
      if (cell("firm_crd") == "0") small += shares;
    }
  }
  EXPECT_GT(small / all, 0.24);
  EXPECT_LT(small / all, 0.37);
}

}  // namespace
}  // namespace offex::sim
