// Pushes over PostgREST through a server that fails.
#include "sim/postgrest_push.hpp"

namespace offex::sim {
namespace {

class FaultyPush : public Tables, public testing::WithParamInterface<std::tuple<Backend, Fault>> {
 protected:
  void SetUp() override { prepare(std::get<Backend>(GetParam())); }
};

TEST_P(FaultyPush, EndsWithEachRowOnce) {
  Server server = start();
  feeds::FeedSettings settings = settings_for(server);
  settings.limits.attempts = 20;
  settings.limits.timeout = milliseconds{250};
  const auto target = target_of(server, settings, 40);
  server.set_faults({.rate = 0.3,
                     .seed = 11,
                     .kinds = {std::get<Fault>(GetParam())},
                     .stall = milliseconds{400}});

  const Delivery delivery = pushed(*target, features(400));

  EXPECT_EQ(delivery.counted, 400U);
  bool faulty = false;
  for (const ServedRequest& request : server.served()) faulty = faulty || request.faulty;
  EXPECT_TRUE(faulty) << "the plan reaches requests for tables";
  server.set_faults({});
  EXPECT_EQ(total_of(server, "daily_features"), "400");
}

TEST_P(FaultyPush, CountsNewEventsOnceEach) {
  Server server = start();
  feeds::FeedSettings settings = settings_for(server);
  settings.limits.attempts = 20;
  settings.limits.timeout = milliseconds{250};
  const auto target = target_of(server, settings, 40);
  pushed(*target, events(100, "first"));
  server.set_faults({.rate = 0.3,
                     .seed = 11,
                     .kinds = {std::get<Fault>(GetParam())},
                     .stall = milliseconds{400}});

  const Delivery delivery = pushed(*target, events(400, "second"));

  EXPECT_EQ(delivery.inserted, 300U) << "also where an attempt arrived and its answer did not";
  EXPECT_EQ(delivery.unchanged, 100U);
  EXPECT_EQ(delivery.counted, 400U);
}

INSTANTIATE_TEST_SUITE_P(
    Meets, FaultyPush,
    testing::Combine(testing::Values(Backend::Memory, Backend::Database),
                     testing::Values(Fault::Reset, Fault::Truncate, Fault::Stall, Fault::TooMany,
                                     Fault::ServerError, Fault::GatewayPage, Fault::WrongLength)),
    [](const auto& test) {
      return fmt::format("{}_{}", name_of(std::get<Backend>(test.param)),
                         to_string(std::get<Fault>(test.param)));
    });

}  // namespace
}  // namespace offex::sim
