#include <random>
#include <string>

#include <gtest/gtest.h>

#include "feeds/token_internal.hpp"

namespace offex::feeds {
namespace {

using std::chrono::milliseconds;

TEST(Token, IsReadWithTheLifetimeAsTextOrNumber) {
  const auto text =
      read_token(R"({"access_token":"eyJ.a-b_c","token_type":"Bearer","expires_in":"43169"})");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->value, "eyJ.a-b_c");
  EXPECT_EQ(text->lifetime, milliseconds{43'169'000});

  const auto number = read_token(
      "\r\n{ \"expires_in\" :\t1800 ,\n\"scope\":{\"a\":[1,\"}\"]},"
      "\"x\":null, \"access_token\" : \"t\\/k\" }");
  ASSERT_TRUE(number);
  EXPECT_EQ(number->value, "t/k");
  EXPECT_EQ(number->lifetime, milliseconds{1'800'000});
}

TEST(Token, OfAnotherLevelIsNone) {
  EXPECT_FALSE(read_token(R"({"data":{"access_token":"inner"}})"));
}

TEST(Token, WithoutALifetimeLivesHalfAnHour) {
  for (const char* const json :
       {R"({"access_token":"t"})", R"({"access_token":"t","expires_in":"soon"})",
        R"({"access_token":"t","expires_in":null})"}) {
    const auto token = read_token(json);
    ASSERT_TRUE(token) << json;
    EXPECT_EQ(token->lifetime, std::chrono::minutes{30}) << json;
  }
}

TEST(Token, IsRefusedWhenItCannotStandInAHeader) {
  EXPECT_FALSE(read_token(R"({"access_token":""})"));
  EXPECT_FALSE(read_token(R"({"access_token":"a b"})"));
  EXPECT_FALSE(read_token("{\"access_token\":\"a\r\nX: y\"}"));
  EXPECT_FALSE(read_token("[]"));
  EXPECT_FALSE(read_token("<html>"));
}

TEST(Token, IsRefusedAtEveryTruncation) {
  const std::string whole = R"({"a":[1,{"b":"]"}],"access_token":"abc","expires_in":"10"})";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(read_token(whole.substr(0, size))) << size;
  }
}

TEST(Token, SurvivesDamage) {
  const std::string whole = R"({"a":[1,{"b":"]"}],"access_token":"abc","expires_in":"10"})";
  std::mt19937 random{11};
  std::size_t refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string json = whole;
    for (int change = 0; change < 3; ++change) {
      json[random() % json.size()] = "{}[]\",:\\1 "[random() % 10];
    }
    if (!read_token(json)) ++refused;
  }
  EXPECT_GT(refused, 0U);
}

TEST(Token, IsRenewedAMinuteEarlyOrAfterHalfOfAShortLife) {
  EXPECT_EQ(use_of(milliseconds{43'169'000}), milliseconds{43'109'000});
  EXPECT_EQ(use_of(milliseconds{60'000}), milliseconds{30'000});
  EXPECT_GT(use_of(milliseconds{0}).count(), 0);
}

}  // namespace
}  // namespace offex::feeds
