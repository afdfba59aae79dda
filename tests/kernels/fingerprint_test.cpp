#include "offex/kernels/fingerprint.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace offex::kernels {
namespace {

std::vector<Parameter> some() {
  return {{"b", {2.0}}, {"a", {0.1, -3.0, 1e300}}, {"long.name", {0.2}}, {"B", {0.5}}};
}

TEST(CanonicalText, SortsNamesAndWritesNumbersExactly) {
  EXPECT_EQ(canonical_text(some()),
            "B=0.5;a=0.10000000000000001,-3,1.0000000000000001e+300;b=2;"
            "long.name=0.20000000000000001");
}

TEST(CanonicalText, OfNothingIsEmpty) { EXPECT_EQ(canonical_text({}), ""); }

TEST(Fingerprint, EqualsTheReference) {
  EXPECT_EQ(fingerprint(some()), "b3fe87380aaa203f");
  EXPECT_EQ(fingerprint({}), "cbf29ce484222325");
}

TEST(Fingerprint, DoesNotDependOnTheOrderOfTheParameters) {
  std::vector<Parameter> turned = some();
  std::ranges::reverse(turned);
  EXPECT_EQ(fingerprint(turned), fingerprint(some()));
}

TEST(Fingerprint, ChangesWithTheLastBitOfANumber) {
  std::vector<Parameter> other = some();
  other[2].values[0] = 0.20000000000000004;
  EXPECT_NE(fingerprint(other), fingerprint(some()));
}

}  // namespace
}  // namespace offex::kernels
