#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "offex/studies/scan_stream.hpp"

#include "studies/scan_market.hpp"

namespace offex::studies::test {

/// A session that outlives its visit.
class SeenSession {
 public:
  explicit SeenSession(const ScanSession& from)
      : day{from.day},
        ordinal{from.ordinal},
        status{from.status},
        after_break{from.after_break},
        usual_rows{from.usual_rows},
        usual_shares{from.usual_shares},
        symbols{from.axis->symbols},
        scores{*from.scores},
        state{*from.state},
        open{from.open.begin(), from.open.end()},
        previous_close{from.previous_close.begin(), from.previous_close.end()},
        dollar_volume{from.dollar_volume.begin(), from.dollar_volume.end()},
        dollar_weight{from.dollar_weight.begin(), from.dollar_weight.end()},
        previous_z_r{from.previous_z_r.begin(), from.previous_z_r.end()},
        split{from.split.begin(), from.split.end()},
        price{from.price.begin(), from.price.end()},
        lit{from.lit.begin(), from.lit.end()} {}

  /// Position of a symbol.
  [[nodiscard]] std::size_t at(std::string_view symbol) const {
    const auto found = std::ranges::find(symbols, market::Symbol::from_trusted(symbol));
    EXPECT_NE(found, symbols.end()) << symbol;
    return static_cast<std::size_t>(found - symbols.begin());
  }
  /// Row of a symbol in the scores; their number when it has none.
  [[nodiscard]] std::size_t row(std::string_view symbol) const {
    const auto found = std::ranges::find(scores.symbol, at(symbol));
    return static_cast<std::size_t>(found - scores.symbol.begin());
  }

  market::Day day;
  std::int32_t ordinal;
  SessionStatus status;
  bool after_break;
  double usual_rows, usual_shares;
  std::vector<market::Symbol> symbols;
  kernels::SurpriseScores scores;
  ScanState state;
  std::vector<double> open, previous_close, dollar_volume, dollar_weight, previous_z_r;
  std::vector<std::uint8_t> split;
  std::vector<kernels::SeriesScore> price, lit;
};

/// Walks and keeps what was visited.
inline std::vector<SeenSession> walk(const store::Reader& reader, ScanStreamRequest request = {}) {
  std::vector<SeenSession> out;
  request.parts = true;
  const auto done = scan_sessions(reader, request, [&](const ScanSession& session) -> Result<void> {
    out.emplace_back(session);
    return {};
  });
  EXPECT_TRUE(done) << (done ? "" : base::format_error(done.error()));
  return out;
}

inline std::vector<SeenSession> walk_all(ScanMarket& market) {
  return walk(market.store().reader());
}

/// Every number by name, exact: NaN equals itself, -0 is not 0.
using Bits = std::map<std::string, std::vector<std::uint64_t>>;

inline void add_bits(Bits& out, const std::string& name, const auto& values) {
  for (const auto value : values) {
    out[name].push_back(std::bit_cast<std::uint64_t>(static_cast<double>(value)));
  }
}

inline void add_bits(Bits& out, const std::string& name,
                     const std::vector<kernels::SeriesState>& states) {
  for (const kernels::SeriesState& from : states) {
    add_bits(out, name,
             std::vector<double>{from.weight, from.weight2, from.sum, from.variance_weight,
                                 from.variance_weight2, from.squares, from.last,
                                 static_cast<double>(from.count)});
  }
}

inline void add_bits(Bits& out, const std::string& name,
                     const std::vector<kernels::SeriesScore>& scores) {
  for (const kernels::SeriesScore& from : scores) {
    add_bits(out, name, std::vector<double>{from.z, from.neff, from.nu});
  }
}

/// Bits of a state alone.
inline Bits state_bits(const ScanState& state, bool series = true) {
  Bits out;
  const kernels::SurpriseState& s = state.surprise;
  for (const auto& [name, values] : {std::pair{"w", &s.w},
                                     {"w2", &s.w2},
                                     {"u", &s.u},
                                     {"u2", &s.u2},
                                     {"av", &s.av},
                                     {"ar", &s.ar},
                                     {"vv", &s.vv},
                                     {"vr", &s.vr},
                                     {"lv", &s.lv},
                                     {"lr", &s.lr},
                                     {"e", &s.e},
                                     {"q", &s.q}}) {
    add_bits(out, name, *values);
  }
  add_bits(out, "cv", s.cv);
  add_bits(out, "cr", s.cr);
  add_bits(out, "count", s.count);
  add_bits(out, "last", s.last);
  kernels::DecayedMeans dollars = state.dollars;
  add_bits(out, "dollars", dollars.sums());
  add_bits(out, "dollars weight", dollars.weights());
  add_bits(out, "streak", state.streak);
  if (series) {
    add_bits(out, "price state", state.price);
    add_bits(out, "lit state", state.lit);
  }
  return out;
}

/// Bits of all that a session says.
inline Bits bits_of(const SeenSession& session) {
  Bits out = state_bits(session.state);
  const kernels::SurpriseScores& s = session.scores;
  for (const auto& [name, values] : {std::pair{"short volume", &s.short_volume},
                                     {"total", &s.total},
                                     {"baseline", &s.baseline},
                                     {"neff", &s.neff},
                                     {"d", &s.d},
                                     {"e_v", &s.e_v},
                                     {"sd_v", &s.sd_v},
                                     {"t_v", &s.t_v},
                                     {"z_v", &s.z_v},
                                     {"h2", &s.h2},
                                     {"e_r", &s.e_r},
                                     {"sd_r", &s.sd_r},
                                     {"t_r", &s.t_r},
                                     {"z_r", &s.z_r},
                                     {"expected angle", &s.expected_angle},
                                     {"z_p", &s.z_p},
                                     {"previous close", &session.previous_close},
                                     {"dollar volume", &session.dollar_volume},
                                     {"dollar weight", &session.dollar_weight},
                                     {"previous z_r", &session.previous_z_r}}) {
    add_bits(out, name, *values);
  }
  add_bits(out, "symbol", s.symbol);
  add_bits(out, "row count", s.count);
  add_bits(out, "split", session.split);
  add_bits(out, "price", session.price);
  add_bits(out, "lit", session.lit);
  add_bits(
      out, "day",
      std::vector<double>{static_cast<double>(session.day.days()),
                          static_cast<double>(session.ordinal), static_cast<double>(session.status),
                          session.after_break ? 1.0 : 0.0, session.usual_rows, session.usual_shares,
                          s.c_v, s.c_r, static_cast<double>(s.rejected)});
  return out;
}

}  // namespace offex::studies::test
