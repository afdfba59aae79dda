// Published files that others collected. They are not part of the project.
#include <algorithm>
#include <map>
#include <sstream>
#include <tuple>

#include "offex/formats/gzip_reader.hpp"

#include "e2e/offex_program.hpp"

namespace offex::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

// What a day of a facility adds up to, in millionths of a share.
struct Sums {
  std::int64_t rows{0};
  std::int64_t short_volume{0};
  std::int64_t exempt{0};
  std::int64_t total{0};
  friend bool operator==(const Sums&, const Sums&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Sums& sums) {
    return out << sums.rows << " rows, short " << sums.short_volume << ", exempt " << sums.exempt
               << ", total " << sums.total;
  }
};
using SumsByDay = std::map<std::string, Sums>;  // "CNMS 20201201"

std::vector<std::string> fields_of(const std::string& line, char delimiter) {
  std::istringstream in{line};
  std::vector<std::string> out;
  std::string field;
  while (std::getline(in, field, delimiter)) out.push_back(field);
  return out;
}

// "12.5" -> 12500000, by text alone.
std::int64_t millionths(const std::string& text) {
  const std::size_t point = text.find('.');
  std::string fraction = point == std::string::npos ? "" : text.substr(point + 1);
  fraction.resize(6, '0');
  return std::stoll(text.substr(0, point)) * 1'000'000 + std::stoll(fraction);
}

std::string text_of(const fs::path& path) {
  const std::string bytes = test_support::file_bytes(path);
  return path.extension() == ".gz" ? formats::gunzip(bytes).value() : bytes;
}

// The sums of a published file, without any of the program's code.
void add_sums(const fs::path& path, bool has_exempt, SumsByDay& out) {
  std::istringstream text{text_of(path)};
  const std::string facility = path.filename().string().substr(0, 4);
  std::string line;
  std::getline(text, line);
  while (std::getline(text, line)) {
    while (line.ends_with('\r')) line.pop_back();
    const auto fields = fields_of(line, '|');
    if (fields.size() < 5) continue;
    Sums& sums = out[facility + " " + fields[0]];
    ++sums.rows;
    sums.short_volume += millionths(fields[2]);
    if (has_exempt) sums.exempt += millionths(fields[3]);
    sums.total += millionths(fields[has_exempt ? 4 : 3]);
  }
}

class RealData : public OffexTest {
 protected:
  void SetUp() override {
    const auto shared = test_support::shared_folder();
    if (!shared || !fs::exists(*shared / "data")) {
      GTEST_SKIP() << "no folder data under OFFEX_SHARED or ../shared: published files not tested";
    }
    data_ = *shared / "data";
  }

  [[nodiscard]] ProcessOutcome import(const std::vector<std::string>& arguments) {
    std::vector<std::string> words{"import"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return offex_.run(words);
  }

  [[nodiscard]] SumsByDay stored(const std::string& view, const std::string& exempt) {
    std::istringstream rows{
        offex_.query("SELECT facility || ' ' || strftime(trade_date, '%Y%m%d'), count(*), "
                     "sum(short_volume)::DECIMAL(38,6), " +
                     exempt + ", sum(total_volume)::DECIMAL(38,6) FROM " + view +
                     " GROUP BY facility, trade_date")};
    SumsByDay out;
    std::string line;
    while (std::getline(rows, line)) {
      const auto cells = fields_of(line, ',');
      out[cells.at(0)] = {.rows = std::stoll(cells.at(1)),
                          .short_volume = millionths(cells.at(2)),
                          .exempt = millionths(cells.at(3)),
                          .total = millionths(cells.at(4))};
    }
    return out;
  }
  [[nodiscard]] SumsByDay stored_short() {
    return stored("finra_short_daily", "sum(short_exempt_volume)::DECIMAL(38,6)");
  }

  [[nodiscard]] SumsByDay published(const std::string& folder, bool has_exempt = true,
                                    const std::string& except = "-") {
    SumsByDay out;
    for (const auto& entry : fs::directory_iterator{data_ / folder}) {
      const std::string name = entry.path().filename().string();
      if (name.find("shvol2") != std::string::npos && name != except) {
        add_sums(entry.path(), has_exempt, out);
      }
    }
    return out;
  }

  fs::path data_;
};

TEST_F(RealData, AMonthOfWholeMarketDaysAddsUpToItsText) {
  const ProcessOutcome outcome = import({(data_ / "finra_cnms_2020-12").string()});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("imported 22 of 2"));
  const SumsByDay expected = published("finra_cnms_2020-12");
  EXPECT_EQ(expected.size(), 22U);
  EXPECT_EQ(stored_short(), expected);
  EXPECT_EQ(offex_.run({"check"}).exit_code, 0);
}

