#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "offex/base/check.hpp"

#include "studies/scan_tables_internal.hpp"

namespace offex::studies {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kNanosPerDollar = 1e9;
constexpr std::size_t kHitNames = 50;
constexpr double kMillionthsPerShare = 1e6;
constexpr std::array<std::string_view, 3> kControls{"control_1", "control_2", "control_3"};

const TableSpec& spec_of(std::string_view table) {
  const TableSpec* spec = find_table(table, "rv/1.0.0");
  OFFEX_CHECK(spec != nullptr);
  return *spec;
}

void set_tests(const Ranking& ranking, std::uint32_t row, TableRows& out) {
  const std::array<std::pair<const Channel*, std::array<std::string_view, 2>>, 5> channels{
      {{&ranking.o, {"p_o", "q_o"}},
       {&ranking.r, {"p_r", "q_r"}},
       {&ranking.v, {"p_v", "q_v"}},
       {&ranking.j, {"p_j", "q_j"}},
       {&ranking.p, {"p_p", "q_p"}}}};
  for (const auto& [channel, names] : channels) {
    out.set(names[0], channel->p[row]);
    out.set(names[1], channel->q[row]);
  }
}

void set_price_facts(const ScanSession& session, std::size_t at, TableRows& out) {
  out.set("dollar_volume", session.dollar_volume[at]);
  out.set("close", std::round(session.close[at] * kNanosPerDollar));
  out.set("status", static_cast<double>(session.status));
  out.set("after_break", session.after_break ? 1.0 : 0.0);
  const bool known = session.split[at] != 0;
  out.set("split_known", known ? 1.0 : 0.0);
  out.set("split_suggested",
          known ? kNan : split_like(session.open[at], session.previous_close[at]));
}

/// Names to hold hits against: of the family, no hit, without a tag, in order of baseline.
std::vector<std::uint32_t> candidates(const ScanSession& session, const Ranking& ranking,
                                      std::size_t hits) {
  const kernels::SurpriseScores& scores = *session.scores;
  std::vector<std::uint32_t> out;
  for (const std::uint32_t row : std::span{ranking.order}.subspan(hits)) {
    if (tag_of(scores.z_r[row], scores.z_v[row]) == Tag::None) out.push_back(row);
  }
  std::ranges::sort(out, [&](std::uint32_t a, std::uint32_t b) {
    return scores.baseline[a] != scores.baseline[b] ? scores.baseline[a] < scores.baseline[b]
                                                    : scores.symbol[a] < scores.symbol[b];
  });
  return out;
}

/// The nearest by baseline, nearest first; at equal distance the smaller one.
std::vector<std::uint32_t> nearest(const ScanSession& session,
                                   const std::vector<std::uint32_t>& sorted, std::uint32_t hit) {
  const std::vector<double>& baseline = session.scores->baseline;
  auto above = std::ranges::lower_bound(sorted, baseline[hit], {},
                                        [&](std::uint32_t row) { return baseline[row]; });
  auto below = above;
  std::vector<std::uint32_t> out;
  while (out.size() < kControls.size() && (below != sorted.begin() || above != sorted.end())) {
    const double up = above == sorted.end() ? std::numeric_limits<double>::infinity()
                                            : baseline[*above] - baseline[hit];
    const double down = below == sorted.begin() ? std::numeric_limits<double>::infinity()
                                                : baseline[hit] - baseline[*(below - 1)];
    out.push_back(down <= up ? *--below : *above++);
  }
  return out;
}

class HitTable final : public SessionTable {
 public:
  HitTable(const kernels::SurpriseParameters& parameters, SymbolColumn symbol_column)
      : version_{kernels::surprise_version(parameters)},
        rows_{spec_of("scan_hit"), symbol_column} {}

  [[nodiscard]] const TableSpec& spec() const override { return rows_.spec(); }
  [[nodiscard]] std::string version() const override { return version_; }
  [[nodiscard]] Result<void> prepare(const store::Reader&, market::Day) override { return {}; }

  [[nodiscard]] Result<void> add(const ScanSession& session, const SecurityFacts&,
                                 const Ranking& ranking) override {
    const std::size_t hits = count_hits(ranking, session.parameters->q);
    const std::vector<std::uint32_t> others = candidates(session, ranking, hits);
    for (std::size_t place = 0; place < hits; ++place) {
      const std::uint32_t row = ranking.order[place];
      set_hit(session, ranking, row, place + 1, version_, rows_);
      const std::vector<std::uint32_t> controls = nearest(session, others, row);
      for (std::size_t index = 0; index < controls.size(); ++index) {
        rows_.set_symbol(kControls[index],
                         session.axis->symbols[session.scores->symbol[controls[index]]]);
      }
      rows_.end_row();
    }
    return {};
  }
  [[nodiscard]] columns::Batch take() override { return rows_.take(); }

 private:
  std::string version_;
  TableRows rows_;
};

class SummaryTable final : public SessionTable {
 public:
  explicit SummaryTable(const kernels::SurpriseParameters& parameters)
      : version_{kernels::surprise_version(parameters)},
        rows_{spec_of("scan_session"), SymbolColumn::Code} {}

