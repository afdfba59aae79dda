#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "offex/columns/cells.hpp"
#include "offex/kernels/order_statistics.hpp"
#include "offex/market/calendar.hpp"
#include "offex/studies/build.hpp"
#include "offex/studies/compare.hpp"
#include "offex/studies/composite_signal.hpp"

#include "views/ticker_internal.hpp"

namespace offex::views {
namespace {

using columns::Batch;
using columns::number_of;
using market::Day;

constexpr int kPast = 60;  // sessions that a short ratio is held against
constexpr int kLeastPast = 20;
constexpr int kWarmUp = kPast + 5;
constexpr double kHitRate = 0.10;

/// Finds rows by symbol and slot.
class Places {
 public:
  explicit Places(const std::vector<TickerData>& tickers) {
    for (std::size_t i = 0; i < tickers.size(); ++i) index_.emplace(tickers[i].symbol, i);
    if (tickers.empty()) return;
    for (std::size_t slot = 0; slot < tickers[0].days.size(); ++slot) {
      slots_.emplace(tickers[0].days[slot], slot);
    }
  }

  struct Place {
    std::size_t ticker, slot;
  };
  [[nodiscard]] std::optional<Place> of(const Batch& batch, std::size_t row) const {
    // An answer of SQL has symbols as text.
    const auto name = market::Symbol::parse(columns::text_of(batch, "symbol", row));
    if (!name) return std::nullopt;
    const auto symbol = index_.find(*name);
    const auto day = columns::day_of(batch, "trade_date", row);
    const auto slot = day ? slots_.find(*day) : slots_.end();
    if (symbol == index_.end() || slot == slots_.end()) return std::nullopt;
    return Place{symbol->second, slot->second};
  }

