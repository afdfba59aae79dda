#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "offex/market/calendar.hpp"
#include "offex/studies/scan_evening.hpp"

#include "studies/cell_values_internal.hpp"
#include "studies/scan_tables_internal.hpp"
#include "studies/scan_walk_internal.hpp"

namespace offex::studies {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<std::string_view, 3> kControls{"control_1", "control_2", "control_3"};
/// Columns of `scan_hit` that an outcome repeats.
constexpr std::array<std::string_view, 9> kRepeated{"symbol", "rank", "tag", "grade",      "z_r",
                                                    "z_v",    "p_o",  "q_o", "short_ratio"};

/// Days between the open that a hit could be bought at and the close that its outcome ends with.
struct Holding {
  market::Day hit;
  market::Day entry;
  market::Day exit;
};

/// What some symbols did over a holding: prices in dollars, known splits told.
class Prices {
 public:
  static Result<Prices> load(const store::Reader& reader, const Holding& holding,
                             const std::vector<market::Symbol>& wanted,
                             std::optional<market::Instant> as_of) {
    Prices out{holding};
    OFFEX_TRY(out.load_bars(reader, wanted, as_of));
    OFFEX_ASSIGN(const auto actions, reader.corporate_actions(as_of));
    OFFEX_ASSIGN(const std::vector<market::Symbol> symbols, reader.symbols());
    for (const store::CorporateAction& action : actions) {
      if (action.effective <= holding.hit || action.effective > holding.exit) continue;
      const auto found = out.by_symbol_.find(symbols[static_cast<std::size_t>(action.symbol_code)]);
      if (found != out.by_symbol_.end()) found->second.actions.push_back(action);
    }
    return out;
  }

  [[nodiscard]] double entry(const market::Symbol& symbol) const {
    const Path* path = path_of(symbol);
    return path != nullptr && path->bars.front().day == holding_.entry ? path->bars.front().open
                                                                       : kNan;
  }
  [[nodiscard]] double exit(const market::Symbol& symbol) const {
    const Path* path = path_of(symbol);
    return path != nullptr && path->bars.back().day == holding_.exit ? path->bars.back().close
                                                                     : kNan;
  }
  /// NaN also where the ticker changed its meaning or a split seems to be unknown: such a return
  /// is none of the security that was hit.
  [[nodiscard]] double change(const market::Symbol& symbol) const {
    const Path* path = path_of(symbol);
    if (path == nullptr) return kNan;
    double factor = 1.0;
    for (const store::CorporateAction& action : path->actions) {
      if (action.reset) return kNan;
      if (action.effective > holding_.entry) factor *= action.factor;
    }
    for (std::size_t at = 1; at < path->bars.size(); ++at) {
      const Bar& bar = path->bars[at];
      const bool known =
          std::ranges::any_of(path->actions, [&](const store::CorporateAction& action) {
            return path->bars[at - 1].day < action.effective && action.effective <= bar.day;
          });
      if (!known && !std::isnan(split_like(bar.open, path->bars[at - 1].close))) return kNan;
    }
    const double from = entry(symbol);
    return from > 0.0 ? exit(symbol) * factor / from - 1.0 : kNan;
  }

 private:
  struct Bar {
    market::Day day;
    double open;
    double close;
  };
  struct Path {
    std::vector<Bar> bars;  // by day, at least one
    std::vector<store::CorporateAction> actions;
  };

  explicit Prices(const Holding& holding) : holding_{holding} {}

