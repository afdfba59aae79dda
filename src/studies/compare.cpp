#include "offex/studies/compare.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

#include "offex/kernels/groups.hpp"
#include "offex/kernels/order_statistics.hpp"

#include "studies/catalogue_internal.hpp"
#include "studies/cell_values_internal.hpp"
#include "studies/session_values_internal.hpp"

namespace offex::studies {
namespace {

using columns::Column;
using columns::Type;

constexpr std::array<std::string_view, kCompareMetrics> kNames{
    "z_r", "z_v", "z_p", "short_ratio", "offex_share", "multiple", "return_1d"};

void set(CompareCell& cell, CompareMetric metric, double value) {
  cell.values[static_cast<std::size_t>(metric)] = value;
}

void set_row(const ScanSession& session, std::size_t row, CompareCell& cell) {
  const kernels::SurpriseScores& scores = *session.scores;
  const std::size_t position = scores.symbol[row];
  set(cell, CompareMetric::ShortRatio, scores.short_volume[row] / scores.total[row]);
  const double share = scores.total[row] / session.volume[position];
  set(cell, CompareMetric::OffexShare, share <= 1.0 ? share : columns::Panel::kMissing);
  if (!scores.scored(row)) {
    return;
  }
  set(cell, CompareMetric::ZR, scores.z_r[row]);
  set(cell, CompareMetric::ZV, scores.z_v[row]);
  set(cell, CompareMetric::ZP, scores.z_p[row]);
  set(cell, CompareMetric::Multiple, std::exp(scores.e_v[row] - scores.c_v));
  cell.scored = true;
  cell.tag = tag_of(scores.z_r[row], scores.z_v[row]);
  cell.grade = grade_of(scores.count[row]);
  // The state of a partial session is that of the session before.
  const std::int32_t streak =
      session.state->streak[position] + (session.status == SessionStatus::Partial ? 1 : 0);
  cell.streak = cell.tag == Tag::None ? 0 : streak;
}

CompareCell cell_of(const ScanSession& session, std::size_t position, const Ranking* ranking) {
  CompareCell out;
  set(out, CompareMetric::Return1d, return_of(session, position));
  const std::vector<std::uint32_t>& rows = session.scores->symbol;
  const auto found = std::ranges::lower_bound(rows, position);
  if (found != rows.end() && *found == position) {
    const auto row = static_cast<std::size_t>(found - rows.begin());
    set_row(session, row, out);
    if (ranking != nullptr) out.q = ranking->o.q[row];
  }
  return out;
}

/// Gathers cells while the scanner walks.
class Gathering {
 public:
  Gathering(const store::Reader& reader, const CompareRequest& request)
      : reader_{reader}, request_{request} {}

  [[nodiscard]] Result<Comparison> run() {
    OFFEX_TRY(scan_sessions(reader_,
                            {.days = request_.days,
                             .as_of = request_.as_of,
                             .parameters = request_.parameters,
                             .threads = request_.threads},
                            [this](const ScanSession& session) { return visit(session); }));
    return arranged();
  }

 private:
  [[nodiscard]] Result<void> visit(const ScanSession& session) {
    if (days_.empty()) {
      OFFEX_ASSIGN(reference_, SecurityReference::load(reader_, *session.axis, request_.as_of));
      for (const market::Symbol& symbol : request_.symbols) {
        positions_.push_back(position_of(*session.axis, symbol));
      }
    }
    days_.push_back(session.day);
    const SecurityFacts& facts = reference_.at(session.day);
    sectors_.assign(request_.symbols.size(), "");
    std::optional<Ranking> ranking;
    if (request_.ranked) {
      ranking = rank_session(session, facts, {}, RankBy::Omnibus, request_.parameters.q);
    }
    for (std::size_t index = 0; index < positions_.size(); ++index) {
      const auto& position = positions_[index];
      cells_.push_back(position ? cell_of(session, *position, ranking ? &*ranking : nullptr)
                                : CompareCell{});
      if (position) {
        sectors_[index] = facts.sectors[facts.sector[*position]];
      }
    }
    return {};
  }

  /// Turns days x symbols into symbols x days, by sector.
  [[nodiscard]] Comparison arranged() {
    const std::size_t count = request_.symbols.size();
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    sectors_.resize(count);
    std::ranges::stable_sort(order, [this](std::size_t a, std::size_t b) {
      const auto key = [this](std::size_t index) {
        return std::pair{sectors_[index].empty(), std::string_view{sectors_[index]}};
      };
      return key(a) < key(b);
    });
    Comparison out;
    out.days = days_;
    for (const std::size_t index : order) {
      out.symbols.push_back(request_.symbols[index]);
      out.sectors.push_back(sectors_[index]);
      for (std::size_t day = 0; day < days_.size(); ++day) {
        out.cells.push_back(cells_[day * count + index]);
      }
    }
    return out;
  }

