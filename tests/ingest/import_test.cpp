#include "offex/ingest/import.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/base/clock.hpp"
#include "offex/base/log.hpp"
#include "offex/ingest/file_list.hpp"

#include "support/scratch.hpp"

namespace offex::ingest {
namespace {

namespace fs = std::filesystem;
using test_support::short_file;
using testing::ElementsAre;
using testing::HasSubstr;

class ImportTest : public testing::Test {
 protected:
  store::Writer open() {
    auto writer = store::Writer::open({.home = home(), .clock = &clock_, .log = &log_}, "test");
    EXPECT_TRUE(writer) << writer.error().message;
    return std::move(*writer);
  }
  Result<ImportReport> import(const ImportRequest& request, const ImportProgress& progress = {},
                              const std::function<bool()>& stop = {}) {
    store::Writer writer = open();
    auto report = import_files(writer, home(), request, progress, stop);
    EXPECT_TRUE(writer.close());
    return report;
  }
  [[nodiscard]] fs::path home() const { return scratch_.path() / "home"; }
  [[nodiscard]] fs::path in() const { return scratch_.path() / "in"; }
  /// Writes a CNMS day; `number` counts from 2026-01-01.
  void write_day(int number, const std::string& row = "AAPL|10|1|20") {
    const market::Day day = market::Day::parse("2026-01-01")->plus(number);
    std::string text = day.iso();
    std::erase(text, '-');
    scratch_.write("in/CNMSshvol" + text + ".txt", short_file(text, {row}));
  }

  test_support::ScratchFolder scratch_;
  base::FixedClock clock_{1'800'000'000'000'000'000};
  base::NullSink log_;
};

TEST_F(ImportTest, AThousandFilesCountOneByOneToAThousandAndNeverMore) {
  for (int day = 0; day < 1000; ++day) {
    // The same key a thousand times: each file supersedes the one before.
    scratch_.write("in/" + std::to_string(day) + "/FORFshvol20260302.txt",
                   short_file("20260302", {"S" + std::to_string(day) + "|1|0|2"}));
  }
  std::vector<std::uint64_t> done;
  std::vector<std::uint64_t> totals;
  const auto report = import({.paths = {in()}}, [&](std::uint64_t count, std::uint64_t total) {
    done.push_back(count);
    totals.push_back(total);
  });
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(done.size(), 1000U);
  for (std::size_t i = 0; i < done.size(); ++i) EXPECT_EQ(done[i], i + 1);
  EXPECT_THAT(totals, testing::Each(1000U));
  EXPECT_EQ(report->files, 1000U);
}

TEST_F(ImportTest, AFileThatIsNamedTwiceIsReadOnce) {
  write_day(0);
  const auto report =
      import({.paths = {in(), in() / "CNMSshvol20260101.txt", in() / "CNMSshvol20260101.txt"}});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->files, 1U);
  EXPECT_EQ(report->stored, 1U);
}

TEST_F(ImportTest, StopCommitsWhatIsFinished) {
  for (int day = 0; day < 5; ++day) write_day(day);
  int asked = 0;
  const auto stopped = import({.paths = {in()}}, {}, [&asked] { return ++asked > 3; });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, base::ErrorCode::Interrupted);
  EXPECT_THAT(stopped.error().message, HasSubstr("3 of 5"));
  const auto rest = import({.paths = {in()}});
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->known, 3U);
  EXPECT_EQ(rest->stored, 2U);
}

TEST_F(ImportTest, TheReportTellsStoredKnownUnchangedAndRefusedApart) {
  write_day(0);
  write_day(1);
  ASSERT_TRUE(import({.paths = {in()}}));
  write_day(2);
  write_day(3, "AAPL|x|1|20");
  scratch_.write("in/again/CNMSshvol20260102.txt", short_file("20260102", {"AAPL|10|1|20"}, "\n"));
  const auto report = import({.paths = {in()}});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->files, 5U);
  EXPECT_EQ(report->stored, 1U);
  EXPECT_EQ(report->known, 2U);
  EXPECT_EQ(report->unchanged, 1U);
  EXPECT_EQ(report->count(FileStatus::Refused), 1U);
  ASSERT_EQ(report->notable.size(), 1U);
  EXPECT_EQ(report->notable[0].error->place.field, "ShortVolume");
}