  [[nodiscard]] const Path* path_of(const market::Symbol& symbol) const {
    const auto found = by_symbol_.find(symbol);
    return found == by_symbol_.end() ? nullptr : &found->second;
  }
  Result<void> load_bars(const store::Reader& reader, const std::vector<market::Symbol>& wanted,
                         std::optional<market::Instant> as_of) {
    if (wanted.empty()) return {};
    std::vector<store::Parameter> parameters{holding_.entry, holding_.exit};
    if (as_of) parameters.emplace_back(*as_of);
    std::string names;
    for (const market::Symbol& symbol : wanted) {
      parameters.emplace_back(symbol.str());
      names += (names.empty() ? "$" : ", $") + std::to_string(parameters.size());
    }
    const std::string sql =
        "SELECT symbol, trade_date, open::DOUBLE AS open, close::DOUBLE AS close FROM "
        "polygon_daily_agg_at(" +
        std::string{as_of ? "$3" : "TIMESTAMP 'infinity'"} +
        ") WHERE trade_date BETWEEN $1 AND $2 AND open IS NOT NULL AND close IS NOT NULL AND "
        "symbol IN (" +
        names + ") ORDER BY symbol, trade_date";
    OFFEX_ASSIGN(store::QueryRows rows, reader.query(sql, parameters));
    OFFEX_ASSIGN(const columns::Batch all, rows.all());
    for (std::size_t row = 0; row < all.num_rows(); ++row) {
      const auto symbol = market::Symbol::from_trusted(columns::cell_text(all.column(0), row));
      by_symbol_[symbol].bars.push_back(
          {market::Day::from_days(all.column(1).values<std::int32_t>()[row]),
           all.column(2).values<double>()[row], all.column(3).values<double>()[row]});
    }
    return {};
  }