  const store::Reader& reader_;
  const CompareRequest& request_;
  SecurityReference reference_{};
  std::vector<std::optional<std::size_t>> positions_;
  std::vector<std::string> sectors_;
  std::vector<market::Day> days_;
  std::vector<CompareCell> cells_;  // day x symbols + symbol
};

void push_text(const std::string& text, Column& column) {
  if (text.empty()) {
    column.push_missing();
  } else {
    column.push(text);
  }
}

void push_words(const CompareCell& cell, std::span<Column> streak_tag_grade) {
  if (!cell.scored) {
    for (Column& column : streak_tag_grade) {
      column.push_missing();
    }
    return;
  }
  streak_tag_grade[0].push(cell.streak);
  streak_tag_grade[1].push(static_cast<std::uint8_t>(cell.tag));
  streak_tag_grade[2].push(cell.grade);
}

void add_words(columns::Batch& out) {
  out.add(Column{"streak", Type::Int32});
  out.add(Column{"tag", kTagWords});
  out.add(Column{"grade", kGradeWords});
}

/// What all names say together on one day.
double together(const Comparison& comparison, CompareMetric metric, std::size_t day) {
  std::vector<double> values;
  values.reserve(comparison.symbols.size());
  for (std::size_t symbol = 0; symbol < comparison.symbols.size(); ++symbol) {
    values.push_back(comparison.at(symbol, day)[metric]);
  }
  if (!is_score(metric)) {
    return kernels::median(values);
  }
  const std::vector<double> equal(values.size(), 1.0);
  return kernels::group_score(
      values, equal, metric == CompareMetric::ZV ? kGroupCorrelationV : kGroupCorrelationR);
}

}  // namespace

std::string_view to_string(CompareMetric metric) {
  return kNames[static_cast<std::size_t>(metric)];
}

std::optional<CompareMetric> parse_compare_metric(std::string_view text) {
  const auto found = std::ranges::find(kNames, text);
  if (found == kNames.end()) {
    return std::nullopt;
  }
  return static_cast<CompareMetric>(found - kNames.begin());
}

bool is_score(CompareMetric metric) {
  return metric == CompareMetric::ZR || metric == CompareMetric::ZV || metric == CompareMetric::ZP;
}

Result<Comparison> compare(const store::Reader& reader, const CompareRequest& request) {
  Gathering gathering{reader, request};
  return gathering.run();
}

columns::Batch compare_matrix(const Comparison& comparison, CompareMetric metric) {
  const std::size_t days = comparison.days.size();
  columns::Batch out{{Column{"symbol", Type::Text}, Column{"sector", Type::Text}}};
  for (const market::Day day : comparison.days) {
    out.add(Column{day.iso(), Type::Double});
  }
  out.add(Column{"latest", Type::Double});
  add_words(out);
  const std::size_t latest = 2 + days;
  const auto add_row = [&](const std::string& name, const std::string& sector,
                           const std::vector<double>& values, const CompareCell& last) {
    out.column(0).push(name);
    push_text(sector, out.column(1));
    double newest = columns::Panel::kMissing;
    for (std::size_t day = 0; day < days; ++day) {
      push_number(values[day], out.column(2 + day));
      newest = std::isnan(values[day]) ? newest : values[day];
    }
    push_number(newest, out.column(latest));
    push_words(last, std::span{out.columns()}.subspan(latest + 1));
  };
  std::vector<double> values(days);
  for (std::size_t symbol = 0; symbol < comparison.symbols.size(); ++symbol) {
    for (std::size_t day = 0; day < days; ++day) {
      values[day] = comparison.at(symbol, day)[metric];
    }
    add_row(comparison.symbols[symbol].str(), comparison.sectors[symbol], values,
            days == 0 ? CompareCell{} : comparison.at(symbol, days - 1));
  }
  for (std::size_t day = 0; day < days; ++day) {
    values[day] = together(comparison, metric, day);
  }
  add_row("all", "", values, {});
  return out;
}

columns::Batch compare_long(const Comparison& comparison) {
  columns::Batch out{{Column{"symbol", Type::Symbol}, Column{"trade_date", Type::Day},
                      Column{"sector", Type::Text}}};
  for (const std::string_view name : kNames) {
    out.add(Column{std::string{name}, Type::Double});
  }
  add_words(out);
  for (std::size_t symbol = 0; symbol < comparison.symbols.size(); ++symbol) {
    for (std::size_t day = 0; day < comparison.days.size(); ++day) {
      const CompareCell& cell = comparison.at(symbol, day);
      if (std::ranges::all_of(cell.values, [](double value) { return std::isnan(value); })) {
        continue;
      }
      out.column(0).push(comparison.symbols[symbol]);
      out.column(1).push(comparison.days[day].days());
      push_text(comparison.sectors[symbol], out.column(2));
      for (std::size_t metric = 0; metric < kCompareMetrics; ++metric) {
        push_number(cell.values[metric], out.column(3 + metric));
      }
      push_words(cell, std::span{out.columns()}.subspan(3 + kCompareMetrics));
    }
  }
  return out;
}

}  // namespace offex::studies
