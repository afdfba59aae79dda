#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/transfer_support.hpp"

namespace offex::ingest {
namespace {

using base::ErrorCode;
using sync_test::at;
using sync_test::body_of;
using sync_test::empty_reply;
using sync_test::json_rows;
using sync_test::linked_page;
using sync_test::linked_task;
using sync_test::query_task;
using sync_test::TransferTest;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// --- Pages of the Query API

TEST_F(TransferTest, PagesAdvanceByTheRowsThatCameAndEndAtTheTotal) {
  const Task task = query_task();
  Transfer transfer = open(task);
  Step step = start(transfer);
  EXPECT_THAT(step.request.body, HasSubstr(R"("offset":0)"));
  step = take(transfer, step, body_of(json_rows(3), 5, 0));
  EXPECT_EQ(step.want, Want::Ask);
  EXPECT_THAT(step.request.body, HasSubstr(R"("offset":3)"));
  EXPECT_EQ(take(transfer, step, body_of(json_rows(2), 5, 3)).want, Want::Whole);
  EXPECT_THAT(names(transfer), ElementsAre("answer_0001.json", "answer_0002.json"));
}

TEST_F(TransferTest, APageShorterThanAskedForIsNotTheLastOne) {
  const Task task = query_task();
  Transfer transfer = open(task);
  const Step step = take(transfer, start(transfer), body_of(json_rows(1), 5'000));
  EXPECT_EQ(step.want, Want::Ask);
  EXPECT_THAT(step.request.body, HasSubstr(R"("offset":1)"));
}

TEST_F(TransferTest, APageThatBeginsElsewhereIsAnIntegrityErrorAndCanBeAskedForAgain) {
  const Task task = query_task();
  Transfer transfer = open(task);
  const Step second = take(transfer, start(transfer), body_of(json_rows(3), 5, 0));
  const auto step = try_take(transfer, second, body_of(json_rows(2), 5, 0));
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::Integrity);
  EXPECT_THAT(step.error().message, HasSubstr("begins at row 0, asked for was row 3"));
  EXPECT_EQ(step.error().place.file, "a question");
  EXPECT_EQ(take(transfer, second, body_of(json_rows(2), 5, 3)).want, Want::Whole);
}

TEST_F(TransferTest, AnAnswerThatEndsBeforeItsTotalIsAnIntegrityError) {
  const Task task = query_task();
  for (const feeds::Reply& last : {body_of("[]", 5), empty_reply(5), empty_reply()}) {
    Transfer transfer = open(task);
    const Step second = take(transfer, start(transfer), body_of(json_rows(3), 5));
    const auto step = try_take(transfer, second, last);
    ASSERT_FALSE(step);
    EXPECT_EQ(step.error().code, ErrorCode::Integrity);
    EXPECT_THAT(step.error().message, HasSubstr("ends after 3 of 5 rows"));
    transfer.reset();
  }
}

TEST_F(TransferTest, WithoutATotalPagesGoOnToAnEmptyOne) {
  const Task task = query_task();
  Transfer transfer = open(task);
  Step step = take(transfer, start(transfer), body_of(json_rows(3)));
  EXPECT_EQ(step.want, Want::Ask);
  step = take(transfer, step, body_of(json_rows(1)));
  EXPECT_THAT(step.request.body, HasSubstr(R"("offset":4)"));
  EXPECT_EQ(take(transfer, step, body_of("[]")).want, Want::Whole);
  EXPECT_THAT(transfer.files(), SizeIs(2));
}

TEST_F(TransferTest, ATotalThatOnlyTheFirstPageTellsHoldsForAll) {
  const Task task = query_task();
  Transfer transfer = open(task);
  const Step second = take(transfer, start(transfer), body_of(json_rows(3), 5));
  EXPECT_EQ(take(transfer, second, body_of(json_rows(2))).want, Want::Whole);
}

TEST_F(TransferTest, AnEmptyFirstPageIsNoAnswer) {
  const Task task = query_task();
  for (const feeds::Reply& reply :
       {body_of("[]"), body_of("[]", 0, 0), empty_reply(0), empty_reply()}) {
    Transfer transfer = open(task);
    EXPECT_EQ(take(transfer, start(transfer), reply).want, Want::None);
  }
}

TEST_F(TransferTest, MoreRowsThanTheTotalTellOfDataThatChangedMeanwhile) {
  const Task task = query_task();
  Transfer transfer = open(task);
  const Step second = take(transfer, start(transfer), body_of(json_rows(3), 5));
  const auto step = try_take(transfer, second, body_of(json_rows(2), 4));
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::Integrity);
  EXPECT_THAT(step.error().message, HasSubstr("the API told of 5 rows, and now of 4"));
}

TEST_F(TransferTest, ADamagedPageIsNotKept) {
  const Task task = query_task();
  Transfer transfer = open(task);
  const Step first = start(transfer);
  const auto step = try_take(transfer, first, body_of(R"([{"row":1},{"ro)", 2, 0));
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::Integrity);
  EXPECT_THAT(transfer.files(), IsEmpty());
  EXPECT_EQ(take(transfer, first, body_of(json_rows(2), 2, 0)).want, Want::Whole);
}

TEST_F(TransferTest, TheLimitOfPagesIsAnUpstreamErrorOnlyWhenTheAnswerGoesOn) {
  const Task task = query_task();
  Transfer whole = open(task, 2);
  Step step = take(whole, start(whole), body_of(json_rows(3), 5));
  EXPECT_EQ(take(whole, step, body_of(json_rows(2), 5)).want, Want::Whole);
  whole.reset();
  Transfer endless = open(task, 2);
  step = take(endless, start(endless), body_of(json_rows(3), 9));
  const auto last = try_take(endless, step, body_of(json_rows(3), 9));
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code, ErrorCode::Upstream);
  EXPECT_THAT(last.error().message, HasSubstr("after 2 pages and 6 rows"));
}

// --- Linked pages

TEST_F(TransferTest, LinkedPagesFollowTheAddressOfTheNextUntilThereIsNone) {
  const Task task = linked_task();
  Transfer transfer = open(task);
  Step step = start(transfer);
  step =
      take(transfer, step, body_of(linked_page(2, "https://api.polygon.io/v3/trades/A?cursor=x")));
  EXPECT_EQ(step.want, Want::Ask);
  EXPECT_EQ(step.request.url, "https://api.polygon.io/v3/trades/A?cursor=x");
  EXPECT_EQ(step.request.identity, feeds::Identity::PolygonKey);
  EXPECT_EQ(take(transfer, step, body_of(linked_page(1))).want, Want::Whole);
  EXPECT_THAT(names(transfer), ElementsAre("answer_0001.json", "answer_0002.json"));
}

TEST_F(TransferTest, AnEmptyLastLinkedPageEndsTheAnswer) {
  const Task task = linked_task();
  const std::string next = "https://api.polygon.io/v3/trades/A?cursor=x";
  for (const feeds::Reply& last :
       {body_of(linked_page(0)), body_of(linked_page(0, next)), empty_reply()}) {
    Transfer transfer = open(task);
    const Step second = take(transfer, start(transfer), body_of(linked_page(2, next)));
    EXPECT_EQ(take(transfer, second, last).want, Want::Whole);
    EXPECT_THAT(transfer.files(), SizeIs(1));
    transfer.reset();
  }
}

TEST_F(TransferTest, AnEmptyFirstLinkedPageIsNoAnswer) {
  const Task task = linked_task();
  Transfer transfer = open(task);
  EXPECT_EQ(take(transfer, start(transfer), body_of(linked_page(0))).want, Want::None);
}

TEST_F(TransferTest, AnInterruptedChainOfPagesGoesOnWhereTheLastOneLed) {
  const Task task = linked_task();
  Transfer earlier = open(task);
  const std::string next = "https://api.polygon.io/v3/trades/A?cursor=x";
  static_cast<void>(take(earlier, start(earlier), body_of(linked_page(2, next))));
  Transfer transfer = open(task);
  const Step step = start(transfer);
  EXPECT_EQ(step.want, Want::Ask);
  EXPECT_EQ(step.request.url, next);
}

TEST_F(TransferTest, TheKeyDoesNotFollowALinkToAnotherHost) {
  const Task task = linked_task();
  Transfer transfer = open(task);
  const auto step =
      try_take(transfer, start(transfer), body_of(linked_page(2, "https://b.example/v3?cursor=x")));
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::Integrity);
  EXPECT_THAT(step.error().message, HasSubstr("b.example"));
}

