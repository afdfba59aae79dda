// SIGKILL at random moments: nothing half done may ever be seen, and a rerun ends at the same
// place.
#include <chrono>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <signal.h>

#include "offex/base/digest.hpp"
#include "offex/formats/gzip_reader.hpp"

#include "e2e/offex_program.hpp"

namespace offex::e2e {
namespace {

namespace fs = std::filesystem;
using std::chrono::microseconds;
using std::chrono::steady_clock;

constexpr int kMoments = 20;
constexpr std::uint64_t kSeed = 20260302;

class KillTest : public OffexTest {
 protected:
  /// Runs a command to its end and returns how long it took.
  [[nodiscard]] microseconds time_of(const std::string& home,
                                     const std::vector<std::string>& arguments) {
    const auto start = steady_clock::now();
    offex_.must_in(home, arguments);
    return std::chrono::duration_cast<microseconds>(steady_clock::now() - start);
  }

  /// Runs a command for so long and kills it. Returns whether it was still at work.
  bool kill_after(const std::string& home, const std::vector<std::string>& arguments,
                  microseconds delay) {
    test_support::Process process{OFFEX_BINARY, arguments, offex_.options(home)};
    const bool ended = process.wait(delay);
    process.send(SIGKILL);
    const ProcessOutcome outcome = process.finish();
    EXPECT_TRUE(ended || outcome.signal == SIGKILL || outcome.exit_code == 0) << outcome.err;
    return outcome.signal == SIGKILL;
  }

  /// Either there is no store yet, or it opens and, asked `thoroughly`, its facts pass the check.
  void expect_whole(const std::string& home, bool thoroughly) {
    const ProcessOutcome outcome = offex_.run_in(home, {thoroughly ? "check" : "status", "-q"});
    EXPECT_TRUE(outcome.exit_code == 0 || outcome.exit_code == 3) << outcome.out << outcome.err;
  }

  /// Digests of the tables of facts alone.
  [[nodiscard]] std::string facts(const std::string& home) {
    std::istringstream lines{offex_.digest(home)};
    std::string out;
    std::string line;
    while (std::getline(lines, line)) {
      if (line.starts_with("fact_") || line.starts_with("revision")) {
        out += line + '\n';
      }
    }
    return out;
  }

  void copy_store(const std::string& from, const std::string& to) {
    fs::copy(offex_.folder() / from, offex_.folder() / to, fs::copy_options::recursive);
  }

  /// Every file that bears a hash as its name has that hash.
  void expect_no_half_file(const std::string& home) {
    for (const auto& [name, bytes] : test_support::folder_content(offex_.folder() / home / "raw")) {
      const fs::path path{name};
      if (name.starts_with(".new.")) {
        continue;  // nobody looks at it, and the next import sweeps it
      }
      const auto content =
          path.extension() == ".gz" ? formats::gunzip(bytes) : Result<std::string>{bytes};
      ASSERT_TRUE(content) << name;
      EXPECT_EQ(base::sha256(*content).hex(), path.stem().string());
    }
  }

  /// Moments spread over the whole run by a seeded generator.
  static std::vector<microseconds> moments(microseconds whole) {
    std::mt19937_64 random{kSeed};
    std::uniform_int_distribution<microseconds::rep> pick{0, whole.count()};
    std::vector<microseconds> out;
    out.reserve(kMoments);
    for (int i = 0; i < kMoments; ++i) {
      out.emplace_back(pick(random));
    }
    return out;
  }
};

TEST_F(KillTest, AKilledImportRunAgainEndsAtTheSameDigests) {
  // More files than one transaction takes, so that kills also fall between two.
  const fs::path market = offex_.simulate(12, 38);
  const std::vector<std::string> import{"import", market.string()};
  const microseconds whole = time_of("home", import);
  const std::string expected = offex_.digest();
  const auto archive = test_support::folder_content(offex_.home() / "raw");
  int killed = 0;
  for (const microseconds moment : moments(whole)) {
    SCOPED_TRACE(std::to_string(moment.count()) + " us");
    killed += kill_after("killed", import, moment) ? 1 : 0;
    expect_no_half_file("killed");
    expect_whole("killed", killed % 4 == 0);
    offex_.must_in("killed", import);
    EXPECT_EQ(test_support::folder_content(offex_.folder() / "killed/raw"), archive);
    EXPECT_EQ(offex_.digest("killed"), expected);
    fs::remove_all(offex_.folder() / "killed");
  }
  EXPECT_GT(killed, kMoments / 4);  // runs beside other work differ in length
}

TEST_F(KillTest, AKilledBuildRunAgainEndsAtTheSameDigests) {
  const fs::path market = offex_.simulate(40, 30);
  offex_.must({"import", market.string()});
  const std::string imported = facts("home");
  fs::remove_all(offex_.home() / "raw");  // a build does not read it, and copies go faster
  copy_store("home", "imported");
  const microseconds whole = time_of("home", {"build"});
  const std::string expected = offex_.digest();
  int killed = 0;
  for (const microseconds moment : moments(whole)) {
    SCOPED_TRACE(std::to_string(moment.count()) + " us");
    copy_store("imported", "killed");
    killed += kill_after("killed", {"build"}, moment) ? 1 : 0;
    EXPECT_EQ(facts("killed"), imported);
    offex_.must_in("killed", {"build"});
    EXPECT_EQ(offex_.digest("killed"), expected);
    fs::remove_all(offex_.folder() / "killed");
  }
  EXPECT_GT(killed, kMoments / 4);  // runs beside other work differ in length
}

TEST_F(KillTest, ARepeatedlyKilledImportStillArrives) {
  const fs::path market = offex_.simulate(12, 38);
  const std::vector<std::string> import{"import", market.string()};
  const microseconds whole = time_of("home", import);
  for (const microseconds moment : moments(whole)) {
    kill_after("killed", import, moment);
  }
  offex_.must_in("killed", import);
  expect_no_half_file("killed");
  EXPECT_EQ(offex_.digest("killed"), offex_.digest());
}

TEST_F(KillTest, WhatAKilledImportLeftIsSweptByTheNextOne) {
  offex_.write("CNMSshvol20260302.txt", short_file("20260302", {"AAPL|10|1|20"}));
  offex_.write("home/raw/.new.1.1", "half");
  offex_.must({"import", "CNMSshvol20260302.txt"});
  EXPECT_EQ(test_support::folder_content(offex_.home() / "raw").size(), 1U);
}

}  // namespace
}  // namespace offex::e2e
