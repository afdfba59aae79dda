#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "offex/base/check.hpp"

#include "studies/cell_values_internal.hpp"
#include "studies/macro_internal.hpp"

namespace offex::studies {
namespace {

double flag(bool value) { return value ? 1.0 : 0.0; }

/// Columns that are a value of the measures as it stands.
struct PlainColumn {
  std::string_view name;
  double MacroMeasures::* value;
};
constexpr std::array kPlain{PlainColumn{"breadth_se", &MacroMeasures::breadth_se},
                            PlainColumn{"common_r_se", &MacroMeasures::common_r_se},
                            PlainColumn{"common_v_se", &MacroMeasures::common_v_se},
                            PlainColumn{"tilt_se", &MacroMeasures::tilt_se},
                            PlainColumn{"extreme_breadth", &MacroMeasures::extreme_breadth},
                            PlainColumn{"short_share", &MacroMeasures::short_share},
                            PlainColumn{"group_z_r", &MacroMeasures::group_z_r},
                            PlainColumn{"group_z_v", &MacroMeasures::group_z_v},
                            PlainColumn{"proxy_return", &MacroMeasures::proxy_return}};
// Those of them that say how far a series moves by chance: the filters need them again.
constexpr std::size_t kErrors = 4;

std::string score_name(std::size_t series) { return std::string{kMacroSeriesNames[series]} + "_z"; }

std::string columns_of(const TableSpec& spec) {
  std::string out;
  for (const Metric& metric : spec.metrics) {
    out += (out.empty() ? "" : ", ") + std::string{metric.name};
  }
  return out;
}

/// Words become what the table's Label columns hold.
columns::Column as_label(const columns::Column& words, const Metric& metric) {
  columns::Column out{std::string{metric.name}, metric.words};
  for (std::size_t row = 0; row < words.size(); ++row) {
    const auto word = std::ranges::find(metric.words, columns::cell_text(words, row));
    if (word == metric.words.end()) {
      out.push_missing();
    } else {
      out.push(static_cast<std::uint8_t>(word - metric.words.begin()));
    }
  }
  return out;
}

Result<bool> has_table(const store::Reader& reader) {
  OFFEX_ASSIGN(const auto builds, reader.builds(macro_spec().sql_name));
  return !builds.empty();
}

}  // namespace

const TableSpec& macro_spec() {
  const TableSpec* found = find_table("macro_daily", "rv/1.0.0");
  OFFEX_CHECK(found != nullptr);
  return *found;
}

void write_macro_row(const ScanSession& session, std::string_view version, const MacroRow& row,
                     TableRows& out) {
  const MacroMeasures& values = row.measures;
  out.set_day("trade_date", session.day);
  out.set("group_kind", static_cast<double>(row.id.kind));
  out.set_text("group_name", row.id.name);
  out.set_text("inference_version", version);
  out.set("session_status", static_cast<double>(session.status));
  out.set("after_break", flag(session.after_break));
  out.set("names", static_cast<double>(values.names));
  for (std::size_t series = 0; series < kMacroSeries; ++series) {
    out.set(kMacroSeriesNames[series], values.series[series]);
    out.set(score_name(series), row.z[series]);
  }
  for (const PlainColumn& column : kPlain) {
    out.set(column.name, values.*column.value);
  }
  const bool enough = values.names >= kMacroMinNames;
  out.set("discoveries", static_cast<double>(values.discoveries));
  out.set("tilt_change", row.change.total);
  out.set("tilt_within", row.change.within);
  out.set("tilt_mix", row.change.mix);
  out.set("tilt_entry", row.change.entry);
  out.set("tilt_names",
          enough ? static_cast<double>(values.book.members.size()) : columns::Panel::kMissing);
  out.set("group_q_r", row.q_r);
  out.set("group_q_v", row.q_v);
  out.end_row();
}

Result<void> replay_macro(const store::Reader& reader, const std::string& version,
                          market::Day first, MacroEngine& engine) {
  OFFEX_ASSIGN(const bool stored, has_table(reader));
  if (!stored) {
    return {};
  }
  std::string sql = "SELECT group_kind::VARCHAR AS group_kind, group_name, names";
  for (const std::string_view name : kMacroSeriesNames) {
    sql += ", " + std::string{name};
  }
  for (std::size_t index = 0; index < kErrors; ++index) {
    sql += ", " + std::string{kPlain[index].name};
  }
  sql += " FROM " + std::string{macro_spec().sql_name} +
         " WHERE inference_version = $1 AND trade_date < $2 AND session_status = 'OK'"
         " ORDER BY trade_date, group_kind::VARCHAR, group_name";
  const std::array<store::Parameter, 2> parameters{version, first};
  OFFEX_ASSIGN(store::QueryRows rows, reader.query(sql, parameters));
  columns::Batch batch;
  while (true) {
    OFFEX_ASSIGN(const bool more, rows.next(batch));
    if (!more) {
      return {};
    }
    for (std::size_t row = 0; row < batch.num_rows(); ++row) {
      MacroMeasures values;
      values.names = static_cast<std::size_t>(batch.column(2).values<std::int32_t>()[row]);
      for (std::size_t series = 0; series < kMacroSeries; ++series) {
        values.series[series] = number_at(batch, kMacroSeriesNames[series], row);
      }
      for (std::size_t index = 0; index < kErrors; ++index) {
        values.*kPlain[index].value = number_at(batch, kPlain[index].name, row);
      }
      const auto kind = parse_macro_kind(columns::cell_text(batch.column(0), row));
      OFFEX_CHECK(kind.has_value());
      engine.replay({*kind, columns::cell_text(batch.column(1), row)}, values);
    }
  }
}

Result<columns::Batch> stored_macro(const store::Reader& reader, const std::string& version,
                                    const std::optional<market::DayRange>& days) {
  const TableSpec& spec = macro_spec();
  std::string sql = "SELECT " + columns_of(spec) + " FROM " + std::string{spec.sql_name} +
                    " WHERE inference_version = $1";
  std::vector<store::Parameter> parameters{version};
  if (days) {
    sql += " AND trade_date BETWEEN $2 AND $3";
    parameters.emplace_back(days->first);
    parameters.emplace_back(days->last);
  }
  sql +=
      " ORDER BY trade_date, list_position(['market', 'tier', 'sector', 'index'], "
      "group_kind::VARCHAR), group_name";
  OFFEX_ASSIGN(store::QueryRows rows, reader.query(sql, parameters));
  OFFEX_ASSIGN(columns::Batch batch, rows.all());
  for (std::size_t index = 0; index < spec.metrics.size(); ++index) {
    if (spec.metrics[index].type == columns::Type::Label) {
      batch.column(index) = as_label(batch.column(index), spec.metrics[index]);
    }
  }
  return batch;
}

}  // namespace offex::studies
