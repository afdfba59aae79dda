#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "offex/market/day.hpp"

#include "sim/random_internal.hpp"
#include "sim/universe_internal.hpp"

namespace offex::sim {

/// Reporting facilities in the order of the arrays below.
enum class Venue : std::uint8_t { Carteret, Nyse, Chicago, Adf, Otc };
inline constexpr std::size_t kNumVenues = 5;

/// Millionths of a share.
struct ShortVolume {
  std::int64_t short_volume{0};
  std::int64_t exempt{0};
  std::int64_t total{0};
};

/// One security on one session.
struct Trading {
  std::array<ShortVolume, kNumVenues> venues{};  // total 0: no row
  std::int64_t volume{0};                        // consolidated, millionths; 0: no bar
  std::int64_t open{0};                          // ten-thousandths of a dollar
  std::int64_t high{0};
  std::int64_t low{0};
  std::int64_t close{0};
  std::int64_t transactions{0};
};

/// Moves the whole market from session to session, in order.
class MarketModel {
 public:
  MarketModel(const MarketSpec& spec, const std::vector<Security>& universe,
              const std::vector<Episode>& episodes);

  /// Simulates the next session; `out` gets one entry a security.
  void step(market::Day day, std::vector<Trading>& out);

 private:
  struct State {
    double log_price{0.0};
    double volume_memory{0.0};
    double short_memory{0.0};
    const Episode* episode{nullptr};
  };
  struct Session {
    market::Day day;
    int index{0};
    bool fractional{false};
    bool adf_open{false};
    double market_return{0.0};
    double log_volume{0.0};
  };

  [[nodiscard]] Session next_session(market::Day day);
  void trade(const Session& session, std::size_t index, Trading& out);
  void draw_prices(const Session& session, const Security& security, State& state, double shock,
                   Random& random, Trading& out) const;
  void report_off_exchange(const Session& session, const Security& security, State& state,
                           double push, Random& random, Trading& out) const;

  const std::vector<Security>& universe_;
  std::vector<State> states_;
  std::uint64_t seed_;
  int next_index_{0};
  double market_volatility_{0.009};
  double market_volume_{0.0};
};

}  // namespace offex::sim
