// The first text of a file as received.
#include "offex/formats/head.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "offex/formats/gzip_writer.hpp"

namespace offex::formats {
namespace {

std::string some_text(std::size_t bytes) {
  std::mt19937 random{3};
  std::string text;
  while (text.size() < bytes) text += std::to_string(random() % 1'000'000) + ",";
  text.resize(bytes);
  return text;
}

TEST(DecodedHead, OfPlainTextIsItsStart) {
  const std::string text = some_text(1000);

  EXPECT_EQ(decoded_head(text, 100), text.substr(0, 100));
  EXPECT_EQ(decoded_head(text), text);
  EXPECT_EQ(decoded_head(""), "");
}

TEST(DecodedHead, OfGzipIsTheStartOfItsText) {
  const std::string text = some_text(300'000);
  const std::string packed = gzip(text).value();

  EXPECT_EQ(decoded_head(packed), text.substr(0, kHeadBytes));
  EXPECT_EQ(decoded_head(packed, 5000), text.substr(0, 5000));
  EXPECT_EQ(decoded_head(packed, text.size() + 1), text);
  EXPECT_EQ(decoded_head(packed, 0), "");
}

TEST(DecodedHead, OfSeveralMembersRunsThroughThem) {
  const std::string packed = gzip("a,b\n").value() + gzip("1,2\n").value();

  EXPECT_EQ(decoded_head(packed), "a,b\n1,2\n");
}

TEST(DecodedHead, OfACutFileIsWhatItsBytesDecodeTo) {
  const std::string text = some_text(20'000);
  const std::string packed = gzip(text).value();

  const std::string head = decoded_head(std::string_view{packed}.substr(0, packed.size() / 2));

  EXPECT_GT(head.size(), 5000U);
  EXPECT_EQ(head, text.substr(0, head.size()));
}

TEST(DecodedHead, OfADamagedFileIsNoMoreThanWhatStandsBeforeTheDamage) {
  const std::string text = some_text(20'000);
  std::string packed = gzip(text).value();
  for (std::size_t at = packed.size() / 2; at < packed.size(); ++at) packed[at] = '\xFF';

  const std::string head = decoded_head(packed);

  EXPECT_GE(head.size(), 4096U);
  // The first changed bytes may still decode to something.
  EXPECT_EQ(head.substr(0, 4096), text.substr(0, 4096));
  EXPECT_EQ(decoded_head("\x1F\x8B damaged"), "");
}

TEST(DecodedHead, OfAZipArchiveIsNothing) { EXPECT_EQ(decoded_head("PK\x03\x04 anything"), ""); }

}  // namespace
}  // namespace offex::formats
