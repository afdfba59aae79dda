#include "offex/sim/server.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/market/calendar.hpp"

#include "sim/server_client.hpp"

namespace offex::sim {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr const char* kNewest{"/cdn/regsho/daily/CNMSshvol20260417.txt"};
constexpr const char* kCorrected{"/cdn/regsho/daily/CNMSshvol20260408.txt"};

TEST(Cdn, GivesTheFileAsItWasWritten) {
  const Server server = serve();
  const Answer answer = ask(server, {.path = kNewest});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, read_file(served_market().short_dir / "CNMSshvol20260417.txt"));
  EXPECT_EQ(answer.header("Last-Modified"), "Fri, 17 Apr 2026 22:00:00 GMT");
}

TEST(Cdn, HidesWhatIsNotPublishedYet) {
  Server server = serve({}, "2026-04-17T21:59:59Z");
  const Answer early = ask(server, {.path = kNewest});
  EXPECT_EQ(early.status, 403);
  EXPECT_THAT(early.body, HasSubstr("<Code>AccessDenied</Code>"));
  server.set_now(at("2026-04-17T22:00:00Z"));
  EXPECT_EQ(ask(server, {.path = kNewest}).status, 200);
}

TEST(Cdn, HidesWeekendsHolidaysAndUnknownNames) {
  const Server server = serve();
  for (const char* name :
       {"CNMSshvol20260418.txt", "CNMSshvol20260403.txt", "CNMSshvol20200103.txt",
        "TOTshvol20260417.txt", "XXXXshvol20260417.txt", "CNMSshvol2026041.txt"}) {
    const Answer answer = ask(server, {.path = std::string{"/cdn/regsho/daily/"} + name});
    EXPECT_EQ(answer.status, 403) << name;
    EXPECT_THAT(answer.body, HasSubstr("AccessDenied")) << name;
  }
}

TEST(Cdn, AnswersAConditionalRequestWithoutABody) {
  const Server server = serve();
  const Answer first = ask(server, {.path = kNewest});
  const Answer by_tag =
      ask(server, {.path = kNewest, .headers = {"If-None-Match: " + first.header("ETag")}});
  EXPECT_EQ(by_tag.status, 304);
  EXPECT_THAT(by_tag.body, IsEmpty());
  const Answer by_time =
      ask(server,
          {.path = kNewest, .headers = {"If-Modified-Since: " + first.header("Last-Modified")}});
  EXPECT_EQ(by_time.status, 304);
  const Answer older = ask(
      server, {.path = kNewest, .headers = {"If-Modified-Since: Fri, 17 Apr 2026 21:59:59 GMT"}});
  EXPECT_EQ(older.status, 200);
}

TEST(Cdn, ReplacesTheFilesOfTheCorrectedSession) {
  Server server = serve({}, kLastEvening);
  ASSERT_EQ(served_market().corrected_day.iso(), "2026-04-08");
  const Answer before = ask(server, {.path = kCorrected});
  server.publish_correction();
  const Answer after =
      ask(server, {.path = kCorrected, .headers = {"If-None-Match: " + before.header("ETag")}});
  EXPECT_EQ(after.status, 200);
  EXPECT_NE(after.body, before.body);
  EXPECT_EQ(after.body, read_file(served_market().corrections_dir / "CNMSshvol20260408.txt"));
  EXPECT_EQ(before.header("Last-Modified"), "Wed, 08 Apr 2026 22:00:00 GMT");
  EXPECT_EQ(after.header("Last-Modified"), "Fri, 17 Apr 2026 23:00:00 GMT");
  EXPECT_EQ(ask(server, {.path = kNewest}).header("Last-Modified"),
            "Fri, 17 Apr 2026 22:00:00 GMT");
}

TEST(Cdn, GivesAWeeklyArchiveFiveWeeksAfterItsMonday) {
  Server server = serve({}, "2026-04-13T19:59:00Z");
  const char* path = "/cdn/ATS/ATS_W_Summary_20260313.zip";
  EXPECT_EQ(ask(server, {.path = path}).status, 403);
  server.set_now(at("2026-04-13T20:00:00Z"));
  EXPECT_THAT(ask(server, {.path = path}).body, StartsWith("PK"));
}

