#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/scan_stream.hpp"

#include "studies/v2_stream_internal.hpp"

namespace offex::studies {

/// Returns the number of a session in the trading calendar. \pre it is one
[[nodiscard]] std::int32_t session_ordinal(market::Day day);
/// Returns the session of that number. \pre there is one
[[nodiscard]] market::Day session_day(std::int32_t ordinal);

/// Returns the sessions of the grid: days without trading have no place in a baseline.
[[nodiscard]] Result<std::vector<market::Day>> trading_days(const store::Reader& reader,
                                                            std::optional<market::Instant> as_of);

/// Steps the scanner from session to session.
class ScanWalk {
 public:
  /// \pre reader and axis (trading_days) outlive this
  ScanWalk(const store::Reader& reader, const Axis& axis, const ScanStreamRequest& request,
           std::vector<store::CorporateAction> actions);

  /// State to begin from, as it was after the session before `position`.
  void start_at(std::size_t position, ScanState state);
  [[nodiscard]] std::size_t position() const { return position_; }

  /// Steps over the next session. Nothing when it has no short-sale file.
  [[nodiscard]] Result<const ScanSession*> next();

 private:
  struct Size {
    double rows{0.0};
    double shares{0.0};
  };
  [[nodiscard]] Result<void> load();
  void gather(std::size_t row);
  void act();
  void judge_size();
  [[nodiscard]] Size size_of(std::size_t row) const;
  void step_series(std::span<const double> values, const kernels::SeriesParameters& parameters,
                   double usual_prior, std::vector<kernels::SeriesState>& states,
                   std::vector<kernels::SeriesScore>& scores);
  void learn();
  void fill_session();

  const store::Reader& reader_;
  const Axis& axis_;
  ScanStreamRequest request_;
  std::vector<store::CorporateAction> actions_;  // by day
  std::vector<std::uint8_t> breaks_;
  V2Stream stream_;
  SessionRange block_;
  std::size_t position_{0};
  std::vector<std::optional<Size>> sizes_;  // by session

  kernels::SurpriseFilter filter_;
  ScanState state_;
  kernels::SurpriseScores scores_;
  std::vector<double> part_, total_;  // shares
  std::vector<double> open_, close_, previous_close_, volume_, dollar_volume_, dollar_weight_;
  std::vector<double> change_, imbalance_, previous_z_r_, present_;
  std::vector<std::uint8_t> split_;
  std::vector<kernels::SeriesScore> price_, lit_;
  ScanSession session_{};
};

/// A stored state: where it stands and what it is.
struct StoredState {
  market::Day day;
  ScanState state;
};

/// Returns the newest stored state of the version that was made after a session before `before` and
/// that facts known now (or at `as_of`) would give again, or nothing.
[[nodiscard]] Result<std::optional<StoredState>> stored_state(
    const store::Reader& reader, const Axis& axis, const kernels::SurpriseParameters& parameters,
    market::Day before, std::optional<market::Instant> as_of);

/// Turns a state into rows of the table `scan_state`.
[[nodiscard]] columns::Batch state_rows(const ScanState& state, const Axis& axis, market::Day day,
                                        const std::string& version);

}  // namespace offex::studies
