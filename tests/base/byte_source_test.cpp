#include "offex/base/byte_source.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "support/scratch.hpp"

namespace offex::base {
namespace {

TEST(ByteSourceTest, AFileComesInPiecesUntilItsEnd) {
  test_support::ScratchFolder scratch;
  scratch.write("text", "abcdefg");
  const auto source = open_file(scratch.path() / "text");
  ASSERT_TRUE(source);
  std::string all;
  std::array<char, 3> buffer{};
  for (int calls = 0; calls < 10; ++calls) {
    const auto got = (*source)(buffer);
    ASSERT_TRUE(got);
    if (*got == 0) break;
    all.append(buffer.data(), *got);
  }
  EXPECT_EQ(all, "abcdefg");
}

TEST(ByteSourceTest, AFileThatIsNotThereIsAnErrorWithItsName) {
  const auto source = open_file("/nowhere/at-all.csv");
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().code, ErrorCode::Io);
  EXPECT_EQ(source.error().place.file, "/nowhere/at-all.csv");
}

TEST(ByteSourceTest, TheDigestIsThatOfTheWholeFile) {
  test_support::ScratchFolder scratch;
  const std::string text(3'000'000, 'x');
  scratch.write("large", text);
  const auto source = open_file(scratch.path() / "large");
  ASSERT_TRUE(source);
  const auto digest = sha256(*source);
  ASSERT_TRUE(digest);
  EXPECT_EQ(digest->bytes, text.size());
  EXPECT_EQ(digest->digest, sha256(std::string_view{text}));
}

}  // namespace
}  // namespace offex::base
