#include "offex/kernels/surprise_filter.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/oracle_table.hpp"
#include "support/scratch.hpp"

namespace offex::kernels {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kTolerance = 1e-9;

/// One session's input by symbol.
struct Volumes {
  std::vector<double> part, total;
  explicit Volumes(std::size_t symbols) : part(symbols, kNan), total(symbols, kNan) {}
};

SurpriseScores step(SurpriseFilter& filter, int ordinal, const Volumes& day,
                    Learn learn = Learn::Yes, unsigned threads = 1) {
  SurpriseScores out;
  filter.step(ordinal, day.part, day.total, learn, threads, out);
  return out;
}

/// The reference stream: 80 symbols, 30 sessions with gaps, zeros, a listing, a split and a surge.
class Stream {
 public:
  static constexpr std::size_t kSymbols = 80;
  static constexpr int kSplitSession = 18;

  Stream() {
    const auto table = test_support::oracle_table("fx_stream_in.csv");
    for (std::size_t row = 0; row < table.size(); ++row) {
      const auto session = static_cast<std::size_t>(table.number(row, "session"));
      while (days_.size() <= session) days_.emplace_back(kSymbols);
      const std::size_t symbol = position(table.text(row, "symbol"));
      days_[session].part[symbol] = table.number(row, "short");
      days_[session].total[symbol] = table.number(row, "total");
    }
  }
  static std::size_t position(const std::string& symbol) { return std::stoul(symbol.substr(1)); }

  /// Calls `visit(session, scores)` for every session.
  template <class Visit>
  void run(unsigned threads, Visit&& visit) const {
    SurpriseFilter filter{{}, kSymbols};
    for (std::size_t session = 0; session < days_.size(); ++session) {
      if (session == kSplitSession) filter.state().split(position("S011"), 4.0);
      visit(session, step(filter, static_cast<int>(session), days_[session], Learn::Yes, threads));
    }
  }
  [[nodiscard]] const std::vector<Volumes>& days() const { return days_; }

