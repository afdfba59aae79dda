#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/transfer_internal.hpp"
#include "ingest/transfer_support.hpp"

namespace offex::ingest {
namespace {

using base::ErrorCode;
using sync_test::at;
using sync_test::body_of;
using sync_test::empty_reply;
using sync_test::file_task;
using sync_test::json_rows;
using sync_test::linked_page;
using sync_test::linked_task;
using sync_test::query_task;
using sync_test::TransferTest;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

// --- Files

TEST_F(TransferTest, AFileIsOneRequestAndOneReply) {
  const Task task = file_task();
  Transfer transfer = open(task);
  const Step first = start(transfer);
  EXPECT_EQ(first.want, Want::Ask);
  EXPECT_EQ(first.request.url, "https://a.example/file.txt");
  EXPECT_EQ(take(transfer, first, body_of("text")).want, Want::Whole);
  EXPECT_THAT(names(transfer), ElementsAre("file.txt"));
  EXPECT_EQ(test_support::file_bytes(transfer.files()[0].path), "text");
}

TEST_F(TransferTest, AFileWithoutABodyIsNoAnswer) {
  const Task task = file_task();
  Transfer transfer = open(task);
  EXPECT_EQ(take(transfer, start(transfer), empty_reply()).want, Want::None);
  EXPECT_THAT(transfer.files(), IsEmpty());
}

TEST_F(TransferTest, AFileOfAnEarlierRunIsNotAskedForAgain) {
  const Task task = file_task();
  Transfer earlier = open(task);
  static_cast<void>(take(earlier, start(earlier), body_of("text")));
  Transfer transfer = open(task);
  EXPECT_EQ(start(transfer).want, Want::Whole);
  EXPECT_EQ(transfer.resumed(), 1U);
}

TEST_F(TransferTest, AFileThatLiesForTooLongIsAskedForAgain) {
  const Task task = file_task();
  Transfer earlier = open(task);
  static_cast<void>(take(earlier, start(earlier), body_of("text")));
  Transfer transfer = open(task);
  const auto step = transfer.start(at("2026-03-20T23:00:01Z"));
  ASSERT_TRUE(step);
  EXPECT_EQ(step->want, Want::Ask);
  EXPECT_EQ(transfer.resumed(), 0U);
}

TEST_F(TransferTest, ALargeFileIsReceivedInTheSpoolAndMeasuredThere) {
  Task task = file_task();
  task.request.file = "large";
  Transfer transfer = open(task);
  const Step first = start(transfer);
  EXPECT_EQ(first.request.file, spool_.folder(slug_of(task)) / "file.txt");
  scratch_.write(first.request.file, "many bytes");
  EXPECT_EQ(take(transfer, first, body_of("")).want, Want::Whole);
  ASSERT_THAT(transfer.files(), SizeIs(1));
  EXPECT_EQ(transfer.files()[0].bytes, 10U);
  Transfer next = open(task);
  EXPECT_EQ(start(next).want, Want::Whole);
}

TEST_F(TransferTest, AJsonFileWithoutRowsIsNoAnswer) {
  const Task task = file_task(Shape::JsonFile);
  Transfer transfer = open(task);
  const Step first = start(transfer);
  EXPECT_EQ(take(transfer, first, body_of(R"({"status":"OK"})")).want, Want::None);
  EXPECT_EQ(take(transfer, first, body_of("[]")).want, Want::None);
  EXPECT_THAT(transfer.files(), IsEmpty());
}

TEST_F(TransferTest, AJsonFileThatWasCutIsAnIntegrityErrorThatNamesTheQuestion) {
  const Task task = file_task(Shape::JsonFile);
  Transfer transfer = open(task);
  const Step first = start(transfer);
  const auto step = try_take(transfer, first, body_of(R"({"results":[{"row":1},{"ro)"));
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::Integrity);
  EXPECT_EQ(step.error().place.file, "a question");
  EXPECT_EQ(take(transfer, first, body_of(linked_page(1))).want, Want::Whole);
}

// --- An interrupted run

TEST_F(TransferTest, AnInterruptedAnswerGoesOnAfterItsLastPage) {
  const Task task = query_task();
  fetch(task, {3, 3}, 8);
  Transfer transfer = open(task);
  const Step step = start(transfer);
  EXPECT_EQ(transfer.resumed(), 2U);
  EXPECT_THAT(step.request.body, HasSubstr(R"("offset":6)"));
  EXPECT_EQ(take(transfer, step, body_of(json_rows(2), 8, 6)).want, Want::Whole);
}

TEST_F(TransferTest, AWholeAnswerOfAnEarlierRunNeedsNoRequest) {
  const Task task = query_task();
  fetch(task, {3, 2}, 5);
  Transfer transfer = open(task);
  EXPECT_EQ(start(transfer).want, Want::Whole);
  EXPECT_THAT(names(transfer), ElementsAre("answer_0001.json", "answer_0002.json"));
}

TEST_F(TransferTest, PagesAreTakenUpOnlyAsFarAsThereIsNoGap) {
  const Task task = query_task();
  fetch(task, {3, 3, 3}, 12);
  remove_page(task, "answer_0002.json");
  Transfer transfer = open(task);
  const Step step = start(transfer);
  EXPECT_THAT(names(transfer), ElementsAre("answer_0001.json"));
  EXPECT_EQ(transfer.resumed(), 1U);
  EXPECT_THAT(step.request.body, HasSubstr(R"("offset":3)"));
}

TEST_F(TransferTest, WithoutTheFirstPageAllIsAskedForAgain) {
  const Task task = query_task();
  fetch(task, {3, 3}, 9);
  remove_page(task, "answer_0001.json");
  Transfer transfer = open(task);
  EXPECT_THAT(start(transfer).request.body, HasSubstr(R"("offset":0)"));
  EXPECT_EQ(transfer.resumed(), 0U);
}

TEST_F(TransferTest, PagesOfAnotherQuestionAreNotTakenUp) {
  const Task task = query_task();
  fetch(task, {3}, 9);
  Task other = query_task();
  other.query.sort = {"+MPID"};
  Transfer transfer = open(other);
  EXPECT_THAT(start(transfer).request.body, HasSubstr(R"("offset":0)"));
}

TEST_F(TransferTest, ResetForgetsWhatCame) {
  const Task task = query_task();
  Transfer transfer = open(task);
  static_cast<void>(take(transfer, start(transfer), body_of(json_rows(3), 9)));
  transfer.reset();
  EXPECT_THAT(transfer.files(), IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(spool_.folder(slug_of(task))));
  EXPECT_THAT(start(transfer).request.body, HasSubstr(R"("offset":0)"));
}

// --- What is handed on

TEST_F(TransferTest, PagesAreHandedOnAsOneArchiveWithTheirOrigin) {
  const Task task = query_task();
  Transfer transfer = open(task);
  feeds::Reply reply = body_of(json_rows(2), 2);
  reply.etag = R"("tag")";
  reply.published_at = at("2026-03-20T22:00:00Z");
  static_cast<void>(take(transfer, start(transfer), reply));
  const Bundle bundle = transfer.bundle();
  EXPECT_EQ(bundle.archive_name, "answer.zip");
  ASSERT_THAT(bundle.inputs, SizeIs(1));
  EXPECT_EQ(bundle.inputs[0].file.path.filename(), "answer_0001.json");
  EXPECT_TRUE(bundle.inputs[0].file.named);
  ASSERT_TRUE(bundle.inputs[0].origin);
  EXPECT_EQ(bundle.inputs[0].origin->url,
            "https://api.finra.org/data/group/otcMarket/name/weeklySummary");
  EXPECT_EQ(bundle.inputs[0].origin->etag, R"("tag")");
  EXPECT_EQ(bundle.inputs[0].origin->published_at, at("2026-03-20T22:00:00Z"));
}

TEST_F(TransferTest, AFileIsHandedOnAsItIs) {
  const Task task = file_task();
  Transfer transfer = open(task);
  static_cast<void>(take(transfer, start(transfer), body_of("text")));
  const Bundle bundle = transfer.bundle();
  EXPECT_EQ(bundle.archive_name, "");
  ASSERT_THAT(bundle.inputs, SizeIs(1));
  EXPECT_EQ(bundle.inputs[0].file.path.filename(), "file.txt");
}

TEST_F(TransferTest, TheFoldersOfSymbolsThatDifferByCaseDifferWithoutRegardToCase) {
  Task task = linked_task();
  const auto lower = [&](const std::string& scope) {
    task.covers.front().scope = scope;
    std::string out = slug_of(task);
    std::ranges::transform(out, out.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    return out;
  };
  EXPECT_NE(lower("ABRpD"), lower("ABRPD"));
  EXPECT_NE(lower("BRK.B"), lower("BRK/B"));
}

TEST_F(TransferTest, TheFolderOfATaskIsFitForAFileSystem) {
  Task task = linked_task();
  task.covers.front().scope = "../A B/C*" + std::string(300, 'x');
  const std::string slug = slug_of(task);
  EXPECT_THAT(slug, StartsWith("finra_api-weekly_summary-2026-02-23-"));
  EXPECT_LE(slug.size(), 128U);
  EXPECT_EQ(slug.find_first_of("/ .*"), std::string::npos);
}

}  // namespace
}  // namespace offex::ingest
