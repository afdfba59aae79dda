#include "offex/base/digest.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <span>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace offex::base {
namespace {

TEST(Digest, EqualsThePublishedVectors) {
  EXPECT_EQ(sha256("").hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc").hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256(std::string(1'000'000, 'a')).hex(),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Digest, DoesNotDependOnThePieces) {
  std::mt19937 random{4};
  const std::string bytes(10'000, 'q');
  Hasher hasher;
  for (int round = 0; round < 20; ++round) {
    std::string_view rest = bytes;
    while (!rest.empty()) {
      const std::size_t size = std::min<std::size_t>(random() % 700, rest.size());
      hasher.update(rest.substr(0, size));
      rest.remove_prefix(size);
    }
    EXPECT_EQ(hasher.finish(), sha256(bytes));
  }
}

TEST(Digest, FinishStartsAnewAlsoAfterAMove) {
  Hasher first;
  first.update("abc");
  Hasher second{std::move(first)};

  EXPECT_EQ(second.finish(), sha256("abc"));
  EXPECT_EQ(second.finish(), sha256(""));
}

TEST(Digest, TakesRawBytes) {
  const std::array<std::byte, 3> bytes{std::byte{'a'}, std::byte{'b'}, std::byte{'c'}};
  Hasher hasher;
  hasher.update(std::span<const std::byte>{bytes});

  EXPECT_EQ(hasher.finish(), sha256("abc"));
}

}  // namespace
}  // namespace offex::base
