#include <algorithm>
#include <cmath>
#include <utility>

#include "offex/base/check.hpp"
#include "offex/market/quantity.hpp"

#include "studies/eval_internal.hpp"
#include "studies/load_internal.hpp"
#include "studies/scan_tables_internal.hpp"

namespace offex::studies {
namespace {

constexpr std::size_t kControls = 3;

double dollars(const store::ChunkColumn<std::int64_t>& column, std::size_t row) {
  return column.valid(row) ? market::Price::from_nanos(column.values[row]).to_double()
                           : kEvalMissing;
}

/// Signed J: how unusual volume and ratio are together, with the sign of the ratio's surprise.
double joint(double z_r, double z_v) {
  const double surge = std::max(z_v, 0.0);
  return std::copysign(z_r * z_r + surge * surge, z_r);
}

double score_of(const kernels::SurpriseScores& scores, const Ranking& ranking, std::uint32_t row,
                std::string_view name) {
  if (name == "z_r") {
    return scores.z_r[row];
  }
  if (name == "z_v") {
    return scores.z_v[row];
  }
  if (name == "z_p") {
    return scores.z_p[row];
  }
  return joint(scores.z_r[row] / ranking.scale_r, scores.z_v[row] / ranking.scale_v);
}

/// Takes the sessions of a walk in.
class Collector {
 public:
  Collector(const SignalSource& source, const Axis& axis, const EvalRequest& request,
            SecurityReference reference, EvalPanels& panels)
      : source_{source},
        axis_{axis},
        request_{request},
        filter_{request.filter},
        reference_{std::move(reference)},
        panels_{panels} {
    filter_.min_shares = std::pow(10.0, request.min_baseline);
    out_.universe.assign(panels.days.size() * panels.num_symbols(), 0);
  }

  Result<void> take(const ScanSession& session) {
    OFFEX_CHECK(session.axis->symbols.size() == axis_.symbols.size());
    const SecurityFacts& facts = reference_.at(session.day);
    ++visited_;
    if (!knows_enough(facts)) {
      ++out_.unknown_days;
      return {};
    }
    if (session.status == SessionStatus::Partial) {
      ++out_.partial_days;
      return {};
    }
    const auto at = std::ranges::lower_bound(panels_.days, session.day);
    OFFEX_CHECK(at != panels_.days.end() && *at == session.day);
    const auto day = static_cast<std::size_t>(at - panels_.days.begin());
    const Ranking ranking =
        rank_session(session, facts, filter_, RankBy::Omnibus, session.parameters->q);
    const std::vector<std::uint32_t> family = priced_family(session, ranking);
    for (const std::uint32_t row : family) {
      const std::uint32_t symbol = session.scores->symbol[row];
      out_.universe[day * panels_.num_symbols() + symbol] = 1;
      if (source_.kind == SignalKind::Scan) {
        panels_.signal.at(day, symbol) = score_of(*session.scores, ranking, row, source_.column);
      }
    }
    out_.sessions += family.empty() ? 0 : 1;
    if (request_.events) {
      add_events(session, facts, family, day);
    }
    return {};
  }

  Result<EvalWalk> finish() && {
    if (visited_ > 0 && out_.unknown_days == visited_) {
      return fail(base::ErrorCode::NotFound,
                  "the store has no reference data of these sessions, which --min-cap and --sector "
                  "need; import some that were known then, or leave these bounds out");
    }
    return std::move(out_);
  }

 private:
  /// Whether the bounds can be told on that evening.
  [[nodiscard]] bool knows_enough(const SecurityFacts& facts) const {
    return (!filter_.min_market_cap || facts.has_market_cap) &&
           (filter_.sector.empty() || facts.has_sector);
  }

  /// Rows of the family whose price of the evening before is high enough, best first.
  [[nodiscard]] std::vector<std::uint32_t> priced_family(const ScanSession& session,
                                                         const Ranking& ranking) const {
    std::vector<std::uint32_t> out;
    for (const std::uint32_t row : ranking.order) {
      const double price = session.previous_close[session.scores->symbol[row]];
      if (request_.min_price <= 0.0 || price >= request_.min_price) {
        out.push_back(row);
      }
    }
    return out;
  }

