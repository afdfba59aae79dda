#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/base/digest.hpp"

#include "ingest/spool_internal.hpp"
#include "ingest/sync_support.hpp"
#include "support/scratch.hpp"

namespace offex::ingest {
namespace {

namespace fs = std::filesystem;
using sync_test::at;
using test_support::file_bytes;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class SpoolTest : public testing::Test {
 protected:
  [[nodiscard]] SpoolFile keep(const std::string& name, std::string_view body,
                               const std::string& question = "question") const {
    auto kept = spool_.keep("answer", name, body,
                            {.path = {},
                             .question = question,
                             .url = "https://a.example/file",
                             .etag = R"("tag with spaces")",
                             .last_modified = "Fri, 20 Mar 2026 22:00:00 GMT",
                             .published_at = at("2026-03-20T22:00:00Z"),
                             .received_at = at("2026-03-20T23:00:00Z"),
                             .bytes = 0,
                             .sha256 = {},
                             .rows = 7,
                             .next_url = "https://a.example/next?cursor=x",
                             .total = 12});
    EXPECT_TRUE(kept) << kept.error().message;
    return kept ? *kept : SpoolFile{};
  }
  [[nodiscard]] std::vector<SpoolFile> load(
      std::string_view oldest = "2026-03-20T00:00:00Z") const {
    return spool_.load("answer", "question", at(oldest));
  }
  [[nodiscard]] fs::path path(const std::string& name) const { return root() / "answer" / name; }
  [[nodiscard]] fs::path root() const { return scratch_.path() / "incoming"; }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& [name, bytes] : test_support::folder_content(root())) out.push_back(name);
    std::ranges::sort(out);
    return out;
  }

  test_support::ScratchFolder scratch_;
  Spool spool_{scratch_.path() / "incoming"};
};

TEST_F(SpoolTest, ABodyComesBackWithAllThatIsKnownOfIt) {
  const SpoolFile kept = keep("page.json", "[1,2]");
  const auto found = load();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(file_bytes(found[0].path), "[1,2]");
  EXPECT_EQ(found[0].path, kept.path);
  EXPECT_EQ(found[0].question, "question");
  EXPECT_EQ(found[0].url, "https://a.example/file");
  EXPECT_EQ(found[0].etag, R"("tag with spaces")");
  EXPECT_EQ(found[0].last_modified, "Fri, 20 Mar 2026 22:00:00 GMT");
  EXPECT_EQ(found[0].published_at, at("2026-03-20T22:00:00Z"));
  EXPECT_EQ(found[0].received_at, at("2026-03-20T23:00:00Z"));
  EXPECT_EQ(found[0].bytes, 5U);
  EXPECT_EQ(found[0].sha256, base::sha256("[1,2]").hex());
  EXPECT_EQ(found[0].rows, 7);
  EXPECT_EQ(found[0].next_url, "https://a.example/next?cursor=x");
  EXPECT_EQ(found[0].total, 12);
}

TEST_F(SpoolTest, WhatTheUpstreamDidNotTellComesBackAsNotTold) {
  SpoolFile about;
  about.question = "question";
  about.received_at = at("2026-03-20T23:00:00Z");
  ASSERT_TRUE(spool_.keep("answer", "file.txt", "x", about));
  const auto found = load();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].etag, "");
  EXPECT_EQ(found[0].next_url, "");
  EXPECT_EQ(found[0].published_at, std::nullopt);
  EXPECT_EQ(found[0].total, std::nullopt);
}

TEST_F(SpoolTest, FilesComeInTheOrderOfTheirNames) {
  static_cast<void>(keep("b_0002.json", "2"));
  static_cast<void>(keep("b_0010.json", "10"));
  static_cast<void>(keep("b_0001.json", "1"));
  std::vector<std::string> found;
  for (const SpoolFile& file : load()) found.push_back(file.path.filename().string());
  EXPECT_THAT(found, ElementsAre("b_0001.json", "b_0002.json", "b_0010.json"));
}

TEST_F(SpoolTest, ABodyThatIsKeptAgainReplacesTheFirst) {
  static_cast<void>(keep("page.json", "[1]"));
  static_cast<void>(keep("page.json", "[1,2,3]"));
  const auto found = load();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(file_bytes(found[0].path), "[1,2,3]");
}

TEST_F(SpoolTest, AnEmptyBodyIsABody) {
  static_cast<void>(keep("empty.txt", ""));
  EXPECT_THAT(load(), SizeIs(1));
}

TEST_F(SpoolTest, NothingLiesAsideOnceABodyIsKept) {
  static_cast<void>(keep("page.json", "[1]"));
  EXPECT_THAT(names(), ElementsAre("answer/page.json", "answer/page.json.about"));
}

