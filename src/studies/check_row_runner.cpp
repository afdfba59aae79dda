#include <array>

#include "offex/columns/batch.hpp"

#include "studies/check_internal.hpp"

namespace offex::studies {
namespace {

Result<std::uint64_t> count_of(const store::Reader& reader, std::string_view sql,
                               std::span<const store::Parameter> parameters = {}) {
  OFFEX_ASSIGN(store::QueryRows rows, reader.query(sql, parameters));
  OFFEX_ASSIGN(const columns::Batch batch, rows.all());
  return static_cast<std::uint64_t>(batch.column(0).values<std::int64_t>()[0]);
}

Result<bool> was_built(const store::Reader& reader, std::string_view table) {
  if (table.empty()) return true;
  const std::array<store::Parameter, 1> name{store::Parameter{std::string{table}}};
  OFFEX_ASSIGN(const std::uint64_t found,
               count_of(reader, "SELECT count(*) FROM derived_table WHERE name = $1", name));
  return found > 0;
}

// A third column grades the finding where one check has grave and light ones.
Severity severity_of(const columns::Batch& batch, std::size_t row, Severity usual) {
  if (batch.num_columns() < 3) return usual;
  const std::string& text = batch.column(2).values<std::string>()[row];
  for (const Severity severity : {Severity::Info, Severity::Warning, Severity::Error}) {
    if (text == to_string(severity)) return severity;
  }
  return usual;
}

Result<CheckOutcome> run(const store::Reader& reader, const RowCheck& check) {
  CheckOutcome out{.check = std::string{check.name},
                   .about = std::string{check.about},
                   .looked_at = 0,
                   .unit = std::string{check.unit}};
  OFFEX_ASSIGN(out.looked_at, count_of(reader, check.count));
  if (out.looked_at == 0) return out;
  OFFEX_ASSIGN(store::QueryRows rows, reader.query(check.findings));
  FindingList list{out};
  columns::Batch batch;
  while (true) {
    OFFEX_ASSIGN(const bool more, rows.next(batch));
    if (!more) break;
    for (std::size_t row = 0; row < batch.num_rows(); ++row) {
      list.add(severity_of(batch, row, check.severity), columns::cell_text(batch.column(0), row),
               columns::cell_text(batch.column(1), row));
    }
  }
  list.finish();
  return out;
}

}  // namespace

Result<void> run_row_checks(const store::Reader& reader, std::span<const RowCheck> checks,
                            std::vector<CheckOutcome>& out) {
  for (const RowCheck& check : checks) {
    OFFEX_ASSIGN(const bool built, was_built(reader, check.table));
    if (!built) continue;
    OFFEX_ASSIGN(CheckOutcome outcome, run(reader, check));
    out.push_back(std::move(outcome));
  }
  return {};
}

}  // namespace offex::studies
