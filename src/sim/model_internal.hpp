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
  std::int64_t transactions{0};  // the sum of the counts below
  std::int64_t extended{0};      // off-exchange volume outside regular hours, millionths
  std::array<std::int32_t, kNumVenues> venue_trades{};
  std::int32_t extended_trades{0};
  std::int32_t exchange_trades{0};
  float push{0.0F};  // of an episode: above 0 while someone accumulates

  /// Everything that FINRA's facilities report in regular hours.
  [[nodiscard]] std::int64_t facility_volume() const {
    std::int64_t sum = 0;
    for (const ShortVolume& venue : venues) sum += venue.total;
    return sum;
  }
  /// What trades on exchanges, all hours; whole shares.
  [[nodiscard]] std::int64_t exchange_volume() const {
    return volume - facility_volume() - extended;
  }
};

/// Returns how many prints the prices of a bar need: the first, the last, and those of high and
/// low.
[[nodiscard]] int prices_to_print(const Trading& trading);

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
  void split_volume(const Security& security, Random& random, Trading& out) const;

  const std::vector<Security>& universe_;
  std::vector<State> states_;
  std::uint64_t seed_;
  double trade_size_;
  int next_index_{0};
  double market_volatility_{0.009};
  double market_volume_{0.0};
};

}  // namespace offex::sim
