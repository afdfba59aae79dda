#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/feeds/finra.hpp"

#include "feeds/judge_internal.hpp"

namespace offex::feeds {
namespace {

using base::ErrorCode;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kDenied =
    "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message>"
    "</Error>";
constexpr const char* kPage = "\n<!DOCTYPE HTML PUBLIC><html><body>Gateway</body></html>";

Verdict judged(Upstream upstream, int status, std::string body, bool with_token = false) {
  Request request;
  request.upstream = upstream;
  if (upstream == Upstream::FinraApi || upstream == Upstream::Polygon) {
    request.headers = {{"Accept", "application/json"}};
  }
  Received received;
  received.status = status;
  received.body = std::move(body);
  return judge(request, received, with_token);
}

void expect_use(const Verdict& verdict, ReplyKind kind) {
  EXPECT_EQ(verdict.step, Step::Use) << verdict.why;
  EXPECT_EQ(verdict.kind, kind);
}

void expect_end(const Verdict& verdict, Step step, ErrorCode code) {
  EXPECT_EQ(verdict.step, step) << verdict.why;
  EXPECT_EQ(verdict.code, code) << verdict.why;
  EXPECT_FALSE(verdict.why.empty());
}

TEST(Judge, UsesWhatIsOrdinary) {
  expect_use(judged(Upstream::FinraCdn, 200, "Date|"), ReplyKind::Body);
  expect_use(judged(Upstream::FinraApi, 200, " \r\n"), ReplyKind::Empty);
  expect_use(judged(Upstream::FinraApi, 200, ""), ReplyKind::Empty);
  expect_use(judged(Upstream::FinraApi, 200, "\xEF\xBB\xBF [ ]\n"), ReplyKind::Body);
  expect_use(judged(Upstream::FinraApi, 202, ""), ReplyKind::Accepted);
  expect_use(judged(Upstream::FinraApi, 204, ""), ReplyKind::Empty);
  expect_use(judged(Upstream::FinraCdn, 304, ""), ReplyKind::NotModified);
}

TEST(Judge, TakesAMissingFileForAbsent) {
  expect_use(judged(Upstream::FinraCdn, 404, kPage), ReplyKind::Absent);
  expect_use(judged(Upstream::FlatFiles, 404, ""), ReplyKind::Absent);
}

TEST(Judge, TakesAMissingDataSetForAWrongAddress) {
  const Verdict verdict = judged(Upstream::FinraApi, 404, R"({"statusCode":404,"message":"no x"})");
  expect_end(verdict, Step::Fail, ErrorCode::Upstream);
  EXPECT_THAT(verdict.why, HasSubstr("no such data set"));
  EXPECT_THAT(verdict.why, HasSubstr("no x"));
}

TEST(Judge, TakesAMissingDirectoryForAWrongAddress) {
  expect_end(judged(Upstream::NasdaqTrader, 404, kPage), Step::Fail, ErrorCode::Upstream);
}

TEST(Judge, BelievesAnAbsenceAtPolygonOnlyInTheVendorsOwnWords) {
  expect_use(judged(Upstream::Polygon, 404, R"({"status":"NOT_FOUND","request_id":"1"})"),
             ReplyKind::Absent);
  expect_use(judged(Upstream::Polygon, 404, "{\"request_id\":\"1\",\n \"status\" : \"ERROR\"}"),
             ReplyKind::Absent);
  // The last three are what other servers say of a path that they do not know.
  for (const char* const other :
       {"", "404 page not found", kPage, R"(["status"])", R"({"status":404,"error":"Not Found"})",
        R"({"statusCode":"404"})"}) {
    const Verdict verdict = judged(Upstream::Polygon, 404, other);
    expect_end(verdict, Step::Fail, ErrorCode::Upstream);
    EXPECT_THAT(verdict.why, HasSubstr("POLYGON_BASE_URL")) << other;
  }
}

TEST(Judge, TellsAnAbsenceOfTheFileHostFromABlock) {
  expect_use(judged(Upstream::FinraCdn, 403, kDenied), ReplyKind::Absent);
  const Verdict blocked = judged(Upstream::FinraCdn, 403, kPage);
  expect_end(blocked, Step::Again, ErrorCode::Upstream);
  EXPECT_THAT(blocked.why, HasSubstr("blocked"));
}

TEST(Judge, TriesAPageOrHalfATextInPlaceOfDataAgain) {
  expect_end(judged(Upstream::FinraCdn, 200, kPage), Step::Again, ErrorCode::Upstream);
  expect_end(judged(Upstream::NasdaqTrader, 200, "<HTML>"), Step::Again, ErrorCode::Upstream);
  expect_end(judged(Upstream::Polygon, 200, kPage), Step::Again, ErrorCode::Upstream);
  expect_end(judged(Upstream::Polygon, 200, "{\"results\":[{"), Step::Again, ErrorCode::Upstream);
  expect_end(judged(Upstream::FinraApi, 200, "[{\"a\":1},{"), Step::Again, ErrorCode::Upstream);
}

TEST(Judge, KnowsThePolygonPlansLimits) {
  const char* const text =
      R"({"status":"NOT_AUTHORIZED","request_id":"1","message":"You are not entitled"})";
  expect_use(judged(Upstream::Polygon, 403, text), ReplyKind::NotEntitled);
  expect_end(judged(Upstream::Polygon, 403, kPage), Step::Again, ErrorCode::Upstream);
  expect_end(judged(Upstream::Polygon, 401, R"({"status":"ERROR","error":"Unknown API Key"})"),
             Step::Fail, ErrorCode::Credentials);
  expect_end(judged(Upstream::Polygon, 403, R"({"status":"ERROR","error":"Unknown API Key"})"),
             Step::Fail, ErrorCode::Credentials);
}

TEST(Judge, KnowsWhatTheStorageOfFlatFilesMeans) {
  expect_use(judged(Upstream::FlatFiles, 403, kDenied), ReplyKind::NotEntitled);
  expect_use(judged(Upstream::FlatFiles, 404, "<Error><Code>NoSuchKey</Code></Error>"),
             ReplyKind::Absent);
  expect_end(judged(Upstream::FlatFiles, 403, "<Error><Code>SignatureDoesNotMatch</Code></Error>"),
             Step::Fail, ErrorCode::Credentials);
  expect_end(
      judged(Upstream::FlatFiles, 400, "<Error><Code>AuthorizationHeaderMalformed</Code></Error>"),
      Step::Fail, ErrorCode::Credentials);
  expect_end(judged(Upstream::FlatFiles, 403, kPage), Step::Again, ErrorCode::Upstream);
}

TEST(Judge, RenewsATokenAndAsksForKeysWithoutOne) {
  expect_end(judged(Upstream::FinraApi, 401, "", true), Step::Renew, ErrorCode::Credentials);
  const Verdict keyless = judged(Upstream::FinraApi, 401, "");
  expect_end(keyless, Step::Fail, ErrorCode::Credentials);
  EXPECT_THAT(keyless.why, HasSubstr("FINRA_API_KEY"));
  expect_end(judged(Upstream::FinraApi, 403, "no entitlement"), Step::Fail, ErrorCode::Credentials);
  expect_end(judged(Upstream::FinraApi, 403, kPage), Step::Again, ErrorCode::Upstream);
}

TEST(Judge, QuotesTheFrontOfARefusal) {
  const Verdict verdict = judged(Upstream::FinraApi, 400, std::string(600, 'x') + "tail");
  expect_end(verdict, Step::Fail, ErrorCode::InvalidArgument);
  EXPECT_THAT(verdict.why, HasSubstr(std::string(500, 'x')));
  EXPECT_THAT(verdict.why, Not(HasSubstr("tail")));
}

TEST(Judge, TriesTroubleOfTheServerAgain) {
  for (const int status : {408, 500, 502, 503, 504}) {
    expect_end(judged(Upstream::FinraApi, status, kPage), Step::Again, ErrorCode::Upstream);
  }
  const Verdict throttled = judged(Upstream::Polygon, 429, "{}");
  expect_end(throttled, Step::Again, ErrorCode::Credentials);
  EXPECT_TRUE(throttled.throttled);
  expect_end(judged(Upstream::FinraCdn, 405, ""), Step::Fail, ErrorCode::Upstream);
}

TEST(JudgeToken, TellsRefusedKeysFromTrouble) {
  const auto judged_token = [](int status, std::string body) {
    Received received;
    received.status = status;
    received.body = std::move(body);
    return judge_token(received);
  };
  EXPECT_EQ(judged_token(200, R"({"access_token":"t"})").step, Step::Use);
  expect_end(judged_token(200, kPage), Step::Again, ErrorCode::Upstream);
  expect_end(judged_token(401, "bad client"), Step::Fail, ErrorCode::Credentials);
  expect_end(judged_token(400, "invalid_client"), Step::Fail, ErrorCode::Credentials);
  expect_end(judged_token(403, kPage), Step::Again, ErrorCode::Upstream);
  expect_end(judged_token(503, ""), Step::Again, ErrorCode::Upstream);
  EXPECT_THAT(judged_token(200, R"({"access_token":"half)").why, Not(HasSubstr("half")));
}

TEST(ReadHeader, KeepsWhatTheReplyNeedsAndForgetsAnInterimOne) {
  Received received;
  for (const char* const line :
       {"HTTP/1.1 100 Continue\r\n", "ETag: \"old\"\r\n", "\r\n", "HTTP/1.1 200 OK\r\n",
        "RECORD-TOTAL:  12345 \r\n", "record-offset: 10\r\n", "Content-Length: 7\r\n",
        "Location:/async/1\r\n", "Record-Limit: x\r\n"}) {
    read_header(line, received);
  }
  EXPECT_EQ(received.etag, "");
  EXPECT_EQ(received.record_total, 12'345);
  EXPECT_EQ(received.record_offset, 10);
  EXPECT_EQ(received.content_length, 7U);
  EXPECT_EQ(received.location, "/async/1");
}

}  // namespace
}  // namespace offex::feeds
