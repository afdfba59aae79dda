// The same rows in another wrapping are one revision; a correction is a second one.
#include "offex/formats/gzip_writer.hpp"

#include "e2e/offex_program.hpp"
#include "formats/zip_text.hpp"

namespace offex::e2e {
namespace {

using testing::HasSubstr;

const std::vector<std::string> two_rows{"AAPL|10|1|20", "BRK/B|30|0|40"};

class Wrappings : public OffexTest {
 protected:
  void SetUp() override {
    offex_.write("CNMSshvol20260302.txt", short_file("20260302", two_rows));
    offex_.must({"import", "CNMSshvol20260302.txt"});
  }
  void expect_unchanged(const std::string& file) {
    const ProcessOutcome outcome = offex_.run({"import", file});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("same rows as before: 1"));
    EXPECT_EQ(offex_.query("SELECT count(*), (SELECT count(*) FROM fact_short) FROM revision"),
              "1,2\n");
  }
};

TEST_F(Wrappings, GzipIsTheSameRevision) {
  offex_.write("CNMSshvol20260302.txt.gz", formats::gzip(short_file("20260302", two_rows)).value());
  expect_unchanged("CNMSshvol20260302.txt.gz");
}

TEST_F(Wrappings, ZipIsTheSameRevision) {
  offex_.write("days.zip", formats::test::make_zip(
                               {{"CNMSshvol20260302.txt", short_file("20260302", two_rows)}}));
  expect_unchanged("days.zip");
}

TEST_F(Wrappings, OtherLineEndsAreTheSameRevision) {
  offex_.write("lf/CNMSshvol20260302.txt", short_file("20260302", two_rows, "\n"));
  expect_unchanged("lf");
}

TEST_F(Wrappings, RowsInAnotherOrderAreTheSameRevision) {
  offex_.write("sorted/CNMSshvol20260302.txt", short_file("20260302", {two_rows[1], two_rows[0]}));
  expect_unchanged("sorted");
}

TEST_F(Wrappings, TheSameBytesAgainAreKnown) {
  const std::string before = offex_.digest();
  EXPECT_THAT(offex_.run({"import", "CNMSshvol20260302.txt"}).err, HasSubstr("known already: 1"));
  EXPECT_EQ(offex_.digest(), before);
}

TEST_F(Wrappings, TheSameRowsOfAnotherFacilityAreAnotherFact) {
  offex_.write("FNSQshvol20260302.txt", short_file("20260302", two_rows));
  offex_.must({"import", "FNSQshvol20260302.txt"});
  EXPECT_EQ(offex_.query("SELECT facility, rows FROM revision ORDER BY 1"), "CNMS,2\nFNSQ,2\n");
}

TEST_F(Wrappings, EmptyDaysOfTheSameBytesAreRecordedEachForItsOwnDay) {
  for (const char* day : {"20260302", "20260303", "20260304"}) {
    offex_.write("empty/FNRAshvol" + std::string{day} + ".txt", short_file(day, {}));
  }
  offex_.must({"import", "empty"});
  EXPECT_EQ(offex_.query("SELECT key_date, rows FROM revision WHERE facility = 'FNRA' ORDER BY 1"),
            "2026-03-02,0\n2026-03-03,0\n2026-03-04,0\n");
  EXPECT_EQ(offex_.run({"check"}).exit_code, 0);
}

TEST_F(Wrappings, AnEmptyDayThatComesLaterIsRecordedAsWell) {
  offex_.write("FNRAshvol20260302.txt", short_file("20260302", {}));
  offex_.must({"import", "FNRAshvol20260302.txt"});
  offex_.write("FNRAshvol20260303.txt", short_file("20260303", {}));
  offex_.must({"import", "FNRAshvol20260303.txt"});
  EXPECT_EQ(offex_.query("SELECT key_date FROM revision WHERE facility = 'FNRA' ORDER BY 1"),
            "2026-03-02\n2026-03-03\n");
}

/// Captured on March 2, corrected on March 5.
class Correction : public OffexTest {
 protected:
  void SetUp() override {
    offex_.set_now("2026-03-03T01:00:00Z");
    offex_.write("first/CNMSshvol20260302.txt", short_file("20260302", {"AAPL|10|1|20"}));
    offex_.must({"import", "first"});
    offex_.set_now("2026-03-05T15:00:00Z");
    offex_.write("second/CNMSshvol20260302.txt", short_file("20260302", {"AAPL|12|1|20"}));
    const ProcessOutcome outcome = offex_.run({"import", "second"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("corrected by a newer version: 1"));
  }
  void expect_answers(const std::vector<std::string>& question, const std::string& then,
                      const std::string& now) {
    std::vector<std::string> asof = question;
    asof.insert(asof.end(), {"--asof", "2026-03-04"});
    EXPECT_THAT(offex_.must(asof), HasSubstr(then));
    EXPECT_THAT(offex_.must(question), HasSubstr(now));
  }
};

TEST_F(Correction, AddsARevisionAndErasesNone) {
  EXPECT_EQ(offex_.query("SELECT count(*), count(known_to) FROM revision"), "2,1\n");
  EXPECT_EQ(offex_.query("SELECT short_volume::INT FROM finra_short_daily"), "12\n");
}

TEST_F(Correction, ShowAnswersAsKnownThen) {
  expect_answers({"show", "AAPL", "-q", "--columns", "symbol,short_ratio"}, "AAPL\t0.5\n",
                 "AAPL\t0.6\n");
}

TEST_F(Correction, SqlAnswersAsKnownThen) {
  expect_answers({"sql", "SELECT short_volume::INT AS v FROM finra_short_daily", "-q"}, "v\n10\n",
                 "v\n12\n");
}

TEST_F(Correction, FeaturesAnswerAsKnownThen) {
  expect_answers({"features", "--date", "2026-03-02", "-q"}, "AAPL\t2026-03-02\t0.5\t",
                 "AAPL\t2026-03-02\t0.6\t");
}

TEST_F(Correction, ExportAnswersAsKnownThen) {
  expect_answers({"export", "finra_short_consolidated", "-f", "jsonl", "-q"}, "\"short_volume\":10",
                 "\"short_volume\":12");
}

TEST_F(Correction, NothingWasKnownBeforeTheEveningOfTheDay) {
  EXPECT_EQ(offex_.run({"show", "AAPL", "--asof", "2026-03-02T22:59:00Z"}).exit_code, 3);
  EXPECT_EQ(offex_.run({"show", "AAPL", "--asof", "2026-03-02T23:00:00Z"}).exit_code, 0);
}

TEST_F(Correction, TheFirstVersionAgainIsAThirdRevision) {
  // FINRA took the correction back: the rows in force change, although the bytes are known.
  offex_.set_now("2026-03-06T15:00:00Z");
  offex_.write("third/CNMSshvol20260302.txt", short_file("20260302", {"AAPL|10|1|20"}, "\n"));
  offex_.must({"import", "third"});
  EXPECT_EQ(offex_.query("SELECT short_volume::INT FROM finra_short_daily"), "10\n");
  EXPECT_EQ(offex_.query("SELECT count(*) FROM revision"), "3\n");
}

TEST_F(Correction, ABuildFollowsTheCorrection) {
  offex_.must({"build"});
  EXPECT_EQ(offex_.query("SELECT short_ratio FROM daily_metrics_v2"), "0.6\n");
}

}  // namespace
}  // namespace offex::e2e
