#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/feeds/polygon.hpp"

namespace offex::feeds {
namespace {

using testing::HasSubstr;

constexpr std::string_view kList = R"(<?xml version="1.0" encoding="UTF-8"?>
<!-- made up -->
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  <Name>flatfiles</Name><Prefix>us_stocks_sip/day_aggs_v1/2026/04/</Prefix><Delimiter/>
  <NextContinuationToken>1ueGcx&amp;PYW1&#x3D;</NextContinuationToken>
  <KeyCount>2</KeyCount><MaxKeys>2</MaxKeys><IsTruncated>true</IsTruncated>
  <Contents><Key>a/2026-04-16.csv.gz</Key><LastModified>2026-04-17T15:00:00.000Z</LastModified>
    <ETag>&quot;0d&#45;1&quot;</ETag><Size>301234</Size><StorageClass>STANDARD</StorageClass>
  </Contents>
  <Contents><ETag>"x"</ETag><Size>0</Size><Key>R&amp;D &lt;&#233;&gt;</Key></Contents>
</ListBucketResult>
)";

TEST(ObjectList, GivesKeysSizesAndTheTokenOfTheNextPart) {
  std::string continuation;
  const auto objects = read_object_list(kList, continuation);

  ASSERT_TRUE(objects) << base::format_error(objects.error());
  ASSERT_THAT(*objects, testing::SizeIs(2));
  EXPECT_EQ((*objects)[0].key, "a/2026-04-16.csv.gz");
  EXPECT_EQ((*objects)[0].bytes, 301'234U);
  EXPECT_EQ((*objects)[0].etag, "\"0d-1\"");
  EXPECT_EQ((*objects)[1].key, "R&D <\xC3\xA9>");
  EXPECT_EQ(continuation, "1ueGcx&PYW1=");
}

TEST(ObjectList, EmptiesTheTokenAtTheLastPart) {
  std::string continuation = "old";
  const auto objects = read_object_list(
      "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>", continuation);

  ASSERT_TRUE(objects);
  EXPECT_TRUE(objects->empty());
  EXPECT_TRUE(continuation.empty());
}

TEST(ObjectList, RefusesWhatIsNone) {
  const auto refuse = [](std::string_view xml, const char* why) {
    std::string continuation;
    const auto objects = read_object_list(xml, continuation);
    ASSERT_FALSE(objects) << xml;
    EXPECT_EQ(objects.error().code, base::ErrorCode::Integrity);
    EXPECT_THAT(objects.error().message, HasSubstr(why)) << xml;
  };
  refuse("", "no ListBucketResult");
  refuse("<Error><Code>NoSuchBucket</Code></Error>", "no ListBucketResult");
  refuse("<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>", "without key");
  refuse("<ListBucketResult><Contents><Key>a</Key><Size>x</Size></Contents></ListBucketResult>",
         "no number");
  refuse(
      "<ListBucketResult><Contents><Key>a&bad;</Key><Size>1</Size></Contents>"
      "</ListBucketResult>",
      "broken entity");
  refuse("<ListBucketResult><Contents><Key>&#xD800;</Key></Contents></ListBucketResult>",
         "broken entity");
  refuse("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>", "how to go on");
}

TEST(ObjectList, RefusesEveryTruncation) {
  const std::string_view whole = kList.substr(0, kList.rfind('>') + 1);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::string continuation;
    EXPECT_FALSE(read_object_list(whole.substr(0, size), continuation)) << size;
  }
}

TEST(ObjectList, SurvivesDamage) {
  std::mt19937 random{7};
  std::size_t refused = 0;
  for (int round = 0; round < 5'000; ++round) {
    std::string xml{kList};
    for (int change = 0; change < 4; ++change) {
      xml[random() % xml.size()] = "<>&;/#x\0 9"[random() % 10];
    }
    std::string continuation;
    if (!read_object_list(xml, continuation)) ++refused;
  }
  EXPECT_GT(refused, 0U);
}

}  // namespace
}  // namespace offex::feeds
