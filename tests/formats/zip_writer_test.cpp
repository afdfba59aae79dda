#include "offex/formats/zip_writer.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "formats/zip_internal.hpp"

namespace offex::formats {
namespace {

struct ReadBack {
  std::string name;
  std::string text;
  friend bool operator==(const ReadBack&, const ReadBack&) = default;
};

std::vector<ReadBack> read_back(const std::string& bytes) {
  std::vector<ReadBack> out;
  const auto archive = ZipArchive::open(bytes);
  EXPECT_TRUE(archive);
  if (!archive) return out;
  for (std::uint64_t i = 0; i < (*archive)->num_entries(); ++i) {
    const auto member = (*archive)->member(i);
    EXPECT_TRUE(member);
    ReadBack& entry = out.emplace_back(ReadBack{.name = member->name, .text = {}});
    EXPECT_TRUE((*archive)->read(*member, [&](std::string_view block) -> Result<void> {
      entry.text += block;
      return {};
    }));
  }
  return out;
}

TEST(ZipWriter, WhatGoesInComesOut) {
  const std::string large(300'000, 'x');
  const auto bytes = zip_archive({{.name = "a.txt", .bytes = "one\ntwo\n"},
                                  {.name = "folder/empty.txt", .bytes = ""},
                                  {.name = "large.txt", .bytes = large}});
  ASSERT_TRUE(bytes);
  EXPECT_LT(bytes->size(), 10'000U);
  const std::vector<ReadBack> expected{
      {"a.txt", "one\ntwo\n"}, {"folder/empty.txt", ""}, {"large.txt", large}};
  EXPECT_EQ(read_back(*bytes), expected);
}

TEST(ZipWriter, AnArchiveWithoutMembersIsAnArchive) {
  const auto bytes = zip_archive({});
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->size(), 22U);
}

TEST(ZipWriter, TheSameEntriesGiveTheSameBytes) {
  const std::vector<ZipEntry> entries{{.name = "a.txt", .bytes = "text"}};
  EXPECT_EQ(*zip_archive(entries), *zip_archive(entries));
}

TEST(ZipWriter, AMemberNeedsAName) {
  const auto outcome = zip_archive({{.name = "", .bytes = "text"}});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, base::ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace offex::formats