TEST_F(RealData, FractionalDaysAddUpToTheirTextToTheLastDigit) {
  std::vector<std::string> paths;
  for (const auto& entry : fs::directory_iterator{data_ / "finra_fractional_2026"}) {
    if (entry.path().string().find("shvol2026") != std::string::npos) {
      paths.push_back(entry.path().string());
    }
  }
  const ProcessOutcome outcome = import(paths);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  const SumsByDay expected = published("finra_fractional_2026");
  EXPECT_EQ(expected.size(), 4U);
  EXPECT_EQ(stored_short(), expected);
  EXPECT_EQ(offex_.run({"check"}).exit_code, 0);
}

TEST_F(RealData, ExchangeFilesAreKeptApartAndTheOneWithASymbolTwiceIsRefused) {
  const ProcessOutcome outcome =
      import({(data_ / "nasdaq_bx_2020-12").string(), (data_ / "nasdaq_psx_2020-12").string()});
  EXPECT_EQ(outcome.exit_code, 6);
  EXPECT_THAT(outcome.err, HasSubstr("NQBXshvol20201214.txt.gz:5744:10: Symbol: "));
  EXPECT_THAT(outcome.err, HasSubstr("refused: 1"));
  SumsByDay expected = published("nasdaq_bx_2020-12", false, "NQBXshvol20201214.txt.gz");
  expected.merge(published("nasdaq_psx_2020-12", false));
  EXPECT_EQ(expected.size(), 43U);
  EXPECT_EQ(stored("exchange_short_daily", "0"), expected);
  EXPECT_EQ(offex_.query("SELECT count(*) FROM finra_short_daily"), "0\n");
  EXPECT_EQ(offex_.query("SELECT count(*) FROM finra_short_consolidated"), "0\n");
  EXPECT_EQ(offex_.run({"check"}).exit_code, 0);
}

TEST_F(RealData, AnEmptyDayNeedsItsDate) {
  const std::string file =
      (data_ / "finra_fractional_2026/FNRAshvol_empty_day_65bytes.txt").string();
  const ProcessOutcome without = import({file});
  EXPECT_EQ(without.exit_code, 2);
  EXPECT_THAT(without.err, HasSubstr("--date"));
  EXPECT_EQ(import({file, "--date", "2026-07-30"}).exit_code, 0);
  EXPECT_EQ(offex_.query("SELECT facility, key_date, rows FROM revision"), "FNRA,2026-07-30,0\n");
}

TEST_F(RealData, RowsOfSeveralFacilitiesInOneFileAreRefused) {
  const std::string file =
      (data_ / "finra_gme_by_facility_2021/gme_shortvol_by_facility.txt").string();
  const ProcessOutcome unknown = import({file});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("--facility"));
  const ProcessOutcome told = import({file, "--facility", "CNMS"});
  EXPECT_EQ(told.exit_code, 6);
  EXPECT_THAT(told.err, HasSubstr("gme_shortvol_by_facility.txt:3:10: Symbol: "));
}

TEST_F(RealData, RowsWithoutAHeaderAreRefused) {
  const ProcessOutcome outcome =
      import({(data_ / "finra_fractional_2026/other_published_fractional_rows.txt").string()});
  EXPECT_EQ(outcome.exit_code, 6);
  EXPECT_THAT(outcome.err, HasSubstr("header line is missing"));
}

TEST_F(RealData, OneFundForFiveYearsAddsUpToItsText) {
  const fs::path file = data_ / "msos_short_and_ftd_2020_2025/finra_short_data_MSOS_72mo.csv";
  EXPECT_EQ(import({file.string(), "--facility", "CNMS"}).exit_code, 0);
  std::istringstream text{test_support::file_bytes(file)};
  std::string line;
  std::getline(text, line);
  std::int64_t rows = 0;
  std::int64_t sum = 0;
  while (std::getline(text, line)) {
    ++rows;
    sum += std::stoll(fields_of(line, ',').at(2));
  }
  EXPECT_EQ(offex_.query("SELECT count(*), sum(short_volume)::BIGINT FROM finra_short_daily"),
            std::to_string(rows) + "," + std::to_string(sum) + "\n");
  EXPECT_EQ(offex_.run({"check"}).exit_code, 0);
}

TEST_F(RealData, ADayFromTwoCollectorsIsTheSame) {
  // MSOS in the whole-market file of a day and in one collector's five-year table.
  EXPECT_EQ(import({(data_ / "finra_cnms_2020-12/CNMSshvol20201201.txt.gz").string()}).exit_code,
            0);
  const std::string sql =
      "SELECT short_volume, total_volume FROM finra_short_consolidated WHERE symbol = 'MSOS' AND "
      "trade_date = DATE '2020-12-01'";
  const std::string published = offex_.query(sql);
  EXPECT_THAT(published, Not(testing::IsEmpty()));
  EXPECT_EQ(
      import({(data_ / "msos_short_and_ftd_2020_2025/finra_short_data_MSOS_72mo.csv").string(),
              "--facility", "CNMS"})
          .exit_code,
      0);
  EXPECT_EQ(offex_.query(sql), published);
}

}  // namespace
}  // namespace offex::e2e