TEST_F(TransferTest, LinkedPagesThatLeadOnForEverEndAtTheLimit) {
  const Task task = linked_task();
  Transfer transfer = open(task, 1);
  const auto step =
      try_take(transfer, start(transfer),
               body_of(linked_page(2, "https://api.polygon.io/v3/trades/A?cursor=x")));
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::Upstream);
}

// --- Asynchronous requests

TEST_F(TransferTest, AnAsynchronousRequestIsLookedAfterUntilALinkLeadsToTheRows) {
  const Task task = query_task(Shape::AsyncQuery);
  Transfer transfer = open(task);
  Step step = start(transfer);
  EXPECT_EQ(step.want, Want::Ask);
  EXPECT_THAT(step.request.body, HasSubstr(R"("async":true)"));
  EXPECT_THAT(step.request.body, HasSubstr(R"("limit":100000)"));
  feeds::Reply accepted;
  accepted.kind = feeds::ReplyKind::Accepted;
  accepted.status = 202;
  accepted.location = "https://api.finra.org/requests/7";
  step = take(transfer, step, accepted);
  EXPECT_EQ(step.want, Want::Later);
  EXPECT_EQ(step.request.url, "https://api.finra.org/requests/7");
  EXPECT_EQ(step.request.identity, feeds::Identity::FinraToken);
  step = take(transfer, step, body_of(R"({"status":"RUNNING"})"));
  EXPECT_EQ(step.want, Want::Later);
  EXPECT_EQ(step.request.url, "https://api.finra.org/requests/7");
  step = take(transfer, step,
              body_of(R"({"status":"COMPLETED","resultLink":"https://c.example/result"})"));
  EXPECT_EQ(step.want, Want::Ask);
  EXPECT_EQ(step.request.url, "https://c.example/result");
  EXPECT_EQ(step.request.identity, feeds::Identity::Nobody);
  EXPECT_EQ(take(transfer, step, body_of(json_rows(4))).want, Want::Whole);
  EXPECT_THAT(names(transfer), ElementsAre("answer_0001.json"));
}

TEST_F(TransferTest, AnAcceptedRequestWithoutAnAddressIsDamaged) {
  const Task task = query_task(Shape::AsyncQuery);
  Transfer transfer = open(task);
  feeds::Reply accepted;
  accepted.kind = feeds::ReplyKind::Accepted;
  const auto step = try_take(transfer, start(transfer), accepted);
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::Integrity);
}

TEST_F(TransferTest, AnAsynchronousRequestThatIsNeverDoneIsAnUpstreamError) {
  const Task task = query_task(Shape::AsyncQuery);
  Transfer transfer = open(task);
  feeds::Reply accepted;
  accepted.kind = feeds::ReplyKind::Accepted;
  accepted.location = "https://api.finra.org/requests/7";
  Result<Step> step = start(transfer);
  int looks = 0;
  while (step && looks < 1'000) {
    step = try_take(transfer, *step, accepted);
    ++looks;
  }
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::Upstream);
  EXPECT_EQ(looks, 241);
}

