#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "offex/base/check.hpp"
#include "offex/studies/table_rows.hpp"

#include "studies/scan_walk_internal.hpp"

// The scanner's state as rows: a table like any other, so that it is looked at by SQL, checked by
// digest and replaced in the transaction of what it led to.
namespace offex::studies {
namespace {

constexpr std::string_view kTable = "scan_state";

/// A column of the table and where its numbers live.
struct Carried {
  std::string_view name;
  std::vector<double> kernels::SurpriseState::* values;
};
constexpr std::array<Carried, 12> kSurprise{{{"w", &kernels::SurpriseState::w},
                                             {"w2", &kernels::SurpriseState::w2},
                                             {"u", &kernels::SurpriseState::u},
                                             {"u2", &kernels::SurpriseState::u2},
                                             {"av", &kernels::SurpriseState::av},
                                             {"ar", &kernels::SurpriseState::ar},
                                             {"vv", &kernels::SurpriseState::vv},
                                             {"vr", &kernels::SurpriseState::vr},
                                             {"lv", &kernels::SurpriseState::lv},
                                             {"lr", &kernels::SurpriseState::lr},
                                             {"e", &kernels::SurpriseState::e},
                                             {"q", &kernels::SurpriseState::q}}};

struct CarriedSeries {
  std::string_view name;
  double kernels::SeriesState::* value;
};
constexpr std::array<CarriedSeries, 3> kPrice{
    {{"price_u", &kernels::SeriesState::variance_weight},
     {"price_u2", &kernels::SeriesState::variance_weight2},
     {"price_v", &kernels::SeriesState::squares}}};
constexpr std::array<CarriedSeries, 7> kLit{{{"lit_w", &kernels::SeriesState::weight},
                                             {"lit_w2", &kernels::SeriesState::weight2},
                                             {"lit_a", &kernels::SeriesState::sum},
                                             {"lit_u", &kernels::SeriesState::variance_weight},
                                             {"lit_u2", &kernels::SeriesState::variance_weight2},
                                             {"lit_v", &kernels::SeriesState::squares},
                                             {"lit_l", &kernels::SeriesState::last}}};

const TableSpec& state_spec() {
  const TableSpec* spec = find_table(kTable, "rv/1.0.0");
  OFFEX_CHECK(spec != nullptr);
  return *spec;
}

bool anything(const ScanState& state, std::size_t at) {
  return state.surprise.count[at] > 0 || state.price[at].count > 0 || state.lit[at].count > 0;
}

double value_at(const columns::Column& column, std::size_t row) {
  return column.values<double>()[row];
}

void restore(const columns::Batch& rows, const Axis& axis, ScanState& out) {
  const auto doubles = [&](std::string_view name) -> const columns::Column& {
    return *rows.find(name);
  };
  const auto whole = [&](std::string_view name) -> const std::vector<std::int32_t>& {
    return rows.find(name)->values<std::int32_t>();
  };
  std::vector<std::size_t> at(rows.num_rows());
  const auto& symbols = rows.find("symbol")->values<std::string>();
  for (std::size_t row = 0; row < at.size(); ++row) {
    const auto found =
        std::ranges::lower_bound(axis.symbols, market::Symbol::from_trusted(symbols[row]));
    OFFEX_CHECK(found != axis.symbols.end() && found->view() == symbols[row]);
    at[row] = static_cast<std::size_t>(found - axis.symbols.begin());
  }
  const auto each = [&](auto&& take) {
    for (std::size_t row = 0; row < at.size(); ++row) take(row, at[row]);
  };
  for (const Carried& carried : kSurprise) {
    const columns::Column& column = doubles(carried.name);
    std::vector<double>& values = out.surprise.*carried.values;
    each([&](std::size_t row, std::size_t to) { values[to] = value_at(column, row); });
  }
  for (const CarriedSeries& carried : kPrice) {
    const columns::Column& column = doubles(carried.name);
    each([&](std::size_t row, std::size_t to) {
      out.price[to].*carried.value = value_at(column, row);
    });
  }
  for (const CarriedSeries& carried : kLit) {
    const columns::Column& column = doubles(carried.name);
    each([&](std::size_t row, std::size_t to) {
      out.lit[to].*carried.value = value_at(column, row);
    });
  }
  const columns::Column& last = *rows.find("last_date");
  each([&](std::size_t row, std::size_t to) {
    kernels::SurpriseState& state = out.surprise;
    state.count[to] = whole("history")[row];
    state.last[to] =
        last.valid(row) ? session_ordinal(market::Day::from_days(whole("last_date")[row])) : -1;
    state.cv[to] = static_cast<std::int8_t>(whole("clipped_v")[row]);
    state.cr[to] = static_cast<std::int8_t>(whole("clipped_r")[row]);
    out.streak[to] = whole("streak")[row];
    out.price[to].count = whole("price_count")[row];
    out.lit[to].count = whole("lit_count")[row];
    out.dollars.sums()[to] = value_at(doubles("dollars"), row);
    out.dollars.weights()[to] = value_at(doubles("dollars_weight"), row);
  });
}

/// First day whose facts are not what the stored states were made of, or nothing.
Result<std::optional<market::Day>> first_stale_day(const store::Reader& reader,
                                                   std::int64_t revision,
                                                   std::optional<market::Instant> as_of) {
  std::string sql =
      "SELECT min(r.key_date) FROM revision r JOIN dataset_rank d USING (dataset) WHERE (d.family "
      "IN ('short', 'bar', 'lit') OR r.dataset = 'corporate_actions') AND (r.revision_id > $1";
  std::vector<store::Parameter> parameters{revision};
  if (as_of) {
    sql += " OR r.known_from > $2";
    parameters.emplace_back(*as_of);
  }
  OFFEX_ASSIGN(store::QueryRows rows, reader.query(sql + ")", parameters));
  OFFEX_ASSIGN(const columns::Batch all, rows.all());
  if (!all.column(0).valid(0)) return std::optional<market::Day>{};
  return std::optional{market::Day::from_days(all.column(0).values<std::int32_t>()[0])};
}

}  // namespace

columns::Batch state_rows(const ScanState& state, const Axis& axis, market::Day day,
                          const std::string& version) {
  TableRows rows{state_spec(), SymbolColumn::Code};
  auto dollars = state.dollars;
  for (std::size_t at = 0; at < axis.symbols.size(); ++at) {
    if (!anything(state, at)) continue;
    const kernels::SurpriseState& surprise = state.surprise;
    rows.set_day("trade_date", day);
    rows.set_security(axis, at);
    rows.set_text("inference_version", version);
    if (surprise.last[at] >= 0) rows.set_day("last_date", session_day(surprise.last[at]));
    rows.set("history", surprise.count[at]);
    for (const Carried& carried : kSurprise) {
      rows.set(carried.name, (surprise.*carried.values)[at]);
    }
    rows.set("clipped_v", surprise.cv[at]);
    rows.set("clipped_r", surprise.cr[at]);
    rows.set("streak", state.streak[at]);
    rows.set("dollars", dollars.sums()[at]);
    rows.set("dollars_weight", dollars.weights()[at]);
    for (const CarriedSeries& carried : kPrice) {
      rows.set(carried.name, state.price[at].*carried.value);
    }
    rows.set("price_count", static_cast<double>(state.price[at].count));
    for (const CarriedSeries& carried : kLit) {
      rows.set(carried.name, state.lit[at].*carried.value);
    }
    rows.set("lit_count", static_cast<double>(state.lit[at].count));
    rows.end_row();
  }
  return rows.take();
}

Result<std::optional<StoredState>> stored_state(const store::Reader& reader, const Axis& axis,
                                                const kernels::SurpriseParameters& parameters,
                                                market::Day before,
                                                std::optional<market::Instant> as_of) {
  const std::string version = kernels::surprise_version(parameters);
  OFFEX_ASSIGN(const std::vector<store::BuildState> builds, reader.builds(kTable));
  const auto build = std::ranges::find(builds, version, &store::BuildState::variant);
  if (build == builds.end()) return std::optional<StoredState>{};
  OFFEX_ASSIGN(const auto stale, first_stale_day(reader, build->last_revision, as_of));
  const market::Day bound = stale ? std::min(before, *stale) : before;
  const std::array<store::Parameter, 2> parameters_of_day{version, bound};
  OFFEX_ASSIGN(store::QueryRows rows,
               reader.query("SELECT * FROM scan_state WHERE inference_version = $1 AND trade_date "
                            "= (SELECT max(trade_date) FROM scan_state WHERE inference_version = "
                            "$1 AND trade_date < $2)",
                            parameters_of_day));
  OFFEX_ASSIGN(const columns::Batch all, rows.all());
  if (all.num_rows() == 0) return std::optional<StoredState>{};
  StoredState out{
      .day = market::Day::from_days(all.find("trade_date")->values<std::int32_t>().front()),
      .state = {parameters, axis.symbols.size()}};
  restore(all, axis, out.state);
  return std::optional{std::move(out)};
}

}  // namespace offex::studies