 private:
  std::map<market::Symbol, std::size_t> index_;
  std::map<Day, std::size_t> slots_;
};

using Value = TickerValue;

constexpr std::array<std::pair<Value, std::string_view>, 14> kDailyColumns{
    {{Value::Open, "open"},
     {Value::High, "high"},
     {Value::Low, "low"},
     {Value::Close, "close"},
     {Value::Volume, "volume"},
     {Value::ShortVolume, "short_volume"},
     {Value::TotalVolume, "total_volume"},
     {Value::OffexShare, "offex_share"},
     {Value::ShortRatio, "short_ratio"},
     {Value::LitBuy, "lit_buy_volume"},
     {Value::LitSell, "lit_sell_volume"},
     {Value::LitImbalance, "lit_flow_imbalance"},
     {Value::ZShare, "offex_share_z"},
     {Value::ZLit, "lit_flow_imbalance_z"}}};

void take_daily(const Batch& rows, const Places& places, std::vector<TickerData>& out) {
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    const auto place = places.of(rows, row);
    if (!place) continue;
    TickerData& data = out[place->ticker];
    for (const auto& [value, name] : kDailyColumns) {
      data[value][place->slot] = number_of(rows, name, row);
    }
  }
}

/// Holds each ratio against the sessions before it, which it is no part of.
void judge_short(TickerData& data) {
  const Series& ratio = data[Value::ShortRatio];
  for (std::size_t slot = 0; slot < data.days.size(); ++slot) {
    const std::size_t first = slot > kPast ? slot - kPast : 0;
    const std::span<const double> past{ratio.data() + first, slot - first};
    const auto present =
        std::ranges::count_if(past, [](double value) { return !std::isnan(value); });
    if (present < kLeastPast) continue;
    const double middle = kernels::median(past);
    data[Value::ShortChange][slot] = ratio[slot] - middle;
    data[Value::ShortLow][slot] = kernels::quantile(past, 0.1) - middle;
    data[Value::ShortHigh][slot] = kernels::quantile(past, 0.9) - middle;
  }
}

Result<void> load_daily(const store::Reader& reader, const TickerRequest& request,
                        const Places& places, std::vector<TickerData>& out) {
  studies::MetricsRequest question;
  question.symbols = request.symbols;
  question.days = market::DayRange{out[0].days.front(), out[0].days.back()};
  question.as_of = request.as_of;
  question.threads = request.threads;
  OFFEX_ASSIGN(const Batch rows, studies::daily_metrics(reader, question));
  take_daily(rows, places, out);
  for (TickerData& data : out) judge_short(data);
  return {};
}

/// The volume that the tape has and no rule could sign; the metrics leave it out.
Result<void> load_unclassified(const store::Reader& reader, const TickerRequest& request,
                               const Places& places, std::vector<TickerData>& out) {
  std::vector<store::Parameter> parameters{request.days.first, request.days.last};
  std::string names;
  for (const market::Symbol& symbol : request.symbols) {
    parameters.emplace_back(std::string{symbol.view()});
    names += fmt::format("{}${}", names.empty() ? "" : ", ", parameters.size());
  }
  OFFEX_ASSIGN(
      store::QueryRows rows,
      reader.query("SELECT symbol, trade_date, lit_unclassified_volume FROM "
                   "lit_direction_daily WHERE lit_unclassified_volume IS NOT NULL AND "
                   "inference_version = 'v2' AND trade_date BETWEEN $1 AND $2 AND symbol IN (" +
                       names + ")",
                   parameters));
  OFFEX_ASSIGN(const Batch batch, rows.all());
  for (std::size_t row = 0; row < batch.num_rows(); ++row) {
    if (const auto place = places.of(batch, row)) {
      out[place->ticker][Value::LitUnclassified][place->slot] =
          number_of(batch, "lit_unclassified_volume", row);
    }
  }
  return {};
}

/// Computes what the scanner says, session by session.
Result<void> walk_surprises(const store::Reader& reader, const TickerRequest& request,
                            std::vector<TickerData>& out) {
  studies::CompareRequest question;
  question.symbols = request.symbols;
  question.days = request.days;
  question.as_of = request.as_of;
  question.threads = request.threads;
  question.ranked = true;
  OFFEX_ASSIGN(const studies::Comparison answer, studies::compare(reader, question));
  for (TickerData& data : out) {
    const auto symbol = std::ranges::find(answer.symbols, data.symbol);
    if (symbol == answer.symbols.end()) continue;
    const auto index = static_cast<std::size_t>(symbol - answer.symbols.begin());
    for (std::size_t day = 0; day < answer.days.size(); ++day) {
      const Slots at = slots_of(data, answer.days[day], answer.days[day]);
      if (at.empty()) continue;
      const auto slot = static_cast<std::size_t>(at.first);
      const studies::CompareCell& cell = answer.at(index, day);
      data[Value::ZR][slot] = cell[studies::CompareMetric::ZR];
      data[Value::ZV][slot] = cell[studies::CompareMetric::ZV];
      data[Value::ZP][slot] = cell[studies::CompareMetric::ZP];
      if (cell.q <= kHitRate)
        data.hits.push_back({slot, data[Value::ZV][slot], data[Value::ZR][slot]});
    }
  }
  return {};
}

/// Reads the scanner's stored hits: they hold for a question about now, once they are built.
Result<bool> read_hits(const store::Reader& reader, const TickerRequest& request,
                       const Places& places, std::vector<TickerData>& out) {
  if (request.as_of || wants(request, TickerPanel::Surprise)) return false;
  const std::string version = kernels::surprise_version({});
  OFFEX_ASSIGN(const auto builds, reader.builds("scan_hit"));
  OFFEX_ASSIGN(const std::int64_t newest, reader.last_revision());
  const auto build = std::ranges::find(builds, version, &store::BuildState::variant);
  if (build == builds.end() || build->last_revision != newest) return false;
  const std::array<store::Parameter, 4> parameters{request.days.first, request.days.last, kHitRate,
                                                   version};
  OFFEX_ASSIGN(
      store::QueryRows rows,
      reader.query("SELECT symbol, trade_date, z_v, z_r FROM scan_hit WHERE trade_date "
                   "BETWEEN $1 AND $2 AND q_o <= $3 AND inference_version = $4 ORDER BY trade_date",
                   parameters));
  OFFEX_ASSIGN(const Batch batch, rows.all());
  for (std::size_t row = 0; row < batch.num_rows(); ++row) {
    const auto place = places.of(batch, row);
    if (!place) continue;
    out[place->ticker].hits.push_back(
        {place->slot, number_of(batch, "z_v", row), number_of(batch, "z_r", row)});
  }
  return true;
}

Result<void> load_scores(const store::Reader& reader, const TickerRequest& request,
                         const Places& places, std::vector<TickerData>& out) {
  studies::CompositeRequest question;
  question.symbols = request.symbols;
  question.days = request.days;
  question.as_of = request.as_of;
  question.threads = request.threads;
  OFFEX_ASSIGN(const Batch rows, studies::composite_signal(reader, question));
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    const auto place = places.of(rows, row);
    if (!place) continue;
    TickerData& data = out[place->ticker];
    data[Value::Score][place->slot] = number_of(rows, "score", row);
    data[Value::ScoreLow][place->slot] = number_of(rows, "score_low", row);
    data[Value::ScoreHigh][place->slot] = number_of(rows, "score_high", row);
    data[Value::ScoreCoverage][place->slot] = number_of(rows, "coverage", row);
    data.label[place->slot] = columns::text_of(rows, "label", row);
  }
  return {};
}

