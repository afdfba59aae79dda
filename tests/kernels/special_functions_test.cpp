#include "offex/kernels/special_functions.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/special_functions_internal.hpp"
#include "support/oracle_table.hpp"

namespace offex::kernels {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<double> scores(const std::vector<double>& t, const std::vector<double>& nu) {
  std::vector<double> z(t.size());
  student_to_normal(t, nu, z);
  return z;
}

/// Degrees of freedom that the fast way takes, and some that it does not.
double any_freedom(std::mt19937_64& random) {
  std::uniform_real_distribution<double> uniform{0.0, 1.0};
  const double kind = uniform(random);
  if (kind < 0.1) {
    return 1.0 + 3.0 * uniform(random);
  }
  if (kind < 0.2) {
    return std::pow(10.0, 2.0 + 4.0 * uniform(random));
  }
  return 4.0 + 66.0 * uniform(random);
}

double any_t(std::mt19937_64& random) {
  std::normal_distribution<double> normal{0.0, 1.0};
  std::uniform_real_distribution<double> wide{-40.0, 40.0};
  return random() % 4 == 0 ? wide(random) : normal(random);
}

TEST(NormalQuantile, InvertsTheDistributionFunction) {
  for (const double z : {-8.0, -3.0, -1.2, -0.1, 0.0, 0.3, 1.0, 2.5, 5.0}) {
    EXPECT_NEAR(normal_quantile(normal_cdf(z)), z, 1e-9 + (z > 4.0 ? 1e-8 : 0.0)) << z;
  }
  EXPECT_DOUBLE_EQ(normal_quantile(0.05), -1.6448536269514727);
  EXPECT_DOUBLE_EQ(normal_quantile(1e-300), -37.047096299361199);
}

TEST(NormalQuantile, IsInfiniteAtTheEnds) {
  EXPECT_EQ(normal_quantile(0.0), -kInfinity);
  EXPECT_EQ(normal_quantile(1.0), kInfinity);
  EXPECT_TRUE(std::isnan(normal_quantile(kNan)));
}

TEST(IncompleteBeta, EqualsValuesOfFortyDigits) {
  struct Case {
    double a, b, x, value;
  };
  constexpr std::array<Case, 13> kCases{{{2.0, 0.5, 0.3, 0.037840969485813117},
                                         {35.0, 0.5, 0.97, 0.14567084564346805},
                                         {30.125, 0.5, 0.5, 1.2173653559107485e-10},
                                         {0.5, 3.5, 0.9, 0.99990415409428071},
                                         {1.0, 1.0, 0.25, 0.25},
                                         {0.5, 0.5, 0.001, 0.020135041633377491},
                                         {12.0, 15.0, 0.45, 0.5286717019604355},
                                         {250.0, 400.0, 0.4, 0.79054510934876367},
                                         {3.25, 40.0, 0.02, 0.035420802113214125},
                                         {0.001, 2.0, 0.5, 0.99980674653694775},
                                         {10000.0, 0.5, 0.9999, 0.1572940177633515},
                                         {100.0, 100.0, 0.5, 0.5},
                                         {15.5, 11.0, 0.99, 0.99999999999999948}}};
  for (const Case& item : kCases) {
    EXPECT_NEAR(incomplete_beta(item.a, item.b, item.x), item.value, 1e-14)
        << item.a << ' ' << item.b << ' ' << item.x;
  }
  EXPECT_NEAR(incomplete_beta(30.125, 0.5, 0.5) / 1.2173653559107485e-10, 1.0, 1e-13);
}

TEST(IncompleteBeta, IsZeroAndOneOutsideItsRange) {
  EXPECT_EQ(incomplete_beta(2.0, 3.0, 0.0), 0.0);
  EXPECT_EQ(incomplete_beta(2.0, 3.0, -1.0), 0.0);
  EXPECT_EQ(incomplete_beta(2.0, 3.0, 1.0), 1.0);
  EXPECT_EQ(incomplete_beta(2.0, 3.0, 7.0), 1.0);
  EXPECT_TRUE(std::isnan(incomplete_beta(2.0, 3.0, kNan)));
}

TEST(StudentToNormal, EqualsTheReference) {
  const auto table = test_support::oracle_table("fx_tz.csv");
  const std::vector<double> span = scores(table.numbers("t"), table.numbers("nu"));
  for (std::size_t row = 0; row < table.size(); ++row) {
    const double t = table.number(row, "t");
    const double nu = table.number(row, "nu");
    // The reference rounds nu / (nu + t^2) before it takes 1 - x: tiny t lose nine digits there.
    EXPECT_NEAR(student_two_sided(t, nu), table.number(row, "p_two_sided"),
                t == 1e-6 ? 2e-9 : 1e-13);
    EXPECT_NEAR(student_to_normal(t, nu), table.number(row, "z"), 1e-12) << t << ' ' << nu;
    EXPECT_NEAR(span[row], table.number(row, "z"), 1e-12) << t << ' ' << nu;
  }
}

TEST(StudentToNormal, EqualsValuesOfFortyDigits) {
  struct Case {
    double t, nu, z;
  };
  constexpr std::array<Case, 18> kCases{{{0.7, 1.0, 0.50836160260686415},
                                         {12.5, 1.0, 1.9529852134238467},
                                         {0.001, 2.5, 0.00090691989037022448},
                                         {3.0, 3.0, 1.8982064945739636},
                                         {0.25, 4.0, 0.23410687150825616},
                                         {1.5, 4.0, 1.2590839804270717},
                                         {39.0, 4.0, 4.7015286171939341},
                                         {5.0, 5.75, 2.9921357960183575},
                                         {1.46, 70.0, 1.4439120427422724},
                                         {1.7, 70.0, 1.6768565140157748},
                                         {8.5, 70.0, 7.021676231532053},
                                         {40.0, 70.0, 14.861138348702858},
                                         {30.0, 150.0, 17.060719701103458},
                                         {2.0, 1000.0, 1.997505049346283},
                                         {12.0, 1e5, 11.995653380762783},
                                         {37.0, 1e9, 36.999987327509395},
                                         {1e8, 3.0, 10.18966113712446},
                                         {1.2, 1e12, 1.199999999999268}}};
  for (const Case& item : kCases) {
    EXPECT_NEAR(student_to_normal(item.t, item.nu), item.z, 2e-14 * (1.0 + item.z))
        << item.t << ' ' << item.nu;
  }
}

TEST(StudentToNormal, AgreesWithTheGeneralWay) {
  std::mt19937_64 random{1};
  for (int turn = 0; turn < 20'000; ++turn) {
    const double t = any_t(random);
    const double nu = any_freedom(random);
    ASSERT_NEAR(student_to_normal(t, nu), detail::general_student_to_normal(t, nu), 5e-14)
        << t << ' ' << nu;
  }
}

TEST(StudentToNormal, DoesNotDependOnItsPlaceOrItsNeighbours) {
  std::mt19937_64 random{2};
  std::vector<double> t(1500);
  std::vector<double> nu(1500);
  for (std::size_t i = 0; i < t.size(); ++i) {
    t[i] = i % 97 == 0 ? kNan : any_t(random);
    nu[i] = any_freedom(random);
  }
  const std::vector<double> whole = scores(t, nu);
  for (std::size_t i = 0; i < t.size(); ++i) {
    const double alone = student_to_normal(t[i], nu[i]);
    ASSERT_TRUE(whole[i] == alone || (std::isnan(alone) && std::isnan(whole[i]))) << i;
  }
  for (const std::size_t from : {1U, 7U, 130U, 1000U}) {
    const std::vector<double> part =
        scores({t.begin() + static_cast<std::ptrdiff_t>(from), t.end()},
               {nu.begin() + static_cast<std::ptrdiff_t>(from), nu.end()});
    for (std::size_t i = 0; i < part.size(); ++i) {
      ASSERT_TRUE(part[i] == whole[from + i] || std::isnan(part[i])) << from << ' ' << i;
    }
  }
}

TEST(StudentToNormal, IsOdd) {
  std::mt19937_64 random{3};
  for (int turn = 0; turn < 3000; ++turn) {
    const double t = any_t(random);
    const double nu = any_freedom(random);
    ASSERT_EQ(student_to_normal(-t, nu), -student_to_normal(t, nu)) << t << ' ' << nu;
  }
}

TEST(StudentToNormal, RisesThroughAllItsRanges) {
  for (const double nu : {1.0, 2.5, 4.0, 6.3, 20.0, 70.0, 256.0, 257.0, 5000.0}) {
    double before = 0.0;
    for (int step = 0; step < 3000; ++step) {
      const double t = 0.01 * std::pow(1.003, step);  // to 80
      const double z = student_to_normal(t, nu);
      ASSERT_GE(z, before) << t << ' ' << nu;
      before = z;
    }
  }
}

TEST(StudentToNormal, TakesTinyHugeAndMissingValues) {
  for (const double nu : {1.0, 4.0, 7.0, 70.0, 1e4}) {
    EXPECT_EQ(student_to_normal(0.0, nu), 0.0);
    EXPECT_NEAR(student_to_normal(1e-300, nu) / 1e-300, student_to_normal(1e-6, nu) / 1e-6, 1e-9);
    EXPECT_GT(student_to_normal(1e300, nu), 37.0);
    EXPECT_LE(student_to_normal(1e300, nu), 38.0);
    EXPECT_EQ(student_to_normal(kInfinity, nu), 38.0);
    EXPECT_EQ(student_to_normal(-kInfinity, nu), -38.0);
    EXPECT_TRUE(std::isnan(student_to_normal(kNan, nu)));
  }
  EXPECT_TRUE(std::isnan(student_to_normal(1.0, kNan)));
}

// Neither the compiler, nor its options, nor the processor's vectors, nor its library of functions
// may move a bit: scores are stored and compared.
TEST(StudentToNormal, HasTheSameBitsEverywhere) {
  std::vector<double> t;
  std::vector<double> nu;
  for (int i = -400; i <= 400; ++i) {
    t.push_back(0.0003 * i * i * (i < 0 ? -1.0 : 1.0));
    nu.push_back(4.0 + 0.125 * (i + 400));
  }
  std::uint64_t hash = 0;
  for (const double z : scores(t, nu)) {
    hash = (hash ^ std::bit_cast<std::uint64_t>(z)) * 0x100000001b3U;
  }
  EXPECT_EQ(hash, 6223344452986430696U);
}

TEST(StudentToNormal, MayWriteOverItsInput) {
  std::vector<double> t{0.3, -2.0, 9.0};
  const std::vector<double> nu{5.0, 6.0, 7.0};
  const std::vector<double> expected = scores(t, nu);
  student_to_normal(t, nu, t);
  EXPECT_EQ(t, expected);
}

TEST(StudentToNormal, AcceptsAnEmptySpan) { EXPECT_TRUE(scores({}, {}).empty()); }

TEST(StudentTwoSided, IsOneInTheMiddleAndNothingFarOut) {
  EXPECT_EQ(student_two_sided(0.0, 5.0), 1.0);
  EXPECT_EQ(student_two_sided(kInfinity, 5.0), 0.0);
  EXPECT_TRUE(std::isnan(student_two_sided(kNan, 5.0)));
  EXPECT_NEAR(student_two_sided(1.0, 1.0), 0.5, 1e-15);
}

}  // namespace
}  // namespace offex::kernels