TEST_F(TransferTest, APartOfAnAsynchronousAnswerIsFollowedByTheNext) {
  const Task task = query_task(Shape::AsyncQuery);
  Transfer transfer = open(task);
  const Step step = take(transfer, start(transfer), body_of(json_rows(4), 6));
  EXPECT_EQ(step.want, Want::Ask);
  EXPECT_THAT(step.request.body, HasSubstr(R"("offset":4)"));
  EXPECT_THAT(step.request.body, HasSubstr(R"("async":true)"));
  EXPECT_EQ(take(transfer, step, body_of(json_rows(2), 6)).want, Want::Whole);
}

TEST_F(TransferTest, AnAsynchronousAnswerWithoutRowsIsNoAnswer) {
  const Task task = query_task(Shape::AsyncQuery);
  for (const feeds::Reply& reply : {body_of("[]"), empty_reply()}) {
    Transfer transfer = open(task);
    EXPECT_EQ(take(transfer, start(transfer), reply).want, Want::None);
  }
}

TEST_F(TransferTest, RowsThatWereNotToldBeforeAreKnownFromWhenTheyWereFetched) {
  for (const bool known_when_fetched : {false, true}) {
    Task task = linked_task();
    task.known_when_fetched = known_when_fetched;
    Transfer transfer = open(task);
    ASSERT_EQ(take(transfer, start(transfer), body_of(linked_page(2))).want, Want::Whole);
    const Bundle bundle = transfer.bundle();
    EXPECT_EQ(bundle.known_from,
              known_when_fetched ? std::optional{at(sync_test::kReceived)} : std::nullopt);
    transfer.reset();
  }
}

}  // namespace
}  // namespace offex::ingest