/// Sessions of the range and of the past that its first ones are judged by.
Result<std::vector<Day>> session_days(const TickerRequest& request) {
  const market::DayRange known = market::calendar_range();
  const auto first = market::session_before(std::max(request.days.first, known.first), kWarmUp);
  const Day from = first ? *first : known.first;
  return market::sessions({from, std::min(request.days.last, known.last)});
}

/// Drops the slots before the range.
void cut(TickerData& data, Day first) {
  const auto gone = std::ranges::lower_bound(data.days, first) - data.days.begin();
  const auto drop = [gone](auto& series) { series.erase(series.begin(), series.begin() + gone); };
  drop(data.days);
  for (Series& series : data.values) drop(series);
  drop(data.label);
  for (TickerHit& hit : data.hits) hit.slot -= static_cast<std::size_t>(gone);
  data.sessions = data.days.size();
  if (!data.days.empty()) data.range = {data.days.front(), data.days.back()};
}

}  // namespace

Result<std::vector<TickerData>> load_tickers(const store::Reader& reader,
                                             const TickerRequest& request) {
  std::vector<TickerData> out(request.symbols.size());
  if (out.empty()) return out;
  OFFEX_ASSIGN(const std::vector<Day> days, session_days(request));
  if (days.empty()) return out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].symbol = request.symbols[i];
    out[i].days = days;
    for (Series& series : out[i].values) series.assign(days.size(), kMissing);
    out[i].label.resize(days.size());
  }
  const Places places{out};
  OFFEX_TRY(load_daily(reader, request, places, out));
  if (wants(request, TickerPanel::Lit)) OFFEX_TRY(load_unclassified(reader, request, places, out));
  if (wants(request, TickerPanel::Price) || wants(request, TickerPanel::Surprise)) {
    OFFEX_ASSIGN(const bool read, read_hits(reader, request, places, out));
    if (!read) OFFEX_TRY(walk_surprises(reader, request, out));
  }
  if (wants(request, TickerPanel::Score) || wants(request, TickerPanel::Decision)) {
    OFFEX_TRY(load_scores(reader, request, places, out));
  }
  for (TickerData& data : out) cut(data, request.days.first);
  OFFEX_TRY(load_weeks(reader, request, out));
  for (TickerData& data : out) {
    if (data.sessions > request.most_sessions) data = by_week(data);
  }
  return out;
}

}  // namespace offex::views