  /// Takes the hits of the scanner that lie in the universe. Their controls do too, and are no
  /// hits.
  void add_events(const ScanSession& session, const SecurityFacts& facts,
                  std::span<const std::uint32_t> family, std::size_t day) {
    const kernels::SurpriseScores& scores = *session.scores;
    const double rate = session.parameters->q;
    const Ranking ranking = rank_session(session, facts, {}, RankBy::Omnibus, rate);
    const std::size_t count = count_hits(ranking, rate);
    std::vector<std::uint8_t> inside(scores.size(), 0);
    for (const std::uint32_t row : family) {
      inside[row] = 1;
    }
    std::vector<ScanEvent> hits;
    std::vector<std::pair<double, std::uint32_t>> candidates;
    for (std::size_t place = 0; place < ranking.order.size(); ++place) {
      const std::uint32_t row = ranking.order[place];
      const Tag tag = tag_of(scores.z_r[row], scores.z_v[row]);
      if (inside[row] == 0) {
        continue;
      }
      if (place < count) {
        hits.push_back({.day = day,
                        .symbol = scores.symbol[row],
                        .tag = tag,
                        .discovery = ranking.o.q[row] <= rate,
                        .controls = {row}});
      } else if (tag == Tag::None) {
        candidates.emplace_back(scores.baseline[row], scores.symbol[row]);
      }
    }
    std::ranges::sort(candidates);
    for (ScanEvent& hit : hits) {
      hit.controls = nearest_controls(candidates, scores.baseline[hit.controls.front()], kControls);
      out_.events.push_back(std::move(hit));
    }
  }

  const SignalSource& source_;
  const Axis& axis_;
  const EvalRequest& request_;
  ScanFilter filter_;
  SecurityReference reference_;
  EvalPanels& panels_;
  EvalWalk out_;
  std::size_t visited_{0};
};

}  // namespace

Result<void> load_prices(const store::Reader& reader, const Axis& axis,
                         std::optional<market::Instant> as_of, EvalPanels& panels) {
  const CellFinder finder{axis, 0, axis.days.size(), 0, axis.symbols.size()};
  const store::Scan scan{.days = {axis.days.front(), axis.days.back()}, .as_of = as_of};
  return reader.scan_bars(scan, [&](const store::BarChunk& chunk) {
    for (std::size_t row = 0; row < chunk.rows; ++row) {
      if (const auto cell = finder.find(chunk.day.values[row], chunk.symbol.values[row])) {
        panels.open.at(cell->row, cell->symbol) = dollars(chunk.open, row);
        panels.close.at(cell->row, cell->symbol) = dollars(chunk.close, row);
      }
    }
  });
}

Result<std::vector<PriceAction>> load_actions(const store::Reader& reader, const Axis& axis,
                                              std::optional<market::Instant> as_of) {
  OFFEX_ASSIGN(const std::vector<store::CorporateAction> all, reader.corporate_actions(as_of));
  std::vector<PriceAction> out;
  for (const store::CorporateAction& action : all) {
    const auto code = std::ranges::find(axis.codes, action.symbol_code);
    if (code != axis.codes.end()) {
      out.push_back({.symbol = static_cast<std::size_t>(code - axis.codes.begin()),
                     .effective = action.effective,
                     .reset = action.reset,
                     .factor = action.factor});
    }
  }
  return out;
}

Result<EvalWalk> walk_sessions(const store::Reader& reader, const SignalSource& source,
                               const Axis& axis, const EvalRequest& request, EvalPanels& panels) {
  OFFEX_ASSIGN(SecurityReference reference, SecurityReference::load(reader, axis, request.as_of));
  Collector collector{source, axis, request, std::move(reference), panels};
  const ScanStreamRequest walk{
      .days = market::DayRange{panels.days[panels.first], panels.days[panels.end - 1]},
      .as_of = request.as_of,
      .threads = request.options.threads};
  OFFEX_TRY(scan_sessions(reader, walk,
                          [&](const ScanSession& session) { return collector.take(session); }));
  return std::move(collector).finish();
}

}  // namespace offex::studies
