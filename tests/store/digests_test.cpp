#include <algorithm>
#include <csignal>
#include <map>
#include <random>

#include <gmock/gmock.h>
#include <sys/wait.h>

#include "offex/store/row_digest.hpp"

#include "store/maintenance_internal.hpp"
#include "store_fixture.hpp"

namespace offex::store {

using testing::HasSubstr;

/// One file of the small history that the tests import in many ways.
struct HistoryFile {
  std::string name;
  market::Facility facility{};
  std::string day;
  std::vector<ShortRow> rows;
};

/// Twelve days of two facilities, the later days with symbols of their own.
std::vector<HistoryFile> history() {
  std::vector<HistoryFile> out;
  for (int number = 0; number < 12; ++number) {
    const std::string trade_date = day("2026-02-02").plus(number).iso();
    for (const market::Facility facility : {market::Facility::Cnms, market::Facility::Fnsq}) {
      HistoryFile file{.name = trade_date + std::string{market::to_string(facility)},
                       .facility = facility,
                       .day = trade_date,
                       .rows = {}};
      for (int i = 0; i < 300; ++i) {
        const std::string name = "S" + std::to_string(100 + (i * 7 + number) % 900);
        file.rows.push_back(
            {name, i + number, i % 3 == 0 ? std::nullopt : std::optional{i / 2}, 2 * i + number});
      }
      std::ranges::sort(file.rows, {}, &ShortRow::symbol);
      out.push_back(std::move(file));
    }
  }
  return out;
}

class Digests : public StoreTest {
 protected:
  Result<PutResult> put(const HistoryFile& file) {
    return put_short(file.name, file.day, file.rows, file.facility);
  }
  /// Table name to digest and number of rows.
  std::map<std::string, std::string> digests() {
    const Reader view = reader();
    const auto all = view.digests();
    EXPECT_TRUE(all) << all.error().message;
    std::map<std::string, std::string> out;
    if (all) {
      for (const Reader::TableDigest& one : *all) {
        out.emplace(one.table, one.digest + '/' + std::to_string(one.rows));
      }
    }
    return out;
  }
  /// The digests of an uninterrupted run in order.
  static std::map<std::string, std::string> expected() {
    class Plain : public Digests {
     public:
      void TestBody() override {}
      std::map<std::string, std::string> run() {
        for (const HistoryFile& file : history()) {
          EXPECT_TRUE(put(file));
        }
        return digests();
      }
    };
    return Plain{}.run();
  }
};

TEST_F(Digests, DoNotDependOnTheOrderOfImport) {
  std::vector<HistoryFile> files = history();
  std::ranges::shuffle(files, std::mt19937{7});
  clock_.set(at("2026-09-01T00:00:00Z"));
  ASSERT_TRUE(writer().begin());
  for (const HistoryFile& file : files) {
    ASSERT_TRUE(put(file));
  }
  ASSERT_TRUE(writer().commit());

  EXPECT_EQ(digests(), expected());
}

TEST_F(Digests, SeeAChangedValue) {
  std::vector<HistoryFile> files = history();
  files.back().rows.back().short_volume = 12'345;
  for (const HistoryFile& file : files) {
    ASSERT_TRUE(put(file));
  }

  const auto mine = digests();
  const auto others = expected();

  EXPECT_NE(mine.at("fact_short"), others.at("fact_short"));
  EXPECT_EQ(mine.at("symbol_dictionary"), others.at("symbol_dictionary"));
}

TEST_F(Digests, FindRowsThatWereChangedBehindTheStoresBack) {
  ASSERT_TRUE(put(history().front()));
  {
    const Reader view = reader();
  }
  ASSERT_TRUE(run_on_file(folder_.path() / "offex.duckdb",
                          "UPDATE fact_short SET short_volume = 0.000001 WHERE symbol_code = 3"));
  std::filesystem::remove(folder_.path() / "snapshot" / "offex.duckdb");

  const Reader view = reader();
  const auto found = view.digests();

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, base::ErrorCode::Integrity);
  EXPECT_THAT(found.error().message, HasSubstr("finra_short_daily 2026-02-02 CNMS"));
}

TEST_F(Digests, SurviveKillsAtRandomMoments) {
  std::mt19937 random{20260223};
  std::uniform_int_distribution<int> wait_micros{0, 120'000};
  for (int attempt = 0; attempt < 20; ++attempt) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto mine = Writer::open(options(), "import");
      if (!mine) {
        ::_exit(2);
      }
      writer_.emplace(std::move(mine).value());
      for (const HistoryFile& file : history()) {
        static_cast<void>(put(file));
      }
      static_cast<void>(writer_->close());
      ::_exit(0);
    }
    ::usleep(static_cast<useconds_t>(wait_micros(random)));
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == 2) << "the store did not open";
  }
  for (const HistoryFile& file : history()) {
    ASSERT_TRUE(put(file));
  }

  EXPECT_EQ(digests(), expected());
}

TEST(RowDigest, IsTheSameForAnyOrderOfRows) {
  const columns::Batch forward = short_batch({{"A", 1, 0, 2}, {"B", 3, {}, 4}});
  const columns::Batch backward = short_batch({{"B", 3, {}, 4}, {"A", 1, 0, 2}});
  const auto digest = [](const columns::Batch& batch) {
    return row_digest(
        {.dataset = market::Dataset::FinraShortDaily, .day = day("2026-02-23"), .rows = &batch});
  };

  EXPECT_EQ(digest(forward), digest(backward));
  EXPECT_NE(digest(forward), digest(short_batch({{"A", 1, 0, 2}, {"B", 3, 0, 4}})));
}

TEST(RowDigest, TakesAnAbsentColumnForOneWithoutValues) {
  const columns::Batch missing = short_batch({{"A", 1, {}, 2}});
  columns::Batch absent;
  for (const columns::Column& column : missing.columns()) {
    if (column.name() != "short_exempt_volume") {
      absent.add(column);
    }
  }
  const auto digest = [](const columns::Batch& batch) {
    return row_digest(
        {.dataset = market::Dataset::FinraShortDaily, .day = day("2010-02-23"), .rows = &batch});
  };

  EXPECT_EQ(digest(missing), digest(absent));
}

}  // namespace offex::store