  Holding holding_;
  std::map<market::Symbol, Path> by_symbol_;
};

/// The stored hits of one session, or nothing when the table does not know all facts.
Result<std::optional<columns::Batch>> stored_hits(const store::Reader& reader,
                                                  const OutcomeRequest& request, market::Day day) {
  std::optional<columns::Batch> out;
  const std::string version = kernels::surprise_version(request.parameters);
  OFFEX_ASSIGN(const std::vector<store::BuildState> builds, reader.builds("scan_hit"));
  OFFEX_ASSIGN(const std::int64_t newest, reader.last_revision());
  const auto build = std::ranges::find(builds, version, &store::BuildState::variant);
  if (request.as_of || build == builds.end() || build->last_revision != newest) return out;
  const std::array<store::Parameter, 2> parameters{day, version};
  OFFEX_ASSIGN(store::QueryRows rows,
               reader.query("SELECT * FROM scan_hit WHERE trade_date = $1 AND inference_version = "
                            "$2 ORDER BY rank",
                            parameters));
  OFFEX_ASSIGN(out, rows.all());
  return out;
}

/// The hits of one session, by the code that stores them where they are not stored.
Result<columns::Batch> hits_of(const store::Reader& reader, const OutcomeRequest& request,
                               market::Day day) {
  OFFEX_ASSIGN(std::optional<columns::Batch> stored, stored_hits(reader, request, day));
  if (stored) return std::move(*stored);
  const std::unique_ptr<SessionTable> table = hit_table(request.parameters, SymbolColumn::Name);
  ScanStreamRequest walk;
  walk.days = market::DayRange{day, day};
  walk.as_of = request.as_of;
  walk.parameters = request.parameters;
  walk.threads = request.threads;
  OFFEX_TRY(scan_sessions(reader, walk, [&](const ScanSession& session) -> Result<void> {
    OFFEX_ASSIGN(SecurityReference reference,
                 SecurityReference::load(reader, *session.axis, request.as_of));
    const SecurityFacts& facts = reference.at(session.day);
    return table->add(session, facts,
                      rank_session(session, facts, {}, RankBy::Omnibus, request.parameters.q));
  }));
  return table->take();
}

/// A symbol of a stored or a fresh row.
market::Symbol symbol_at(const columns::Column& column, std::size_t row) {
  return market::Symbol::from_trusted(columns::cell_text(column, row));
}

/// Hits and the names they are held against, each once.
std::vector<market::Symbol> symbols_of(const columns::Batch& hits) {
  std::vector<market::Symbol> out;
  for (std::size_t row = 0; row < hits.num_rows(); ++row) {
    out.push_back(symbol_at(*hits.find("symbol"), row));
    for (const std::string_view name : kControls) {
      const columns::Column& column = *hits.find(name);
      if (column.valid(row)) out.push_back(symbol_at(column, row));
    }
  }
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

double mean_of_controls(const columns::Batch& hits, std::size_t row, const Prices& prices) {
  double sum = 0.0;
  int count = 0;
  for (const std::string_view name : kControls) {
    const columns::Column& column = *hits.find(name);
    if (!column.valid(row)) continue;
    const double change = prices.change(symbol_at(column, row));
    if (std::isnan(change)) continue;
    sum += change;
    ++count;
  }
  return count > 0 ? sum / count : kNan;
}

/// Stored labels and symbols come back as texts.
columns::Type repeated_type(columns::Type type) {
  const bool text = type == columns::Type::Label || type == columns::Type::Symbol;
  return text ? columns::Type::Text : type;
}

void repeat(const columns::Column& from, std::size_t row, columns::Column& to) {
  if (from.type() == to.type()) {
    to.push_from(from, row);
  } else if (from.valid(row)) {
    to.push(columns::cell_text(from, row));
  } else {
    to.push_missing();
  }
}

columns::Batch outcome_header(const columns::Batch& hits) {
  columns::Batch out;
  out.add({"hit_date", columns::Type::Day});
  out.add({"sessions", columns::Type::Int32});
  for (const std::string_view name : kRepeated) {
    out.add({std::string{name}, repeated_type(hits.find(name)->type())});
  }
  for (const char* name : {"entry_open", "close", "return", "control_return", "excess_return"}) {
    out.add({name, columns::Type::Double});
  }
  return out;
}

/// Appends the outcomes of one session's hits and returns their mean.
Outcomes::Mean append_outcomes(const columns::Batch& hits, market::Day day, int sessions,
                               const Prices& prices, columns::Batch& out) {
  std::vector<double> excesses;
  for (std::size_t row = 0; row < hits.num_rows(); ++row) {
    const market::Symbol symbol = symbol_at(*hits.find("symbol"), row);
    out.find("hit_date")->push(day.days());
    out.find("sessions")->push(sessions);
    for (const std::string_view name : kRepeated) {
      repeat(*hits.find(name), row, *out.find(name));
    }
    const double change = prices.change(symbol);
    const double control = mean_of_controls(hits, row, prices);
    push_number(prices.entry(symbol), *out.find("entry_open"));
    push_number(prices.exit(symbol), *out.find("close"));
    push_number(change, *out.find("return"));
    push_number(control, *out.find("control_return"));
    push_number(change - control, *out.find("excess_return"));
    if (!std::isnan(change - control)) excesses.push_back(change - control);
  }
  double sum = 0.0;
  for (const double excess : excesses) sum += excess;
  const auto count = static_cast<double>(excesses.size());
  const double mean = excesses.empty() ? kNan : sum / count;
  double squares = 0.0;
  for (const double excess : excesses) squares += (excess - mean) * (excess - mean);
  const double error = excesses.size() < 2 ? kNan : std::sqrt(squares / (count - 1.0) / count);
  return {sessions, day, excesses.size(), mean, error};
}

}  // namespace

Result<Outcomes> scan_outcomes(const store::Reader& reader, const OutcomeRequest& request) {
  Outcomes out;
  for (const int sessions : request.sessions) {
    OFFEX_ASSIGN(const market::Day day, market::session_before(request.day, sessions));
    OFFEX_ASSIGN(const market::Day entry, market::session_after(day));
    OFFEX_ASSIGN(const columns::Batch hits, hits_of(reader, request, day));
    OFFEX_ASSIGN(const Prices prices,
                 Prices::load(reader, {.hit = day, .entry = entry, .exit = request.day},
                              symbols_of(hits), request.as_of));
    if (out.rows.num_columns() == 0) out.rows = outcome_header(hits);
    out.means.push_back(append_outcomes(hits, day, sessions, prices, out.rows));
  }
  return out;
}

}  // namespace offex::studies
