#include "offex/studies/scan_evening.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "studies/cell_values_internal.hpp"
#include "studies/scan_tables_internal.hpp"

namespace offex::studies {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kFarScore = 3.0;
constexpr double kMillionthsPerShare = 1e6;

/// Rows to show with their places: the first of the order, or those of the symbols asked for.
std::vector<std::pair<std::uint32_t, std::size_t>> chosen_rows(const ScanSession& session,
                                                               const ScanRequest& request,
                                                               const Ranking& ranking) {
  std::vector<std::pair<std::uint32_t, std::size_t>> out;
  if (request.symbols.empty()) {
    const std::size_t count = std::min(request.top, ranking.order.size());
    for (std::size_t place = 0; place < count; ++place) {
      out.emplace_back(ranking.order[place], place + 1);
    }
    return out;
  }
  const std::vector<std::uint32_t>& symbols = session.scores->symbol;
  for (const market::Symbol& wanted : request.symbols) {
    const std::optional<std::size_t> position = position_of(*session.axis, wanted);
    if (!position) continue;
    const auto found = std::ranges::lower_bound(symbols, *position);
    if (found == symbols.end() || *found != *position) continue;
    const auto row = static_cast<std::uint32_t>(found - symbols.begin());
    const auto place = std::ranges::find(ranking.order, row);
    out.emplace_back(row, place == ranking.order.end()
                              ? 0
                              : static_cast<std::size_t>(place - ranking.order.begin()) + 1);
  }
  return out;
}

columns::Batch hit_rows(const ScanSession& session, const ScanRequest& request,
                        const Ranking& ranking, const std::string& version) {
  const TableSpec& spec = *find_table("scan_hit", "rv/1.0.0");
  TableRows rows{spec, SymbolColumn::Name};
  for (const auto& [row, place] : chosen_rows(session, request, ranking)) {
    set_hit(session, ranking, row, place, version, rows);
    rows.end_row();
  }
  columns::Batch all = rows.take();
  columns::Batch out;
  for (columns::Column& column : all.columns()) {
    if (!column.name().starts_with("control_")) out.add(std::move(column));
  }
  return out;
}

columns::Batch excluded_rows(const ScanSession& session, const ScanRequest& request,
                             const Ranking& ranking) {
  columns::Column symbol{"symbol", columns::Type::Symbol};
  columns::Column why{"reason", columns::Type::Text};
  columns::Column meaning{"meaning", columns::Type::Text};
  columns::Column history{"history", columns::Type::Int32};
  columns::Column baseline{"baseline_shares", columns::Type::Double};
  columns::Column total{"total_volume", columns::Type::Quantity};
  columns::Column dollars{"dollar_volume", columns::Type::Double};
  const kernels::SurpriseScores& scores = *session.scores;
  for (std::size_t row = 0; row < scores.size(); ++row) {
    const Exclusion standing = ranking.exclusion[row];
    const market::Symbol& name = session.axis->symbols[scores.symbol[row]];
    const bool asked = request.symbols.empty()
                           ? standing != Exclusion::None
                           : std::ranges::find(request.symbols, name) != request.symbols.end();
    if (!asked) continue;
    symbol.push(name);
    why.push(std::string{to_string(standing)});
    meaning.push(std::string{reason(standing)});
    history.push(scores.count[row]);
    // No usual volume yet where a name was never seen.
    push_number(scores.scored(row) ? std::pow(10.0, scores.baseline[row]) : kNan, baseline);
    total.push(static_cast<std::int64_t>(std::llround(scores.total[row] * kMillionthsPerShare)));
    push_number(session.dollar_volume[scores.symbol[row]], dollars);
  }
  return columns::Batch{{std::move(symbol), std::move(why), std::move(meaning), std::move(history),
                         std::move(baseline), std::move(total), std::move(dollars)}};
}

void count_flagged(const ScanSession& session, const Ranking& ranking, ScanResult& out) {
  const kernels::SurpriseScores& scores = *session.scores;
  constexpr double kOneTail = 0.0013498980316300933;  // of a normal beyond 3
  const auto family = static_cast<double>(ranking.family());
  out.surges = {kFarScore, 0, kOneTail * family};
  out.ratios = {kFarScore, 0, 2.0 * kOneTail * family};
  for (const std::uint32_t row : ranking.order) {
    out.surges.count += scores.z_v[row] > kFarScore ? 1U : 0U;
    out.ratios.count += std::fabs(scores.z_r[row]) > kFarScore ? 1U : 0U;
  }
}

ScanResult describe(const ScanSession& session, const SecurityFacts& facts,
                    const ScanRequest& request, const Ranking& ranking, double rate) {
  ScanResult out;
  out.day = session.day;
  out.status = session.status;
  out.after_break = session.after_break;
  out.usual_rows = session.usual_rows;
  out.names = session.scores->size();
  out.rejected = session.scores->rejected;
  out.default_family = ranking.default_family;
  out.family = ranking.family();
  out.rate = rate;
  const Channel& channel = ranking.channel(request.by);
  out.discoveries = channel.discoveries;
  out.expected_by_chance = expected_by_chance(channel, ranking.family(), rate);
  count_flagged(session, ranking, out);
  out.scale_r = ranking.scale_r;
  out.scale_v = ranking.scale_v;
  out.version = kernels::surprise_version(request.parameters);
  out.has_sector = facts.has_sector;
  out.has_market_cap = facts.has_market_cap;
  out.has_fund = facts.has_fund;
  out.has_prices = std::ranges::any_of(session.dollar_volume,
                                       [](double dollars) { return !std::isnan(dollars); });
  out.excluded.assign(static_cast<std::size_t>(Exclusion::Fund) + 1, 0);
  for (const Exclusion why : ranking.exclusion) ++out.excluded[static_cast<std::size_t>(why)];
  out.rows = request.excluded ? excluded_rows(session, request, ranking)
                              : hit_rows(session, request, ranking, out.version);
  return out;
}

}  // namespace

Result<ScanResult> scan(const store::Reader& reader, const ScanRequest& request) {
  ScanStreamRequest walk;
  walk.days = market::DayRange{request.day, request.day};
  walk.as_of = request.as_of;
  walk.parameters = request.parameters;
  walk.threads = request.threads;
  const double rate = request.rate.value_or(request.parameters.q);
  std::optional<ScanResult> found;
  OFFEX_TRY(scan_sessions(reader, walk, [&](const ScanSession& session) -> Result<void> {
    OFFEX_ASSIGN(SecurityReference reference,
                 SecurityReference::load(reader, *session.axis, request.as_of));
    const SecurityFacts& facts = reference.at(session.day);
    found = describe(session, facts, request,
                     rank_session(session, facts, request.filter, request.by, rate), rate);
    return {};
  }));
  if (!found) {
    return fail(base::ErrorCode::NotFound,
                "there is no short-sale file of " + request.day.iso() + " to scan");
  }
  return std::move(*found);
}

}  // namespace offex::studies
