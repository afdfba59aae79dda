// Which values with fewer decimals are taken for rounded ones.
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/publish/target.hpp"

#include "publish/postgrest_rounding_internal.hpp"
#include "support/scripted_server.hpp"

namespace offex::publish {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;
using test_support::ScriptedReply;
using test_support::ScriptedRequest;
using test_support::ScriptedServer;
using testing::HasSubstr;
using testing::SizeIs;

/// One share of 0.4436230815993351.
Shipment shipment() {
  Column symbol{"symbol", Type::Text};
  Column share{"share", Type::Double};
  symbol.push(std::string{"A"});
  share.push(0.4436230815993351);
  return {.table = "t", .key = {"symbol"}, .rows = Batch{{symbol, share}}};
}

/// A server with one row of such a share, which keeps what it is sent as it keeps numbers.
struct TableServer {
  /// \param format of the share; empty: the server describes nothing
  TableServer(std::string format, std::string there, std::string kept)
      : format_{std::move(format)},
        share_{std::move(there)},
        kept_{std::move(kept)},
        server_{[this](const ScriptedRequest& request) { return answer(request); }} {}

  [[nodiscard]] Result<Delivery> push() const {
    TargetAddress address{.url = server_.url()};
    address.settings.credentials.postgrest_key = "key-of-nobody";
    address.settings.limits.attempts = 1;
    OFFEX_ASSIGN(const auto target, open_postgrest_target(address, nullptr));
    return target->send(shipment());
  }

 private:
  ScriptedReply answer(const ScriptedRequest& request) {
    ScriptedReply out;
    if (request.method == "POST") {
      share_ = kept_;
      out.status = 201;
    } else if (request.path() == "/rest/v1/") {
      out.status = format_.empty() ? 404 : 200;
      out.body = R"({"definitions":{"t":{"properties":{"symbol":{"format":"text"},"share":{)"
                 R"("format":")" +
                 format_ + "\"}}}}}";
    } else {
      const bool behind = request.target.contains("offset=");
      out.body = behind ? "[]" : R"([{"symbol":"A","share":)" + share_ + "}]";
      out.headers = {{"Content-Range", behind ? "*/1" : "0-0/1"}};
    }
    return out;
  }

  std::string format_;
  std::string share_;
  std::string kept_;
  ScriptedServer server_;
};

/// Pushes, and expects that the row counts as unchanged, with a warning of so many decimals.
void expect_kept(const TableServer& server, const std::string& warning) {
  const auto delivery = server.push();
  ASSERT_TRUE(delivery) << base::format_error(delivery.error());
  EXPECT_EQ(delivery->unchanged, 1U);
  ASSERT_THAT(delivery->warnings, SizeIs(1));
  EXPECT_THAT(delivery->warnings[0], HasSubstr(warning));
}

void expect_replaced(const TableServer& server, std::size_t warnings) {
  const auto delivery = server.push();
  ASSERT_TRUE(delivery) << base::format_error(delivery.error());
  EXPECT_EQ(delivery->updated, 1U);
  EXPECT_THAT(delivery->warnings, SizeIs(warnings));
}

TEST(PostgrestRounding, IsThatOfANumericColumnOfAnyScale) {
  expect_kept({"numeric", "0.443623", "0.443623"},
              "t.share is numeric there: values are rounded "
              "to 6 decimals (A: 0.4436230815993351 became "
              "0.443623)");
  expect_kept({"numeric", "0.4436", "0.4436"}, "4 decimals");
  expect_kept({"numeric(20,4)", "0.4436", "0.4436"},
              "numeric(20,4) there: values are rounded to 4");
  expect_kept({"numeric(20,0)", "0", "0"}, "rounded to 0 decimals");
}

TEST(PostgrestRounding, IsNotThatOfAnotherColumn) {
  for (const char* there : {"0.4436", "0.443623", "0", "\"NaN\"", "\"Infinity\"", "null"}) {
    expect_replaced({"double precision", there, "0.4436230815993351"}, 0);
  }
}

TEST(PostgrestRounding, IsNotAnotherScaleThanTheOneThatIsSaid) {
  expect_replaced({"numeric(20,6)", "0.44", "0.443623"}, 1);
  expect_replaced({"numeric", "0", "0.443623"}, 1);
}

TEST(PostgrestRounding, CountsOnlyAfterAPushWhereTheTypeIsNotKnown) {
  expect_replaced({"", "0.4436", "0.4436"}, 1);
  expect_replaced({"", "0.4436", "0.4436230815993351"}, 0);
}

TEST(PostgrestRounding, DoesNotExcuseAColumnThatChangesWhatItIsSent) {
  for (const auto& [format, kept] :
       std::vector<std::pair<std::string, std::string>>{{"double precision", "0.4436"},
                                                        {"double precision", "\"NaN\""},
                                                        {"numeric", "0.4437"},
                                                        {"numeric(20,4)", "0.44"},
                                                        {"", "0"}}) {
    const auto refused = TableServer{format, "0.1", kept}.push();
    ASSERT_FALSE(refused) << format << " " << kept;
    EXPECT_EQ(refused.error().code, base::ErrorCode::Integrity);
    EXPECT_EQ(refused.error().place.field, "share");
  }
}

}  // namespace
}  // namespace offex::publish
