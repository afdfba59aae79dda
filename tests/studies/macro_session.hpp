#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "offex/market/symbol.hpp"
#include "offex/studies/scan.hpp"

namespace offex::studies::test {

inline constexpr double kNull = std::numeric_limits<double>::quiet_NaN();

/// A row of a session that is made by hand: what the scanner says of one symbol.
struct MadeRow {
  std::string symbol;
  double short_volume{50.0};
  double total{100.0};
  double e_v{0.0}, sd_v{1.0}, z_v{0.0};
  double e_r{0.0}, sd_r{1.0}, z_r{0.0};
  double q_o{1.0};
  double weight{kNull};   ///< dollars, of the sessions before
  double dollars{kNull};  ///< mean dollar volume of the sessions before
  double previous_close{kNull}, open{kNull}, close{kNull};
  bool split{false};
  Exclusion exclusion{Exclusion::None};
  std::string sector{};
};

/// A session as the walk would hand it out. Keep it where it is while `session()` is in use.
class MadeSession {
 public:
  MadeSession(std::string_view day, std::vector<MadeRow> rows) {
    std::ranges::sort(rows, {}, &MadeRow::symbol);
    std::vector<std::string> names;
    names.reserve(rows.size());
    for (const MadeRow& row : rows) names.push_back(row.symbol);
    fill(market::Day::parse(day).value(), names, rows);
  }
  /// The same over an axis with further names, which have no row. \pre both are sorted
  MadeSession(std::string_view day, const std::vector<std::string>& names,
              const std::vector<MadeRow>& rows) {
    fill(market::Day::parse(day).value(), names, rows);
  }
  MadeSession(const MadeSession&) = delete;
  MadeSession& operator=(const MadeSession&) = delete;
  MadeSession(MadeSession&&) = delete;
  MadeSession& operator=(MadeSession&&) = delete;
  ~MadeSession() = default;

  [[nodiscard]] ScanSession session() const {
    return {.day = day_,
            .ordinal = day_.days(),
            .axis = &axis_,
            .parameters = &parameters_,
            .status = status,
            .after_break = after_break,
            .usual_rows = kNull,
            .usual_shares = kNull,
            .scores = &scores,
            .state = &state_,
            .open = open_,
            .close = close_,
            .previous_close = previous_close_,
            .volume = empty_,
            .dollar_volume = dollars_,
            .dollar_weight = weight_,
            .previous_z_r = empty_,
            .split = split_,
            .price = {},
            .lit = {}};
  }

  SessionStatus status{SessionStatus::Ok};
  bool after_break{false};
  kernels::SurpriseScores scores;
  Ranking ranking;
  SecurityFacts facts;

 private:
  void fill(market::Day day, const std::vector<std::string>& names,
            const std::vector<MadeRow>& rows) {
    day_ = day;
    axis_.days = {day};
    for (std::vector<double>* column :
         {&open_, &close_, &previous_close_, &dollars_, &weight_, &empty_}) {
      column->assign(names.size(), kNull);
    }
    split_.assign(names.size(), 0);
    facts.sectors = {""};
    for (const MadeRow& row : rows) {
      if (std::ranges::find(facts.sectors, row.sector) == facts.sectors.end()) {
        facts.sectors.push_back(row.sector);
      }
    }
    std::ranges::sort(facts.sectors);
    facts.sector.assign(names.size(), 0);
    for (const std::string& name : names) {
      axis_.symbols.push_back(market::Symbol::from_trusted(name));
      axis_.codes.push_back(static_cast<std::int32_t>(axis_.codes.size()));
    }
    scores.resize(rows.size());
    ranking.exclusion.resize(rows.size());
    for (Channel* channel : {&ranking.r, &ranking.v, &ranking.j, &ranking.o, &ranking.p}) {
      channel->p.assign(rows.size(), kNull);
      channel->q.assign(rows.size(), kNull);
    }
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const auto found = std::ranges::find(names, rows[row].symbol);
      set(row, static_cast<std::size_t>(found - names.begin()), rows[row]);
    }
  }
  void set(std::size_t row, std::size_t at, const MadeRow& from) {
    scores.symbol[row] = static_cast<std::uint32_t>(at);
    scores.count[row] = 20;
    scores.short_volume[row] = from.short_volume;
    scores.total[row] = from.total;
    scores.e_v[row] = from.e_v;
    scores.sd_v[row] = from.sd_v;
    scores.z_v[row] = from.z_v;
    scores.e_r[row] = from.e_r;
    scores.sd_r[row] = from.sd_r;
    scores.z_r[row] = from.z_r;
    ranking.exclusion[row] = from.exclusion;
    if (from.exclusion == Exclusion::None) {
      ranking.o.q[row] = from.q_o;
      ranking.order.push_back(static_cast<std::uint32_t>(row));
    }
    open_[at] = from.open;
    close_[at] = from.close;
    previous_close_[at] = from.previous_close;
    dollars_[at] = from.dollars;
    weight_[at] = from.weight;
    split_[at] = from.split ? 1 : 0;
    facts.sector[at] = static_cast<std::uint32_t>(std::ranges::find(facts.sectors, from.sector) -
                                                  facts.sectors.begin());
  }

  market::Day day_;
  Axis axis_;
  kernels::SurpriseParameters parameters_;
  ScanState state_{parameters_, 0};
  std::vector<double> open_, close_, previous_close_, dollars_, weight_, empty_;
  std::vector<std::uint8_t> split_;
};

/// Names "N00", "N01", ... with rows that differ a little.
inline std::vector<MadeRow> made_rows(std::size_t count, double shift = 0.0) {
  std::vector<MadeRow> out;
  for (std::size_t index = 0; index < count; ++index) {
    MadeRow row;
    row.symbol = std::string{"N"} + static_cast<char>('0' + index / 10) +
                 static_cast<char>('0' + index % 10);
    const double wave = std::sin(1.7 * static_cast<double>(index) + shift);
    row.e_r = 0.3 * wave + 0.05 * std::sin(shift);
    row.sd_r = 0.25;
    row.z_r = 1.1 * wave;
    row.e_v = 0.5 * std::cos(2.3 * static_cast<double>(index) + shift);
    row.sd_v = 0.4;
    row.z_v = row.e_v / row.sd_v;
    row.total = 1000.0 + 10.0 * static_cast<double>(index);
    row.short_volume = row.total * (0.5 + 0.1 * wave);
    row.weight = 1e6 * (1.0 + static_cast<double>(index % 5));
    row.dollars = 2e6 * (1.0 + static_cast<double>(index));
    row.previous_close = 20.0;
    row.open = 20.1;
    row.close = 20.0 * (1.0 + 0.01 * wave);
    out.push_back(row);
  }
  return out;
}

}  // namespace offex::studies::test