TEST_F(ImportTest, APathThatIsNotThereStopsBeforeAnythingIsStored) {
  write_day(0);
  const auto report = import({.paths = {in(), in() / "absent.txt"}});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, base::ErrorCode::NotFound);
  EXPECT_THAT(report.error().place.file, HasSubstr("absent.txt"));
}

TEST_F(ImportTest, OneDecoderAndManyStoreTheSame) {
  for (int day = 0; day < 30; ++day) write_day(day);
  const auto one = import({.paths = {in()}, .threads = 1});
  fs::remove_all(home());
  const auto many = import({.paths = {in()}, .threads = 8});
  ASSERT_TRUE(one);
  ASSERT_TRUE(many);
  EXPECT_EQ(one->stored, 30U);
  EXPECT_EQ(many->stored, 30U);
  EXPECT_EQ(one->rows, many->rows);
}

TEST_F(ImportTest, AFolderIsWalkedInTheOrderOfPathsWithoutHiddenAndForeignFiles) {
  for (const char* name : {"in/b.txt", "in/a/c.csv", "in/.hidden.txt", "in/.git/x.txt",
                           "in/picture.png", "in/z.zip", "in/y.txt.gz", "in/k.json"}) {
    scratch_.write(name, "x");
  }
  const auto files = list_files({in()});
  ASSERT_TRUE(files);
  std::vector<std::string> names;
  for (const ListedFile& file : *files) {
    names.push_back(fs::relative(file.path, in()).string());
    EXPECT_FALSE(file.named);
  }
  EXPECT_THAT(names, ElementsAre("a/c.csv", "b.txt", "k.json", "y.txt.gz", "z.zip"));
}

TEST_F(ImportTest, ANamedFileIsTakenWhateverItsExtension) {
  const fs::path path = scratch_.write("in/download.dat", "x");
  const auto files = list_files({path});
  ASSERT_TRUE(files);
  ASSERT_EQ(files->size(), 1U);
  EXPECT_TRUE(files->front().named);
}

TEST_F(ImportTest, AFolderThatLinksLeadToAgainIsWalkedOnce) {
  write_day(0);
  fs::create_directory_symlink(in(), in() / "loop");
  const auto files = list_files({in()});
  ASSERT_TRUE(files);
  EXPECT_EQ(files->size(), 1U);
}

TEST_F(ImportTest, ALinkedFolderOutsideIsWalked) {
  scratch_.write("elsewhere/CNMSshvol20260302.txt", "x");
  fs::create_directories(in());
  fs::create_directory_symlink(scratch_.path() / "elsewhere", in() / "link");
  const auto files = list_files({in()});
  ASSERT_TRUE(files);
  EXPECT_EQ(files->size(), 1U);
}

TEST_F(ImportTest, AFolderWithACorrectionSettlesAtTheFirstImport) {
  scratch_.write("in/a/CNMSshvol20260302.txt", short_file("20260302", {"AAPL|10|1|20"}));
  scratch_.write("in/b/CNMSshvol20260302.txt", short_file("20260302", {"AAPL|11|1|20"}));
  const auto first = import({.paths = {in()}});
  ASSERT_TRUE(first);
  EXPECT_EQ(first->superseded, 1U);
  const auto again = import({.paths = {in()}});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->known, 2U);
  EXPECT_EQ(again->superseded, 0U);
}

TEST_F(ImportTest, AnOldFileThatIsNamedTakesBackItsCorrection) {
  const fs::path old =
      scratch_.write("in/a/CNMSshvol20260302.txt", short_file("20260302", {"AAPL|10|1|20"}));
  scratch_.write("in/b/CNMSshvol20260302.txt", short_file("20260302", {"AAPL|11|1|20"}));
  ASSERT_TRUE(import({.paths = {in()}}));
  const auto named = import({.paths = {old}});
  ASSERT_TRUE(named);
  EXPECT_EQ(named->superseded, 1U);
}

}  // namespace
}  // namespace offex::ingest
