// Pushes over PostgREST into the simulated server.
#include "sim/postgrest_push.hpp"

namespace offex::sim {
namespace {

TEST_P(Push, OfTwelveThousandRowsReadsTwelveThousandBackThousandAtATime) {
  const Server server = start();
  const auto target = target_of(server);

  const Delivery delivery = pushed(*target, features(12'000));

  EXPECT_EQ(delivery.rows, 12'000U);
  EXPECT_EQ(delivery.inserted, 12'000U);
  EXPECT_EQ(delivery.counted, 12'000U);
  EXPECT_EQ(delivery.chunks, 12U);
  EXPECT_THAT(delivery.warnings, IsEmpty()) << "doubles arrive bit for bit";
  EXPECT_EQ(total_of(server, "daily_features"), "12000");
  const auto symbols = target->symbols(kDay, kVersion);
  ASSERT_TRUE(symbols);
  ASSERT_THAT(*symbols, SizeIs(12'000));
  EXPECT_EQ(symbols->front(), "S00000");
  EXPECT_EQ(symbols->back(), "S11999");
}

TEST_P(Push, RepeatedChangesNothingAndSendsNothing) {
  Server server = start();
  const auto target = target_of(server);
  pushed(*target, features(1'500));
  server.forget_served();

  const Delivery again = pushed(*target, features(1'500));

  EXPECT_EQ(again.unchanged, 1'500U);
  EXPECT_EQ(again.inserted + again.updated + again.chunks, 0U);
  EXPECT_EQ(again.counted, 1'500U);
  for (const ServedRequest& request : server.served()) EXPECT_EQ(request.method, "GET");
}

TEST_P(Push, ReplacesWhatDiffersAndAddsWhatIsNew) {
  const Server server = start();
  const auto target = target_of(server);
  pushed(*target, features(100));
  Shipment next = features(110);
  next.rows.find("short_vol_share")->values<double>()[3] = 0.75;
  next.rows.find("provenance")->values<std::string>()[5] = R"({"changed":true})";

  const Delivery delivery = pushed(*target, next);

  EXPECT_EQ(delivery.inserted, 10U);
  EXPECT_EQ(delivery.updated, 2U);
  EXPECT_EQ(delivery.unchanged, 98U);
  EXPECT_EQ(read(server, "daily_features?symbol=eq.S00003&select=short_vol_share").body,
            R"([{"short_vol_share":0.75}])");
}

TEST_P(Push, LeavesEventsAsTheyAre) {
  const Server server = start();
  const auto target = target_of(server);
  EXPECT_EQ(pushed(*target, events(250, "first")).inserted, 250U);

  const Delivery again = pushed(*target, events(260, "second"));

  EXPECT_EQ(again.inserted, 10U);
  EXPECT_EQ(again.unchanged, 250U);
  EXPECT_EQ(again.counted, 260U);
  EXPECT_THAT(read(server, fmt::format("provenance_events?artifact_sha256=eq.{:064x}", 7)).body,
              HasSubstr("first"));
  EXPECT_EQ(total_of(server, "provenance_events"), "260");
}

TEST_P(Push, OfManyEventsTakesFewRequests) {
  Server server = start();
  const auto target = target_of(server);
  for (const std::uint64_t there : {0U, 12'000U}) {
    server.forget_served();
    const Delivery delivery = pushed(*target, events(12'000, "first"));
    EXPECT_EQ(delivery.inserted, 12'000U - there);
    EXPECT_EQ(delivery.unchanged, there);
    EXPECT_EQ(delivery.counted, 12'000U);
    EXPECT_LE(server.served().size(), 27U) << "12 to send, 13 to read back, 2 to count";
  }
}

TEST_P(Push, OfEventsAmongManyOthersDoesNotReadTheOthers) {
  Server server = start();
  const auto target = target_of(server);
  pushed(*target, events(5'000, "others"));
  Shipment few = events(5'000, "few");
  Column source = *few.rows.find("source");
  Column digest{"artifact_sha256", Type::Text};
  Column payload = *few.rows.find("payload");
  source.truncate(3);
  payload.truncate(3);
  for (const std::size_t i : {0U, 17U, 34'992U}) digest.push(fmt::format("{:064x}", i));
  few.rows = Batch{{source, digest, payload}};
  server.forget_served();

  const Delivery delivery = pushed(*target, few);

  EXPECT_EQ(delivery.inserted, 2U);
  EXPECT_EQ(delivery.unchanged, 1U);
  EXPECT_EQ(delivery.counted, 3U);
  EXPECT_LE(server.served().size(), 4U);
}

TEST_P(Push, ReplacesAShareThatIsOnlyAlmostOurs) {
  const Server server = start();
  const auto target = target_of(server);
  Shipment wrong = features(9);
  for (double& share : wrong.rows.find("short_vol_share")->values<double>()) {
    share = std::round(share * 1e4) / 1e4;
  }
  pushed(*target, wrong);

  const Delivery delivery = pushed(*target, features(9));

  EXPECT_EQ(delivery.updated, 5U) << "four decimals are enough for the others";
  EXPECT_THAT(delivery.warnings, IsEmpty());
  EXPECT_EQ(read(server, "daily_features?symbol=eq.S00000&select=short_vol_share").body,
            R"([{"short_vol_share":0.3333333333333333}])");
}

TEST_P(Push, FindsTypesOfColumnsInTheDescription) {
  const Server server = start();
  const auto description = parse_json(read(server, "").body);
  ASSERT_TRUE(description);
  const auto format = [&](const char* table, const char* column) {
    const Json* here = description->find("definitions");
    for (const char* name : {table, "properties", column, "format"}) {
      here = here == nullptr ? nullptr : here->find(name);
    }
    return here == nullptr ? "none" : here->text;
  };
  EXPECT_EQ(format("daily_features", "feature_id"), "bigint");
  EXPECT_EQ(format("daily_features", "short_vol_share"), "double precision");
  EXPECT_EQ(format("daily_features", "trade_date"), "date");
  EXPECT_EQ(format("daily_features", "created_at"), "timestamp with time zone");
  EXPECT_EQ(format("daily_metrics", "short_volume"), "numeric");
  EXPECT_EQ(format("daily_metrics", "has_price"), "boolean");
}

TEST_P(Push, DoesNotRelyOnThePagesOfTheServer) {
  const Server server = start({.now = {}, .table_rows = 37});
  const auto target = target_of(server);
  const Delivery delivery = pushed(*target, features(500));
  EXPECT_EQ(delivery.counted, 500U);
  EXPECT_THAT(target->symbols(kDay, kVersion).value(), SizeIs(500));
}

TEST_P(Push, ThatWasCutIsRepeatedAndLeavesEachRowOnce) {
  Server server = start();
  feeds::FeedSettings impatient = settings_for(server);
  impatient.limits.attempts = 1;
  const auto first = target_of(server, impatient, 50);
  server.set_faults({.rate = 0.3, .seed = 5, .kinds = {Fault::ServerError, Fault::Reset}});
  const auto cut = first->send(features(1'000));
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, ErrorCode::Upstream);
  server.set_faults({});

  const Delivery delivery = pushed(*target_of(server), features(1'000));

  EXPECT_EQ(delivery.inserted + delivery.unchanged, 1'000U);
  EXPECT_EQ(delivery.counted, 1'000U);
  EXPECT_EQ(total_of(server, "daily_features"), "1000");
}

TEST_P(Push, WithAPublicKeyIsRefusedByTheRowsSecurity) {
  const Server server = start();
  feeds::FeedSettings settings = settings_for(server);
  for (const char* key : {"sb_publishable_x", "eyJh.eyJyb2xlIjoieCIsInJvbGUiOiJhbm9uIn0.x"}) {
    settings.credentials.postgrest_key = key;
    const auto refused = target_of(server, settings)->send(features(3));
    ASSERT_FALSE(refused) << key;
    EXPECT_EQ(refused.error().code, ErrorCode::Credentials);
    EXPECT_THAT(refused.error().message, HasSubstr("42501"));
    EXPECT_THAT(refused.error().message, HasSubstr("SUPABASE_SERVICE_ROLE_KEY"));
  }
}

TEST_P(Push, TakesAKeyOfTheNewKind) {
  const Server server = start();
  feeds::FeedSettings settings = settings_for(server);
  settings.credentials.postgrest_key = "sb_secret_x";
  EXPECT_EQ(pushed(*target_of(server, settings), features(3)).inserted, 3U);
}

TEST_P(Push, IntoATableThatIsNotThereNamesTheMigrations) {
  const Server server = start();
  Shipment shipment = features(3);
  shipment.table = "daily_nothing";
  const auto refused = target_of(server)->send(shipment);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::NotFound);
  EXPECT_THAT(refused.error().message, HasSubstr("migrations"));
}

TEST_P(Push, ByAKeyWithoutAUniqueIndexIsRefused) {
  const Server server = start();
  Shipment shipment = features(3);
  shipment.key = {"symbol", "trade_date"};
  const auto refused = target_of(server)->send(shipment);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::NotFound);
  EXPECT_THAT(refused.error().message, HasSubstr("42P10"));
}

TEST_P(Push, OfAColumnThatIsNotThereIsRefused) {
  const Server server = start();
  Shipment shipment = features(3);
  shipment.rows.find("ats_share_of_total")->rename("no_such_share");
  const auto refused = target_of(server)->send(shipment);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::NotFound);
  EXPECT_THAT(refused.error().message, HasSubstr("no_such_share"));
}

TEST_P(Push, KnowsTheColumnsOfATableWithAndWithoutRows) {
  const Server server = start();
  const auto target = target_of(server);
  for (const std::size_t rows : {0U, 2U}) {
    if (rows > 0) pushed(*target, features(rows));
    const auto names = target->columns_of("daily_features");
    ASSERT_TRUE(names) << base::format_error(names.error());
    for (const char* name : {"symbol", "trade_date", "feature_version", "short_vol_share",
                             "ats_share_of_total", "provenance"}) {
      EXPECT_THAT(*names, testing::Contains(name));
    }
  }
  const auto none = target->columns_of("daily_nothing");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::NotFound);
}

TEST_P(Push, GivesSymbolsOfTheDayAndVersionOnly) {
  const Server server = start();
  const auto target = target_of(server);
  pushed(*target, features(2));
  EXPECT_THAT(target->symbols(kDay, kVersion).value(), ElementsAre("S00000", "S00001"));
  EXPECT_THAT(target->symbols(kDay.plus(1), kVersion).value(), IsEmpty());
  EXPECT_THAT(target->symbols(kDay, "v0").value(), IsEmpty());
}

TEST_P(Push, RunsNoMigrations) {
  const Server server = start();
  const auto refused = target_of(server)->migrate();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
  EXPECT_THAT(refused.error().message, HasSubstr("postgresql://"));
}

TEST_P(Push, IsReadByFilters) {
  const Server server = start();
  pushed(*target_of(server), features(10));
  const auto symbols = [&](const std::string& filter) {
    return read(server, "daily_features?select=symbol&order=symbol.desc&" + filter).body;
  };
  const auto count = [&](const std::string& filter) {
    const auto rows = parse_json(symbols(filter));
    return rows ? rows->items.size() : 999;
  };
  EXPECT_THAT(symbols("symbol=in.(S00001,%22S00002%22,none)"),
              testing::AllOf(HasSubstr("S00001"), HasSubstr("S00002")));
  EXPECT_EQ(count("symbol=in.(S00001,%22S00002%22,none)"), 2U);
  EXPECT_EQ(count("short_vol_share=is.null"), 1U);
  EXPECT_EQ(count("short_vol_share=not.is.null"), 9U);
  EXPECT_EQ(count("symbol=neq.S00001"), 9U);
  EXPECT_EQ(count("symbol=not.eq.S00001"), 9U);
  EXPECT_EQ(count("symbol=gt.S00003&symbol=lte.S00005"), 2U);
  EXPECT_EQ(count("trade_date=gte.2026-04-17&trade_date=lt.2026-04-18"), 10U);
  EXPECT_EQ(read(server, "daily_features?symbol=near.S").status, 400);
}

TEST_P(Push, IsNotReadBehindItsEndWhereRowsAreCounted) {
  const Server server = start();
  pushed(*target_of(server), features(10));
  EXPECT_EQ(read(server, "daily_features?offset=11", {"Prefer: count=exact"}).status, 416);
  EXPECT_EQ(read(server, "daily_features?offset=10", {"Prefer: count=exact"}).body, "[]");
  EXPECT_EQ(read(server, "daily_features?offset=99").body, "[]");
}

INSTANTIATE_TEST_SUITE_P(Into, Push, testing::Values(Backend::Memory, Backend::Database),
                         [](const auto& test) { return name_of(test.param); });

}  // namespace
}  // namespace offex::sim
