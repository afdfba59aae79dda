#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/base/digest.hpp"

#include "sim/json_internal.hpp"
#include "sim/serve_flat_internal.hpp"
#include "sim/server_client.hpp"

namespace offex::sim {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

// Amazon's own examples of signed requests.
const SigningKey kExampleKey{.id = "AKIAIOSFODNN7EXAMPLE",
                             .secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
constexpr const char* kNoPayload{
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"};

HttpRequest example(std::string_view target, std::string_view headers, std::string_view signature,
                    std::string_view more = {}) {
  std::string head = "GET " + std::string{target} + " HTTP/1.1\r\n" +
                     "Host: examplebucket.s3.amazonaws.com\r\n" + std::string{more} +
                     "x-amz-content-sha256: " + kNoPayload +
                     "\r\nx-amz-date: 20130524T000000Z\r\n" +
                     "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/"
                     "us-east-1/s3/aws4_request,SignedHeaders=" +
                     std::string{headers} + ",Signature=" + std::string{signature};
  return parse_request_head(head).value();
}

TEST(Signature, AgreesWithThePublishedExamples) {
  EXPECT_EQ(
      signature_fault(example("/test.txt", "host;range;x-amz-content-sha256;x-amz-date",
                              "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
                              "Range: bytes=0-9\r\n"),
                      kExampleKey),
      "");
  // The query counts in sorted order.
  EXPECT_EQ(
      signature_fault(example("/?prefix=J&max-keys=2", "host;x-amz-content-sha256;x-amz-date",
                              "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
                      kExampleKey),
      "");
}

TEST(Signature, SaysWhatIsWrong) {
  const std::string good = "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7";
  const char* headers = "host;x-amz-content-sha256;x-amz-date";
  EXPECT_EQ(signature_fault(example("/?max-keys=3&prefix=J", headers, good), kExampleKey),
            "SignatureDoesNotMatch");
  EXPECT_EQ(signature_fault(example("/", headers, good), {.id = "OTHER", .secret = "x"}),
            "InvalidAccessKeyId");
  EXPECT_EQ(signature_fault(example("/", "host;x-amz-date", good), kExampleKey),
            "AuthorizationHeaderMalformed");
  EXPECT_EQ(signature_fault(parse_request_head("GET / HTTP/1.1\r\nHost: x").value(), kExampleKey),
            "AccessDenied");
}

std::string sign(std::string_view key, std::string_view text) { return hmac_sha256(key, text); }

/// Asks with a signature.
Answer fetch(const Server& server, const std::string& path, const std::string& canonical_query = "",
             std::vector<std::string> headers = {}, std::string_view secret = "") {
  const ServerOptions keys;
  const std::string host = server.url().substr(7);
  const std::string request = "GET\n" + path + "\n" + canonical_query + "\nhost:" + host +
                              "\nx-amz-content-sha256:" + kNoPayload +
                              "\nx-amz-date:20260418T160000Z\n\n"
                              "host;x-amz-content-sha256;x-amz-date\n" +
                              kNoPayload;
  const std::string scope = "20260418/us-east-1/s3/aws4_request";
  const std::string text =
      "AWS4-HMAC-SHA256\n20260418T160000Z\n" + scope + "\n" + base::sha256(request).hex();
  std::string key = "AWS4" + (secret.empty() ? keys.flat_file_secret : std::string{secret});
  for (const char* part : {"20260418", "us-east-1", "s3", "aws4_request"}) key = sign(key, part);
  headers.push_back("x-amz-date: 20260418T160000Z");
  headers.push_back(std::string{"x-amz-content-sha256: "} + kNoPayload);
  headers.push_back(
      "Authorization: AWS4-HMAC-SHA256 Credential=" + keys.flat_file_key + "/" + scope +
      ", SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=" + to_hex(sign(key, text)));
  return ask(server, {.path = path + (canonical_query.empty() ? "" : "?" + canonical_query),
                      .headers = std::move(headers)});
}

const std::string kBars{"us_stocks_sip/day_aggs_v1/2026/04/2026-04-17.csv.gz"};

std::string bars_bytes() { return read_file(served_market().bars_dir / kBars); }

TEST(FlatFiles, AreThereAtElevenOnTheNextDay) {
  Server server = serve({}, "2026-04-18T14:59:59Z");
  const Answer early = fetch(server, "/s3/flatfiles/" + kBars);
  EXPECT_EQ(early.status, 404);
  EXPECT_THAT(early.body, HasSubstr("<Code>NoSuchKey</Code>"));
  server.set_now(at("2026-04-18T15:00:00Z"));
  EXPECT_EQ(fetch(server, "/s3/flatfiles/" + kBars).body, bars_bytes());
}

TEST(FlatFiles, AreForWhoSignsWithTheSecret) {
  const Server server = serve();
  const Answer answer = fetch(server, "/s3/flatfiles/" + kBars, "", {}, "another secret");
  EXPECT_EQ(answer.status, 403);
  EXPECT_THAT(answer.body, HasSubstr("<Code>SignatureDoesNotMatch</Code>"));
  EXPECT_EQ(ask(server, {.path = "/s3/flatfiles/" + kBars}).status, 403);
}

TEST(FlatFiles, ComeInRanges) {
  const Server server = serve();
  const std::string size = std::to_string(bars_bytes().size());
  const Answer rest = fetch(server, "/s3/flatfiles/" + kBars, "", {"Range: bytes=100-"});
  EXPECT_EQ(rest.status, 206);
  EXPECT_EQ(rest.body, bars_bytes().substr(100));
  EXPECT_EQ(rest.header("Content-Range"),
            "bytes 100-" + std::to_string(bars_bytes().size() - 1) + "/" + size);
  const Answer middle = fetch(server, "/s3/flatfiles/" + kBars, "", {"Range: bytes=10-19"});
  EXPECT_EQ(middle.body, bars_bytes().substr(10, 10));
  const Answer beyond = fetch(server, "/s3/flatfiles/" + kBars, "", {"Range: bytes=" + size + "-"});
  EXPECT_EQ(beyond.status, 416);
  EXPECT_EQ(beyond.header("Content-Range"), "bytes */" + size);
}

TEST(FlatFiles, ComeWholeWhenTheRangeIsOfAnotherVersion) {
  const Server server = serve();
  const std::string tag = fetch(server, "/s3/flatfiles/" + kBars).header("ETag");
  const Answer same =
      fetch(server, "/s3/flatfiles/" + kBars, "", {"Range: bytes=5-", "If-Range: " + tag});
  EXPECT_EQ(same.status, 206);
  const Answer other =
      fetch(server, "/s3/flatfiles/" + kBars, "", {"Range: bytes=5-", "If-Range: \"other\""});
  EXPECT_EQ(other.status, 200);
  EXPECT_EQ(other.body, bars_bytes());
}

TEST(FlatFiles, AreListedInParts) {
  const Server server = serve();
  const std::string prefix = "prefix=us_stocks_sip%2Fday_aggs_v1%2F2026%2F03%2F";
  const Answer first = fetch(server, "/s3/flatfiles", "list-type=2&max-keys=10&" + prefix);
  EXPECT_EQ(first.status, 200);
  EXPECT_THAT(first.body, HasSubstr("<IsTruncated>true</IsTruncated>"));
  const std::size_t from = first.body.find("<NextContinuationToken>") + 23;
  const std::string token = first.body.substr(from, first.body.find('<', from) - from);
  const Answer rest =
      fetch(server, "/s3/flatfiles", "continuation-token=" + token + "&list-type=2&" + prefix);
  EXPECT_THAT(rest.body, HasSubstr("<IsTruncated>false</IsTruncated>"));
  std::size_t listed = 0;
  for (const Answer* part : {&first, &rest}) {
    for (std::size_t i = 0; (i = part->body.find("<Key>", i)) != std::string::npos; ++i) ++listed;
  }
  EXPECT_EQ(listed, 18U);  // sessions from 2026-03-06 to 2026-03-31
}

Answer push(const Server& server, std::string body, std::string prefer = "merge-duplicates",
            std::string conflict = "symbol,day") {
  return ask(
      server,
      {.path = "/supabase/rest/v1/facts" + (conflict.empty() ? "" : "?on_conflict=" + conflict),
       .body = std::move(body),
       .headers = {"apikey: k", "Prefer: resolution=" + prefer + ",return=minimal"}});
}

Answer pull(const Server& server, const std::string& query, std::vector<std::string> headers = {}) {
  headers.push_back("apikey: k");
  return ask(server, {.path = "/supabase/rest/v1/facts" + query, .headers = std::move(headers)});
}

TEST(Postgrest, MergesRowsOfTheSameKey) {
  const Server server = serve();
  EXPECT_EQ(
      push(server, R"([{"symbol":"A","day":1,"x":1.5},{"symbol":"B","day":1,"x":null}])").status,
      201);
  EXPECT_EQ(push(server, R"([{"symbol":"A","day":1,"x":2}])").status, 200);
  EXPECT_EQ(pull(server, "?order=symbol.desc").body,
            R"([{"symbol":"B","day":1,"x":null},{"symbol":"A","day":1,"x":2}])");
}

TEST(Postgrest, IgnoresKnownRowsOnRequest) {
  const Server server = serve();
  push(server, R"([{"symbol":"A","day":1,"x":1}])");
  EXPECT_EQ(push(server, R"([{"symbol":"A","day":1,"x":2}])", "ignore-duplicates").status, 200);
  EXPECT_EQ(pull(server, "?select=x").body, R"([{"x":1}])");
}

TEST(Postgrest, RefusesARowThatIsThereWithoutAResolution) {
  const Server server = serve();
  push(server, R"([{"symbol":"A","day":1,"x":1}])");
  EXPECT_EQ(push(server, R"([{"symbol":"A","day":1,"x":2}])", "none", "").status, 409);
}

TEST(Postgrest, RefusesRowsOfDifferentKeys) {
  const Server server = serve();
  const Answer answer = push(server, R"([{"symbol":"A","day":1,"x":1},{"symbol":"B","day":1}])");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("PGRST102"));
}

TEST(Postgrest, RefusesOneKeyTwiceInOneRequest) {
  const Server server = serve();
  const Answer answer =
      push(server, R"([{"symbol":"A","day":1,"x":1},{"symbol":"A","day":1,"x":2}])");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr(R"("code":"21000")"));
  EXPECT_EQ(pull(server, "").status, 404);
}

TEST(Postgrest, WantsAnApiKey) {
  const Server server = serve();
  EXPECT_EQ(ask(server, {.path = "/supabase/rest/v1/facts"}).status, 401);
}

TEST(Postgrest, GivesAThousandRowsAtMost) {
  const Server server = serve();
  std::string rows = "[";
  for (int i = 0; i < 1'500; ++i) {
    rows += (i > 0 ? "," : "") + std::string{R"({"symbol":"S","day":)"} +
            std::to_string(10'000 + i) + "}";
  }
  EXPECT_EQ(push(server, rows + "]").status, 201);
  const Answer first = pull(server, "?limit=5000", {"Prefer: count=exact"});
  EXPECT_EQ(first.status, 206);
  EXPECT_EQ(first.header("Content-Range"), "0-999/1500");
  EXPECT_THAT(parse_json(first.body)->items, SizeIs(1'000));
  const Answer rest = pull(server, "", {"Range: 1000-1999"});
  EXPECT_EQ(rest.header("Content-Range"), "1000-1499/*");
  EXPECT_THAT(parse_json(rest.body)->items, SizeIs(500));
  EXPECT_EQ(pull(server, "?day=eq.10007").body, R"([{"symbol":"S","day":10007}])");
  EXPECT_EQ(pull(server, "?day=gte.11498&select=day").body, R"([{"day":11498},{"day":11499}])");
}

TEST(Json, ReadsWhatTheRuleAllowsAndNothingElse) {
  for (const char* good :
       {"0", "-1.5e+3", R"("a\u00e9\ud83d\ude00\n")", "[]", R"({"a":[true,null]})", " [1 , 2] "}) {
    EXPECT_TRUE(parse_json(good)) << good;
  }
  EXPECT_EQ(parse_json(R"("\u00e9\ud83d\ude00")")->text, "\u00e9\U0001F600");
  for (const char* bad :
       {"", "01", "1.", ".5", "+1", "1e", "[1,]", R"({"a":1,})", R"({"a":1,"a":2})", R"("\x")",
        R"("\ud83d")", "\"a\nb\"", "[1] 2", "tru", "{1:2}", "\"open"}) {
    EXPECT_FALSE(parse_json(bad)) << bad;
  }
  EXPECT_FALSE(parse_json(std::string(100, '[')));
}

TEST(Json, WritesWhatItRead) {
  const char* text = R"({"a":[1,2.50,"x\"y"],"b":{"c":null,"d":true}})";
  std::string out;
  append_json(out, *parse_json(text));
  EXPECT_EQ(out, text);
}

}  // namespace
}  // namespace offex::sim