TEST_F(SpoolTest, ABodyWithoutADescriptionDoesNotCountAndStaysToBeContinued) {
  scratch_.write("incoming/answer/large.csv.gz", "half of i");
  EXPECT_THAT(load(), IsEmpty());
  EXPECT_TRUE(fs::exists(path("large.csv.gz")));
}

TEST_F(SpoolTest, ADescriptionWithoutABodyIsRemoved) {
  const SpoolFile kept = keep("page.json", "[1]");
  fs::remove(kept.path);
  EXPECT_THAT(load(), IsEmpty());
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(SpoolTest, ABodyThatWasCutIsRemovedWithItsDescription) {
  const SpoolFile kept = keep("page.json", "[1,2,3]");
  fs::resize_file(kept.path, 4);
  EXPECT_THAT(load(), IsEmpty());
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(SpoolTest, ABodyOfTheSameLengthWithAnotherByteIsRemoved) {
  static_cast<void>(keep("page.json", "[1,2,3]"));
  scratch_.write("incoming/answer/page.json", "[1,9,3]");
  EXPECT_THAT(load(), IsEmpty());
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(SpoolTest, ADescriptionThatCannotBeReadIsRemovedWithItsBody) {
  static_cast<void>(keep("page.json", "[1]"));
  scratch_.write("incoming/answer/page.json.about", "question question\nreceived_at soon\n");
  EXPECT_THAT(load(), IsEmpty());
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(SpoolTest, AnAnswerToAnotherQuestionIsRemovedAndTheOthersStay) {
  static_cast<void>(keep("a.json", "[1]", "question of yesterday"));
  static_cast<void>(keep("b.json", "[2]"));
  EXPECT_THAT(load(), SizeIs(1));
  EXPECT_THAT(names(), ElementsAre("answer/b.json", "answer/b.json.about"));
}

TEST_F(SpoolTest, AnAnswerThatIsOlderThanAllowedIsRemoved) {
  static_cast<void>(keep("page.json", "[1]"));
  EXPECT_THAT(load("2026-03-20T23:00:00Z"), SizeIs(1));
  EXPECT_THAT(load("2026-03-20T23:00:01Z"), IsEmpty());
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(SpoolTest, AFileThatLiesThereAlreadyCountsOnceItIsDescribed) {
  SpoolFile about;
  about.path = scratch_.write("incoming/answer/large.csv.gz", "whole");
  about.question = "question";
  about.received_at = at("2026-03-20T23:00:00Z");
  about.bytes = 5;
  about.sha256 = base::sha256("whole").hex();
  EXPECT_THAT(load(), IsEmpty());
  ASSERT_TRUE(spool_.describe(about));
  EXPECT_THAT(load(), SizeIs(1));
}

TEST_F(SpoolTest, NothingIsFoundWhereNothingWasKept) {
  EXPECT_THAT(load(), IsEmpty());
  EXPECT_FALSE(fs::exists(root()));
}

TEST_F(SpoolTest, DropRemovesOneAnswerAndNoOther) {
  static_cast<void>(keep("page.json", "[1]"));
  ASSERT_TRUE(spool_.keep("other", "page.json", "[2]", {}));
  spool_.drop("answer");
  EXPECT_THAT(names(), ElementsAre("other/page.json", "other/page.json.about"));
}

TEST_F(SpoolTest, DropOfWhatIsNotThereDoesNothing) {
  static_cast<void>(keep("page.json", "[1]"));
  spool_.drop("other");
  EXPECT_THAT(load(), SizeIs(1));
}

TEST_F(SpoolTest, SweepRemovesWhatIsStoredAndWhatIsOldButNothingThatIsWanted) {
  const auto age = [&](const char* slug) {
    fs::last_write_time(root() / slug, fs::file_time_type::clock::now() - std::chrono::hours{2});
  };
  for (const char* slug : {"wanted", "stored", "old", "new"}) {
    ASSERT_TRUE(spool_.keep(slug, "page.json", "[1]", {}));
  }
  age("wanted");
  age("old");
  spool_.sweep({"wanted", "not there"}, {"stored", "wanted"}, std::chrono::hours{1});
  EXPECT_THAT(names(), ElementsAre("new/page.json", "new/page.json.about", "wanted/page.json",
                                   "wanted/page.json.about"));
}

TEST_F(SpoolTest, AFolderThatCannotBeWrittenIsAnIoErrorThatNamesTheFile) {
  scratch_.write("incoming/answer", "a file where the folder should be");
  const auto kept = spool_.keep("answer", "page.json", "[1]", {});
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().code, base::ErrorCode::Io);
  EXPECT_THAT(kept.error().place.file, testing::HasSubstr("page.json"));
}

}  // namespace
}  // namespace offex::ingest
