// The tests of a session against the reference stream of 80 symbols over 30 sessions.
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "offex/studies/scan.hpp"

#include "support/oracle_table.hpp"

namespace offex::studies::test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kTolerance = 1e-9;
constexpr std::size_t kSymbols = 80;
constexpr std::size_t kSplitSession = 18;

std::size_t position(const std::string& symbol) { return std::stoul(symbol.substr(1)); }

/// Steps the filter over the reference stream and ranks every session.
class Stream {
 public:
  explicit Stream(kernels::SurpriseParameters parameters = {}) : parameters_{parameters} {
    facts_.sector.assign(kSymbols, 0);
    facts_.sectors = {""};
    facts_.market_cap.assign(kSymbols, kNan);
    facts_.shares_outstanding.assign(kSymbols, kNan);
    facts_.fund.assign(kSymbols, -1);
    facts_.test_issue.assign(kSymbols, 0);
    const auto table = test_support::oracle_table("fx_stream_in.csv");
    for (std::size_t row = 0; row < table.size(); ++row) {
      const auto session = static_cast<std::size_t>(table.number(row, "session"));
      part_.resize(session + 1, std::vector<double>(kSymbols, kNan));
      total_.resize(session + 1, std::vector<double>(kSymbols, kNan));
      part_[session][position(table.text(row, "symbol"))] = table.number(row, "short");
      total_[session][position(table.text(row, "symbol"))] = table.number(row, "total");
    }
  }

  template <class Visit>
  void run(RankBy by, Visit&& visit) {
    kernels::SurpriseFilter filter{parameters_, kSymbols};
    kernels::SurpriseScores scores;
    for (std::size_t session = 0; session < part_.size(); ++session) {
      if (session == kSplitSession) filter.state().split(position("S011"), 4.0);
      filter.step(static_cast<int>(session), part_[session], total_[session], kernels::Learn::Yes,
                  1, scores);
      ScanSession made{};
      made.parameters = &parameters_;
      made.scores = &scores;
      visit(session, scores, rank_session(made, facts_, {}, by, parameters_.q));
    }
  }

 private:
  kernels::SurpriseParameters parameters_;
  SecurityFacts facts_;
  std::vector<std::vector<double>> part_, total_;
};

void near(double got, double want, const std::string& what) {
  EXPECT_NEAR(got, want, kTolerance * std::max(1.0, std::fabs(want))) << what;
}

std::string tag_word(Tag tag) {
  constexpr const char* kWords[] = {"SURGE+SHORT", "SURGE+LONG", "SURGE", "SHORT", "LONG", "NONE"};
  return kWords[static_cast<std::size_t>(tag)];
}

TEST(ScanRanking, GivesTheReferencePValuesRanksAndTags) {
  const auto want = test_support::oracle_table("fx_stream_out.csv");
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> lines;
  for (std::size_t line = 0; line < want.size(); ++line) {
    lines[{static_cast<std::size_t>(want.number(line, "session")),
           position(want.text(line, "symbol"))}] = line;
  }
  std::size_t ranked = 0;
  Stream{}.run(RankBy::Omnibus, [&](std::size_t session, const kernels::SurpriseScores& scores,
                                    const Ranking& ranking) {
    for (std::size_t place = 0; place < ranking.order.size(); ++place) {
      const std::uint32_t row = ranking.order[place];
      const auto found = lines.find({session, scores.symbol[row]});
      if (found == lines.end()) continue;
      const std::size_t line = found->second;
      const std::string where = want.text(line, "symbol") + " in " + std::to_string(session);
      EXPECT_EQ(static_cast<double>(place + 1), want.number(line, "rank")) << where;
      near(ranking.r.p[row], want.number(line, "p_r"), "p_r of " + where);
      near(ranking.v.p[row], want.number(line, "p_v"), "p_v of " + where);
      near(ranking.j.p[row], want.number(line, "p_j"), "p_j of " + where);
      near(ranking.o.p[row], want.number(line, "p_o"), "p_o of " + where);
      near(ranking.o.q[row], want.number(line, "q_o"), "q_o of " + where);
      EXPECT_EQ(tag_word(tag_of(scores.z_r[row], scores.z_v[row])), want.text(line, "tag"));
      ++ranked;
    }
    for (std::size_t row = 0; row < scores.size(); ++row) {
      const auto found = lines.find({session, scores.symbol[row]});
      if (found == lines.end()) continue;
      EXPECT_EQ(std::isnan(ranking.o.p[row]), want.text(found->second, "rank").empty());
    }
  });
  EXPECT_GT(ranked, 300U);
}

TEST(ScanRanking, CountsTheReferenceFamilies) {
  const auto want = test_support::oracle_table("fx_stream_day.csv");
  Stream{}.run(RankBy::Omnibus,
               [&](std::size_t session, const kernels::SurpriseScores&, const Ranking& ranking) {
                 EXPECT_EQ(static_cast<double>(ranking.family()), want.number(session, "family"));
                 near(ranking.scale_v, want.number(session, "sv"), "scale of z_v");
                 near(ranking.scale_r, want.number(session, "sr"), "scale of z_r");
               });
}

TEST(ScanRanking, ScalesByTheEmpiricalNullOfALargeFamily) {
  const auto want = test_support::oracle_table("fx_stream_day_scaled.csv");
  kernels::SurpriseParameters parameters;
  parameters.scale_min_count = 40.0;
  Stream{parameters}.run(
      RankBy::Omnibus,
      [&](std::size_t session, const kernels::SurpriseScores& scores, const Ranking& ranking) {
        near(ranking.scale_v, want.number(session, "sv"), "scale of z_v");
        near(ranking.scale_r, want.number(session, "sr"), "scale of z_r");
        near(ranking.scale_p, want.number(session, "sp"), "scale of z_p");
        if (want.text(session, "top_symbol").empty()) return;
        const std::uint32_t first = ranking.order.front();
        EXPECT_EQ(scores.symbol[first], position(want.text(session, "top_symbol")));
        near(ranking.o.p[first], want.number(session, "top_p_o"), "p_o of the first");
        near(ranking.o.q[first], want.number(session, "top_q_o"), "q_o of the first");
      });
}

TEST(ScanRanking, OrdersByTheChannelAskedFor) {
  for (const RankBy by : {RankBy::Ratio, RankBy::Volume, RankBy::Joint, RankBy::Persistence}) {
    Stream{}.run(by, [&](std::size_t, const kernels::SurpriseScores&, const Ranking& ranking) {
      const Channel& channel = ranking.channel(by);
      for (std::size_t place = 1; place < ranking.order.size(); ++place) {
        EXPECT_LE(channel.p[ranking.order[place - 1]], channel.p[ranking.order[place]]);
        EXPECT_LE(channel.q[ranking.order[place - 1]], channel.q[ranking.order[place]]);
      }
    });
  }
}

}  // namespace
}  // namespace offex::studies::test