 private:
  std::vector<Volumes> days_;
};

void expect_row(const test_support::OracleTable& want, std::size_t line, const SurpriseScores& got,
                std::size_t row) {
  const auto near = [&](const char* name, double value) {
    const double expected = want.number(line, name);
    EXPECT_NEAR(value, expected, kTolerance * std::max(1.0, std::fabs(expected)))
        << name << " of " << want.text(line, "symbol") << " in " << want.text(line, "session");
  };
  near("n", got.count[row]);
  near("b", got.baseline[row]);
  near("neff", got.neff[row]);
  near("d", got.d[row]);
  near("ev", got.e_v[row]);
  near("sdv", got.sd_v[row]);
  near("tv", got.t_v[row]);
  near("zv", got.z_v[row]);
  near("h2", got.h2[row]);
  near("er", got.e_r[row]);
  near("sdr", got.sd_r[row]);
  near("tr", got.t_r[row]);
  near("zr", got.z_r[row]);
  near("zp", got.z_p[row]);
  near("expected", angle_ratio(got.expected_angle[row]));
}

/// Returns how many rows of the table were compared.
std::size_t compare_stream(const test_support::OracleTable& want) {
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> lines;
  for (std::size_t line = 0; line < want.size(); ++line) {
    lines[{static_cast<std::size_t>(want.number(line, "session")),
           Stream::position(want.text(line, "symbol"))}] = line;
  }
  std::size_t compared = 0;
  Stream{}.run(1, [&](std::size_t session, const SurpriseScores& got) {
    for (std::size_t row = 0; row < got.size(); ++row) {
      const auto found = lines.find({session, got.symbol[row]});
      if (found == lines.end()) continue;
      expect_row(want, found->second, got, row);
      ++compared;
    }
  });
  return compared;
}

TEST(SurpriseFilter, EqualsTheReferenceStream) {
  const auto want = test_support::oracle_table("fx_stream_out.csv");
  EXPECT_EQ(compare_stream(want), want.size());
}

TEST(SurpriseFilter, EqualsEveryRowOfTheReferenceStream) {
  const auto shared = test_support::shared_folder();
  if (!shared) GTEST_SKIP() << "the shared folder is not there";
  const auto want = test_support::oracle_table(
      (std::filesystem::absolute(*shared) / "oracle/fx_stream_out.csv").string());
  EXPECT_EQ(compare_stream(want), want.size());
  EXPECT_GT(want.size(), 2'000U);
}

TEST(SurpriseFilter, FindsTheCommonShiftsOfTheReferenceStream) {
  const auto want = test_support::oracle_table("fx_stream_day.csv");
  Stream{}.run(1, [&](std::size_t session, const SurpriseScores& got) {
    EXPECT_EQ(got.size(), static_cast<std::size_t>(want.number(session, "rows")));
    EXPECT_NEAR(got.c_v, want.number(session, "cv"), kTolerance);
    EXPECT_NEAR(got.c_r, want.number(session, "cr"), kTolerance);
  });
}

TEST(SurpriseFilter, FollowsOneSymbolOverAMissingSession) {
  const double table[][6] = {{0, 5200, 10000, kNan, kNan, kNan},
                             {1, 4100, 9000, -.123078850184, -.089688505663, -.081535005148},
                             {2, 6300, 11500, .297413525259, .406810254361, .256217241134},
                             {4, 5000, 10400, .038110407616, .024281567507, .150462907906},
                             {5, 42000, 60000, 2.399654118808, .813723642800, .668344902406},
                             {6, 39000, 52000, 1.003186657807, 1.022160250392, 1.137564421767}};
  SurpriseFilter filter{{}, 1};
  for (const auto& line : table) {
    Volumes day{1};
    day.part[0] = line[1];
    day.total[0] = line[2];
    const SurpriseScores got = step(filter, static_cast<int>(line[0]), day);
    if (std::isnan(line[3])) {
      EXPECT_FALSE(got.scored(0));
      EXPECT_TRUE(std::isnan(got.z_v[0]) && std::isnan(got.z_r[0]) && std::isnan(got.z_p[0]));
      continue;
    }
    EXPECT_NEAR(got.z_v[0], line[3], kTolerance);
    EXPECT_NEAR(got.z_r[0], line[4], kTolerance);
    EXPECT_NEAR(got.z_p[0], line[5], kTolerance);
  }
}

TEST(SurpriseFilter, GivesTheSameBitsOnAnyNumberOfThreads) {
  // Enough symbols for several tiles.
  constexpr std::size_t kCount = 3'000;
  std::mt19937_64 random{7};
  std::uniform_real_distribution<double> uniform{0.0, 1.0};
  SurpriseFilter one{{}, kCount};
  SurpriseFilter four{{}, kCount};
  for (int session = 0; session < 12; ++session) {
    Volumes day{kCount};
    for (std::size_t symbol = 0; symbol < kCount; ++symbol) {
      if (uniform(random) < 0.1) continue;
      day.total[symbol] = std::floor(std::exp(6.0 + 8.0 * uniform(random)));
      day.part[symbol] = std::floor(day.total[symbol] * uniform(random));
    }
    const SurpriseScores a = step(one, session, day, Learn::Yes, 1);
    const SurpriseScores b = step(four, session, day, Learn::Yes, 4);
    ASSERT_EQ(a.symbol, b.symbol);
    for (std::size_t row = 0; row < a.size(); ++row) {
      if (!a.scored(row)) continue;
      ASSERT_EQ(a.z_r[row], b.z_r[row]);
      ASSERT_EQ(a.z_v[row], b.z_v[row]);
    }
  }
  EXPECT_EQ(one.state(), four.state());
}

TEST(SurpriseFilter, LeavesTheStateAloneWhereASessionIsNotTakenIn) {
  const Stream stream;
  SurpriseFilter filter{{}, Stream::kSymbols};
  for (int session = 0; session < 10; ++session) step(filter, session, stream.days()[session]);
  const SurpriseState before = filter.state();
  const SurpriseScores looked = step(filter, 10, stream.days()[10], Learn::No);
  EXPECT_EQ(filter.state(), before);
  const SurpriseScores taken = step(filter, 10, stream.days()[10]);
  EXPECT_EQ(looked.z_r[5], taken.z_r[5]);
  EXPECT_EQ(looked.z_p[5], taken.z_p[5]);
  EXPECT_FALSE(filter.state() == before);
}

TEST(SurpriseFilter, RejectsImpossibleRowsAndCountsThem) {
  SurpriseFilter filter{{}, 5};
  Volumes day{5};
  day.part = {0.0, -1.0, 11.0, kNan, 10.0};
  day.total = {0.0, 10.0, 10.0, 10.0, 10.0};
  const SurpriseScores got = step(filter, 0, day);
  EXPECT_EQ(got.rejected, 4U);
  EXPECT_THAT(got.symbol, testing::ElementsAre(4));
  EXPECT_EQ(filter.state().count[1], 0);
}

TEST(SurpriseFilter, ScoresRatiosOfZeroAndOne) {
  SurpriseFilter filter{{}, 2};
  Volumes day{2};
  day.total = {50'000.0, 50'000.0};
  for (int session = 0; session < 30; ++session) {
    day.part = {session % 2 == 0 ? 0.0 : 25'000.0, 50'000.0};
    const SurpriseScores got = step(filter, session, day);
    if (session == 0) continue;
    EXPECT_TRUE(std::isfinite(got.z_r[0]) && std::isfinite(got.z_r[1]));
  }
}

/// Twenty quiet sessions of one name, then a surge of `factor` times its volume.
double surge_score(double factor) {
  SurpriseFilter filter{{}, 1};
  std::mt19937_64 random{11};
  std::normal_distribution<double> noise{0.0, 0.2};
  Volumes day{1};
  for (int session = 0; session < 60; ++session) {
    day.total[0] = std::floor(1e6 * std::exp(noise(random)));
    day.part[0] = std::floor(0.45 * day.total[0]);
    step(filter, session, day);
  }
  day.total[0] = std::floor(1e6 * factor);
  day.part[0] = std::floor(0.45 * day.total[0]);
  return step(filter, 60, day).z_v[0];
}

TEST(SurpriseFilter, KeepsTheOrderOfLargeSurges) {
  // The seed's inclusive z cannot pass 4.36; these differ by factors and must stay apart.
  const double ten_sigma = surge_score(std::exp(10.0 * 0.2));
  const double hundred_sigma = surge_score(std::exp(100.0 * 0.2));
  EXPECT_GT(ten_sigma, 4.4);
  EXPECT_GT(hundred_sigma, ten_sigma + 1.0);
  EXPECT_LE(hundred_sigma, 38.0);
}

TEST(SurpriseFilter, FollowsAChangeOfLevelFromItsSecondDay) {
  SurpriseFilter filter{{}, 1};
  std::mt19937_64 random{3};
  std::normal_distribution<double> noise{0.0, 0.15};
  Volumes day{1};
  const auto session = [&](int ordinal, double level) {
    day.total[0] = std::floor(level * std::exp(noise(random)));
    day.part[0] = std::floor(0.45 * day.total[0]);
    return step(filter, ordinal, day).z_v[0];
  };
  for (int ordinal = 0; ordinal < 40; ++ordinal) static_cast<void>(session(ordinal, 1e6));
  EXPECT_GT(session(40, 2e7), 4.0);
  for (int ordinal = 41; ordinal < 60; ++ordinal) static_cast<void>(session(ordinal, 2e7));
  EXPECT_LT(std::fabs(session(60, 2e7)), 2.5);
}

TEST(SurpriseFilter, ForgetsWithAPause) {
  SurpriseFilter filter{{}, 1};
  Volumes day{1};
  day.part[0] = 4e5;
  day.total[0] = 1e6;
  for (int session = 0; session < 100; ++session) step(filter, session, day);
  const SurpriseScores soon = step(filter, 100, day, Learn::No);
  const SurpriseScores later = step(filter, 160, day, Learn::No);
  const SurpriseScores never = step(filter, 5'500, day, Learn::No);
  EXPECT_GT(soon.neff[0], 10.0);
  EXPECT_LT(later.neff[0], 0.5);
  EXPECT_TRUE(std::isfinite(never.z_v[0]) && std::isfinite(never.z_r[0]));
}

TEST(SurpriseFilter, StaysStableOverTwentyYears) {
  SurpriseFilter filter{{}, 3};
  std::mt19937_64 random{5};
  std::normal_distribution<double> noise{0.0, 1.0};
  Volumes day{3};
  double largest = 0.0;
  for (int session = 0; session < 5'000; ++session) {
    day.total = {1e12 * std::exp(0.1 * noise(random)), 10.0, 1e5 * std::exp(noise(random))};
    day.part = {0.5 * day.total[0], 5.0, session % 997 == 0 ? 0.0 : 0.4 * day.total[2]};
    const SurpriseScores got = step(filter, session, day);
    if (session < 20) continue;
    for (std::size_t row = 0; row < 3; ++row) {
      ASSERT_TRUE(std::isfinite(got.z_v[row]) && std::isfinite(got.z_r[row]));
    }
    largest = std::max(largest, std::fabs(got.z_v[1]));
  }
  EXPECT_LT(largest, 1e-6);  // a constant volume is no surprise
}

TEST(SurpriseFilter, RestartsVariancesAndResetsASymbol) {
  const Stream stream;
  SurpriseFilter filter{{}, Stream::kSymbols};
  for (int session = 0; session < 25; ++session) step(filter, session, stream.days()[session]);
  filter.state().restart_variances();
  const SurpriseScores restarted = step(filter, 25, stream.days()[25], Learn::No);
  EXPECT_EQ(restarted.d[0], 0.0);
  EXPECT_GT(restarted.neff[0], 5.0);
  filter.state().reset(restarted.symbol[0]);
  EXPECT_FALSE(step(filter, 25, stream.days()[25], Learn::No).scored(0));
}

TEST(SurpriseFilter, InterpolatesThePriors) {
  const auto want = test_support::oracle_table("fx_interp.csv");
  const SurpriseParameters parameters;
  for (std::size_t row = 0; row < want.size(); ++row) {
    const double b = want.number(row, "b");
    EXPECT_NEAR(prior_at(b, parameters.mu_r), want.number(row, "mu_r"), kTolerance) << b;
    EXPECT_NEAR(prior_at(b, parameters.s0_r), want.number(row, "s0_r"), kTolerance) << b;
    EXPECT_NEAR(prior_at(b, parameters.s0_v), want.number(row, "s0_v"), kTolerance) << b;
  }
}

TEST(SurpriseFilter, TurnsRatiosIntoAnglesAndBack) {
  const auto want = test_support::oracle_table("fx_angle.csv");
  for (std::size_t row = 0; row < want.size(); ++row) {
    const double y = ratio_angle(want.number(row, "short"), want.number(row, "total"));
    EXPECT_NEAR(y, want.number(row, "y"), kTolerance);
    EXPECT_NEAR(angle_ratio(y), want.number(row, "back"), kTolerance);
  }
  EXPECT_EQ(angle_ratio(-0.5), 0.0);
  EXPECT_DOUBLE_EQ(angle_ratio(4.0), 1.0);
}

TEST(SurpriseFilter, HasThePublishedFingerprint) {
  const auto want = test_support::oracle_table("fx_version.csv");
  EXPECT_EQ(canonical_text(named(SurpriseParameters{})), want.text(0, "value"));
  EXPECT_EQ(surprise_version({}), "rv/1.0.0+f4e101c72194a320");
  SurpriseParameters other;
  other.phi = 0.25;
  EXPECT_NE(surprise_version(other), surprise_version({}));
}

}  // namespace
}  // namespace offex::kernels
