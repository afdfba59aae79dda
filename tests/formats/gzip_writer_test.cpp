#include "offex/formats/gzip_writer.hpp"

#include <string>

#include <gtest/gtest.h>

namespace offex::formats {
namespace {

TEST(GzipWriter, WritesTheSameMemberForTheSameBytesWithoutATime) {
  const std::string text(300'000, 'x');

  const auto first = gzip(text);
  const auto second = gzip(text);

  ASSERT_TRUE(first && second);
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(first->substr(0, 3), "\x1f\x8b\x08");
  EXPECT_EQ(first->substr(4, 4), std::string(4, '\0'));
  EXPECT_LT(first->size(), text.size() / 50);
}

TEST(GzipWriter, WritesAMemberForNoBytes) {
  const auto member = gzip("");

  ASSERT_TRUE(member);
  EXPECT_GE(member->size(), 18U);
}

}  // namespace
}  // namespace offex::formats