  [[nodiscard]] const TableSpec& spec() const override { return rows_.spec(); }
  [[nodiscard]] std::string version() const override { return version_; }
  [[nodiscard]] Result<void> prepare(const store::Reader&, market::Day) override { return {}; }

  [[nodiscard]] Result<void> add(const ScanSession& session, const SecurityFacts&,
                                 const Ranking& ranking) override {
    const kernels::SurpriseScores& scores = *session.scores;
    rows_.set_day("trade_date", session.day);
    rows_.set_text("inference_version", version_);
    rows_.set("status", static_cast<double>(session.status));
    rows_.set("after_break", session.after_break ? 1.0 : 0.0);
    rows_.set("names", static_cast<double>(scores.size()));
    rows_.set("rejected", static_cast<double>(scores.rejected));
    rows_.set("usual_names", session.usual_rows);
    double shares = 0.0;
    for (const double total : scores.total) shares += total;
    rows_.set("total_shares", shares);
    rows_.set("usual_shares", session.usual_shares);
    rows_.set("family", static_cast<double>(ranking.family()));
    rows_.set("shift_v", scores.c_v);
    rows_.set("shift_r", scores.c_r);
    rows_.set("scale_v", ranking.scale_v);
    rows_.set("scale_r", ranking.scale_r);
    rows_.set("scale_p", ranking.scale_p);
    rows_.set("discoveries_o", static_cast<double>(ranking.o.discoveries));
    rows_.set("discoveries_r", static_cast<double>(ranking.r.discoveries));
    rows_.set("discoveries_v", static_cast<double>(ranking.v.discoveries));
    rows_.set("discoveries_j", static_cast<double>(ranking.j.discoveries));
    rows_.set("discoveries_p", static_cast<double>(ranking.p.discoveries));
    rows_.set("expected_by_chance",
              expected_by_chance(ranking.o, ranking.family(), session.parameters->q));
    rows_.end_row();
    return {};
  }
  [[nodiscard]] columns::Batch take() override { return rows_.take(); }

 private:
  std::string version_;
  TableRows rows_;
};

}  // namespace

void set_hit(const ScanSession& session, const Ranking& ranking, std::uint32_t row,
             std::size_t rank, const std::string& version, TableRows& out) {
  const kernels::SurpriseScores& scores = *session.scores;
  const std::size_t at = scores.symbol[row];
  const bool scored = scores.scored(row);
  out.set_day("trade_date", session.day);
  out.set_security(*session.axis, at);
  out.set_text("inference_version", version);
  out.set("rank", rank == 0 ? kNan : static_cast<double>(rank));
  out.set("tag", scored ? static_cast<double>(tag_of(scores.z_r[row], scores.z_v[row])) : kNan);
  out.set("grade", grade_of(scores.count[row]));
  out.set("z_r", scores.z_r[row]);
  out.set("z_v", scores.z_v[row]);
  out.set("z_p", scores.z_p[row]);
  set_tests(ranking, row, out);
  out.set("short_ratio", scores.short_volume[row] / scores.total[row]);
  out.set("expected_ratio", scored ? kernels::angle_ratio(scores.expected_angle[row]) : kNan);
  out.set("multiple", std::exp(scores.e_v[row] - scores.c_v));
  out.set("z_r_change", scores.z_r[row] - session.previous_z_r[at]);
  const bool tagged = scored && tag_of(scores.z_r[row], scores.z_v[row]) != Tag::None;
  // The state of a partial session is that of the session before.
  const std::int32_t before =
      session.state->streak[at] + (session.status == SessionStatus::Partial ? 1 : 0);
  out.set("streak", tagged ? before : 0);
  out.set("history", scores.count[row]);
  out.set("baseline_shares", scored ? std::pow(10.0, scores.baseline[row]) : kNan);
  out.set("total_volume", std::round(scores.total[row] * kMillionthsPerShare));
  set_price_facts(session, at, out);
}

std::size_t count_hits(const Ranking& ranking, double rate) {
  std::size_t count = std::min(kHitNames, ranking.order.size());
  // q rises with the rank, so the first that is above ends the list.
  while (count < ranking.order.size() && ranking.o.q[ranking.order[count]] <= rate) ++count;
  return count;
}

double expected_by_chance(const Channel& channel, std::size_t family, double rate) {
  double largest = 0.0;
  for (std::size_t row = 0; row < channel.p.size(); ++row) {
    if (channel.q[row] <= rate) largest = std::max(largest, channel.p[row]);
  }
  return largest * static_cast<double>(family);
}

std::unique_ptr<SessionTable> hit_table(const kernels::SurpriseParameters& parameters,
                                        SymbolColumn symbol_column) {
  return std::make_unique<HitTable>(parameters, symbol_column);
}

std::unique_ptr<SessionTable> summary_table(const kernels::SurpriseParameters& parameters) {
  return std::make_unique<SummaryTable>(parameters);
}

}  // namespace offex::studies
