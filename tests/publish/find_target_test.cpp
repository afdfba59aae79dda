#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/publish/target.hpp"

namespace offex::publish {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Result<std::optional<TargetAddress>> find(std::string_view url,
                                          std::map<std::string, std::string> variables) {
  return find_target(url, [&](const std::string& name) -> std::optional<std::string> {
    const auto known = variables.find(name);
    if (known == variables.end()) return std::nullopt;
    return known->second;
  });
}

TEST(FindTarget, FindsNothingWithoutCredentials) {
  const auto found = find("", {});
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->has_value());
  // An address alone is no credential.
  const auto half = find("", {{"SUPABASE_URL", "https://x.supabase.co"}});
  ASSERT_TRUE(half);
  EXPECT_FALSE(half->has_value());
}

TEST(FindTarget, PrefersTheServiceRoleAndThePrivateNames) {
  const auto found = find("", {{"NEXT_PUBLIC_SUPABASE_URL", "https://public.supabase.co"},
                               {"SUPABASE_URL", "https://x.supabase.co/"},
                               {"SUPABASE_ANON_KEY", "anon"},
                               {"SUPABASE_SERVICE_ROLE_KEY", "service"},
                               {"DATABASE_URL", "postgresql://me@host/db"}});
  ASSERT_TRUE(found);
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->url, "https://x.supabase.co");
  EXPECT_EQ((*found)->settings.credentials.postgrest_key, "service");
}

TEST(FindTarget, TakesThePublicEquivalents) {
  const auto found = find("", {{"NEXT_PUBLIC_SUPABASE_URL", "https://public.supabase.co"},
                               {"NEXT_PUBLIC_SUPABASE_ANON_KEY", "anon"}});
  ASSERT_TRUE(found);
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->url, "https://public.supabase.co");
}

TEST(FindTarget, FallsBackToTheDatabase) {
  const auto found = find("", {{"DATABASE_URL", ""}, {"SUPABASE_DB_URL_LOCAL", "postgres://h/d"}});
  ASSERT_TRUE(found);
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->url, "postgres://h/d");
}

TEST(FindTarget, TakesTheAddressThatIsGiven) {
  const auto found = find("postgresql://me@host/db", {{"SUPABASE_URL", "https://x.supabase.co"},
                                                      {"SUPABASE_SERVICE_ROLE_KEY", "service"}});
  ASSERT_TRUE(found);
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->url, "postgresql://me@host/db");
}

TEST(FindTarget, AsksForAKeyOfAProject) {
  const auto found = find("https://x.supabase.co", {});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, base::ErrorCode::Credentials);
  EXPECT_THAT(found.error().message, HasSubstr("SUPABASE_SERVICE_ROLE_KEY"));
}

TEST(FindTarget, RefusesOtherAddressesWithoutTheirPassword) {
  const auto found = find("mysql://me:hidden@host/db", {});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_THAT(found.error().message, Not(HasSubstr("hidden")));
}

TEST(FindTarget, TakesKeywordsAndValues) {
  const std::string address = "host=h user=me password=hidden://x dbname=db";
  for (const auto& found : {find(address, {}), find("", {{"DATABASE_URL", address}}),
                            find("", {{"SUPABASE_DB_URL_LOCAL", address}})}) {
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_TRUE(found->has_value());
    EXPECT_EQ((*found)->url, address);
  }
}

TEST(FindTarget, OpensKeywordsAndValuesAsAPostgres) {
  const auto found = find("host=127.0.0.1 port=1 user=me password=hidden dbname=db", {});
  ASSERT_TRUE(found);
  ASSERT_TRUE(found->has_value());
  const auto opened = open_target(**found, nullptr);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, base::ErrorCode::Upstream);
  EXPECT_THAT(opened.error().message,
              AllOf(HasSubstr("postgresql://me@127.0.0.1:1/db"), Not(HasSubstr("hidden"))));
}

TEST(FindTarget, RefusesKeywordsThatCannotBeReadWithoutTheirPassword) {
  for (const std::string address :
       {"host=h password=a hidden", "host=h pasword=hidden", "postgresql://me:hid/hidden@h/db"}) {
    const auto found = find(address, {});
    ASSERT_FALSE(found) << address;
    EXPECT_EQ(found.error().code, base::ErrorCode::InvalidArgument);
    EXPECT_THAT(found.error().message, Not(HasSubstr("hidden")));
  }
}

TEST(FindTarget, NamesTheVariableWhoseAddressCannotBeUsed) {
  for (const std::string name : {"DATABASE_URL", "SUPABASE_DB_URL_LOCAL"}) {
    for (const std::string address : {"sqlite:///hidden", "postgresql://me:hidden%zz@h/db"}) {
      const auto found = find("", {{name, address}});
      ASSERT_FALSE(found) << name;
      EXPECT_EQ(found.error().code, base::ErrorCode::InvalidArgument);
      EXPECT_THAT(found.error().message, AllOf(StartsWith(name + ":"), Not(HasSubstr("hidden"))));
    }
  }
}

}  // namespace
}  // namespace offex::publish
