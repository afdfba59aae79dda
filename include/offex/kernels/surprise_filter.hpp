#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "offex/kernels/fingerprint.hpp"

// The streaming filter rv/1.0.0: how unusual the off-exchange volume of each symbol is today, and
// how unusual its short ratio is given that volume.
namespace offex::kernels {

inline constexpr std::size_t kPriorKnots = 12;

/// Parameters of rv/1.0.0, under the names of the published reference.
struct SurpriseParameters {
  double hm{10.0}, hv{20.0};  ///< half-lives of mean and variance, observations
  double phi{0.20};           ///< share of the last deviation that is expected again
  double clip{4.0};           ///< t beyond which a value moves the state no more, once
  double k0{1.5};             ///< prior observations of the mean ratio
  double d0r{7.0}, d0v{4.0};  ///< prior observations of the variances
  double av{0.30};
  double h0{0.85}, hup{0.20}, hdn{0.20};  ///< variance of the ratio given the volume surprise
  /// Priors by log10 of baseline shares at 2, 2.5, ..., 7.5: mean angle, and deviations.
  std::array<double, kPriorKnots> mu_r{1.58, 1.54, 1.43, 1.39, 1.40, 1.45,
                                       1.54, 1.60, 1.59, 1.56, 1.52, 1.49};
  std::array<double, kPriorKnots> s0_r{0.89, 0.79, 0.69,  0.56,  0.43,  0.335,
                                       0.27, 0.23, 0.205, 0.175, 0.150, 0.125};
  std::array<double, kPriorKnots> s0_v{1.85, 1.48,  1.18,  0.88, 0.705, 0.54,
                                       0.43, 0.365, 0.335, 0.30, 0.29,  0.28};
  double center_min_n{5.0}, center_min_b{4.0}, center_min_count{50.0};
  double rho{0.70}, cp{1.10};  ///< memory and scale of the persistence score
  double rank_min_n{5.0}, rank_min_b{4.0}, rank_min_t{1000.0}, scale_min_count{200.0};
  double acat_clip{0.90};
  double q{0.10};  ///< false discovery rate
};
/// Returns the parameters under their names, for the fingerprint.
[[nodiscard]] std::vector<Parameter> named(const SurpriseParameters& parameters);
/// Returns `rv/1.0.0+` and the fingerprint.
[[nodiscard]] std::string surprise_version(const SurpriseParameters& parameters);

/// Returns the prior of a table at baseline `b`, linear between knots, constant outside.
[[nodiscard]] double prior_at(double b, const std::array<double, kPriorKnots>& table);

/// Returns 2 asin sqrt(short / total) in [0, pi]: a ratio whose variance does not depend on it.
/// \pre 0 <= short_volume <= total, total > 0
[[nodiscard]] double ratio_angle(double short_volume, double total);
/// Returns the ratio of an angle; angles outside [0, pi] count as its ends.
[[nodiscard]] double angle_ratio(double angle);

/// State of the filter across symbols: one vector a quantity, one cell a symbol.
struct SurpriseState {
  explicit SurpriseState(std::size_t symbols = 0);
  [[nodiscard]] std::size_t size() const { return count.size(); }
  void resize(std::size_t symbols);
  /// Forgets one symbol: its ticker now names something else.
  void reset(std::size_t symbol);
  /// Share count x `factor` before the next session: the volume's baseline moves along.
  void split(std::size_t symbol, double factor);
  /// Forgets all variances: a structural break.
  void restart_variances();

  std::vector<double> w, w2, u, u2, av, ar, vv, vr, lv, lr, e, q;
  std::vector<std::int8_t> cv, cr;  ///< signs of the last clipped t, 0: it was not clipped
  std::vector<std::int32_t> count;  ///< sessions taken in
  std::vector<std::int32_t> last;   ///< ordinal of the newest of them; -1: none

  friend bool operator==(const SurpriseState&, const SurpriseState&) = default;
};

/// What one session says: one entry an accepted row, in the order of the symbols.
struct SurpriseScores {
  void resize(std::size_t rows);
  [[nodiscard]] std::size_t size() const { return symbol.size(); }
  /// Whether a row has scores: its symbol has been seen before.
  [[nodiscard]] bool scored(std::size_t row) const { return count[row] > 0; }

  std::vector<std::uint32_t> symbol;        ///< position in the state
  std::vector<std::int32_t> count;          ///< sessions before this one
  std::vector<double> short_volume, total;  ///< shares
  std::vector<double> baseline;             ///< log10 of baseline shares, B
  std::vector<double> neff, d;
  std::vector<double> e_v, sd_v, t_v, z_v;  ///< NaN below where a row has no scores
  std::vector<double> h2;
  std::vector<double> e_r, sd_r, t_r, z_r;
  std::vector<double> expected_angle;  ///< prediction of the ratio, the day's shift included
  std::vector<double> z_p;
  double c_v{0.0}, c_r{0.0};  ///< the day's common shifts
  std::size_t rejected{0};    ///< rows with total <= 0, short < 0 or short > total
};

/// Whether a session changes the state.
enum class Learn : std::uint8_t { Yes, No };

/// Steps the filter over sessions.
class SurpriseFilter {
 public:
  explicit SurpriseFilter(const SurpriseParameters& parameters, std::size_t symbols = 0);
  ~SurpriseFilter();
  SurpriseFilter(SurpriseFilter&&) noexcept;
  SurpriseFilter& operator=(SurpriseFilter&&) noexcept;
  SurpriseFilter(const SurpriseFilter&) = delete;
  SurpriseFilter& operator=(const SurpriseFilter&) = delete;

  [[nodiscard]] const SurpriseParameters& parameters() const { return parameters_; }
  [[nodiscard]] SurpriseState& state() { return state_; }
  [[nodiscard]] const SurpriseState& state() const { return state_; }

  /// Scores one session and, with `Learn::Yes`, takes it in. Volumes are shares by symbol; NaN is
  /// no row. `ordinal` is the session's number in the trading calendar: those between are gaps.
  /// The same bits for any number of threads. \pre spans of the state's size, rising ordinals
  void step(std::int32_t ordinal, std::span<const double> short_volume,
            std::span<const double> total_volume, Learn learn, unsigned threads,
            SurpriseScores& out);

 private:
  struct Rows;
  void collect(std::span<const double> short_volume, std::span<const double> total_volume,
               SurpriseScores& out);
  void load(std::int32_t ordinal, std::size_t row, std::size_t symbol);
  void predict_volume(std::int32_t ordinal, std::size_t begin, std::size_t end,
                      SurpriseScores& out);
  [[nodiscard]] double common_shift(std::span<const double> errors, const SurpriseScores& out);
  void predict_ratio(std::size_t begin, std::size_t end, SurpriseScores& out);
  void score_ratio(std::size_t begin, std::size_t end, SurpriseScores& out);
  void take_in(std::int32_t ordinal, std::size_t begin, std::size_t end, const SurpriseScores& out);

  SurpriseParameters parameters_;
  double decay_m_;
  double decay_v_;
  SurpriseState state_;
  std::unique_ptr<Rows> rows_;
  std::vector<double> chosen_;
  std::vector<double> scratch_;
};

}  // namespace offex::kernels