TEST(Nasdaq, DatesTheDirectoryNow) {
  const Server server = serve({}, "2026-04-20T12:30:00Z");
  const Answer answer = ask(server, {.path = "/nasdaq/dynamic/SymDir/otherlisted.txt"});
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, StartsWith("ACT Symbol|Security Name|"));
  EXPECT_THAT(answer.body, HasSubstr("File Creation Time: 0420202608:30||||||"));
}

TEST(Server, ServesSeveralRequestsOnOneConnection) {
  const Server server = serve();
  Wire wire{server};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(wire.ask({.path = kNewest}).status, 200);
}

TEST(Server, TellsWhatItServed) {
  Server server = serve();
  ask(server, {.path = std::string{kNewest} + "?x=1"});
  ask(server, {.path = "/cdn/nothing"});
  const auto served = server.served();
  ASSERT_THAT(served, SizeIs(2));
  EXPECT_EQ(served[0].method, "GET");
  EXPECT_EQ(served[0].path, std::string{kNewest} + "?x=1");
  EXPECT_EQ(served[0].status, 200);
  EXPECT_EQ(served[0].body_bytes,
            fs::file_size(served_market().short_dir / "CNMSshvol20260417.txt"));
  EXPECT_FALSE(served[0].faulty);
  EXPECT_EQ(served[1].status, 403);
  server.forget_served();
  EXPECT_THAT(server.served(), IsEmpty());
}

TEST(Server, WritesAMarketIntoAnEmptyFolder) {
  const Scratch scratch;
  ServerOptions options;
  options.now = at(kLastEvening);
  options.tape_days = 0;
  auto server = Server::start({.symbols = 5, .days = 2}, scratch.path(), options);
  ASSERT_TRUE(server) << base::format_error(server.error());
  EXPECT_EQ(ask(*server, {.path = kNewest}).status, 200);
}

TEST(Server, LivesOnTheEveningOfTheNewestSessionUnlessToldOtherwise) {
  const auto server = Server::start({}, served_folder(), {});
  ASSERT_TRUE(server) << base::format_error(server.error());
  EXPECT_EQ(server->now().iso(), "2026-04-18T00:00:00Z");
}

TEST(Server, RefusesAPortThatIsTaken) {
  const Server server = serve();
  ServerOptions options;
  options.port =
      static_cast<std::uint16_t>(std::stoi(server.url().substr(server.url().rfind(':') + 1)));
  const auto second = Server::start({}, served_folder(), options);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::Io);
}

TEST(Control, MovesTheClockSetsFaultsAndPublishesTheCorrection) {
  Server server = serve({}, "2026-04-17T20:00:00Z");
  EXPECT_EQ(ask(server, {.path = kNewest}).status, 403);
  const Answer done = ask(server, {.path = "/control",
                                   .body = R"({"now":"2026-04-17T23:00:00Z","correction":true,)"
                                           R"("faults":{"rate":0,"seed":7,"kinds":["stall"]}})"});
  EXPECT_EQ(done.status, 200);
  EXPECT_EQ(ask(server, {.path = kNewest}).status, 200);
  EXPECT_EQ(ask(server, {.path = kCorrected}).header("Last-Modified"),
            "Fri, 17 Apr 2026 23:00:00 GMT");
  const Answer served = ask(server, {.path = "/control/served"});
  EXPECT_THAT(served.body, HasSubstr(R"("method":"GET","path":"/cdn/regsho/daily/CNMSshvol)"));
  EXPECT_THAT(served.body, Not(HasSubstr("/control")));
}

TEST(Control, RefusesWhatItDoesNotKnow) {
  const Server server = serve();
  for (const char* body : {R"({"noww":"2026-04-17T23:00:00Z"})", R"({"now":"soon"})", "[]", "{",
                           R"({"faults":{"kinds":["fire"]}})", R"({"faults":{"rate":2}})"}) {
    EXPECT_EQ(ask(server, {.path = "/control", .body = body}).status, 400) << body;
  }
}

}  // namespace
}  // namespace offex::sim
