#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "offex/base/check.hpp"

#include "store/writer_internal.hpp"

namespace offex::store {

namespace {

constexpr std::string_view kRowsSuffix = "__rows";
constexpr std::string_view kSymbolCode = "symbol_code";

std::string rows_table(const DerivedTable& table) { return table.name + std::string{kRowsSuffix}; }

/// Column definitions: the table's signature as well.
std::string definitions(const DerivedTable& table) {
  std::string out;
  for (const DerivedColumn& column : table.columns) {
    out += (out.empty() ? "" : ", ") + engine::quoted(column.name) + ' ' +
           sql_type(column.type, column.words);
    if (column.key) {
      out += " NOT NULL";
    }
  }
  return out;
}

/// What tells whether a table must be made anew.
std::string signature(const DerivedTable& table) {
  return definitions(table) + "; family " + table.family + "; day " + table.day_column +
         "; variant " + table.variant_column;
}

/// The view of the table's name: symbols for codes, words for labels.
std::string view_sql(const DerivedTable& table) {
  std::string list;
  bool coded = false;
  for (const DerivedColumn& column : table.columns) {
    const std::string name = engine::quoted(column.name);
    std::string item = "r." + name;
    if (column.name == kSymbolCode) {
      item = "s.symbol";
      coded = true;
    } else if (column.type == columns::Type::Label) {
      item.append("::VARCHAR AS ").append(name);
    }
    list += (list.empty() ? "" : ", ") + item;
  }
  return "CREATE VIEW " + engine::quoted(table.name) + " AS SELECT " + list + " FROM " +
         engine::quoted(rows_table(table)) + " r" +
         (coded ? " JOIN symbol_dictionary s USING (symbol_code)" : "");
}

std::string order_keys(const DerivedTable& table) {
  std::string out;
  for (const DerivedColumn& column : table.columns) {
    if (column.key) {
      out += (out.empty() ? "" : ", ") +
             engine::quoted(column.name == kSymbolCode ? "symbol" : column.name);
    }
  }
  return out.empty() ? "ALL" : out;
}

/// Deletes one variant's rows of a range of days.
std::string delete_sql(const DerivedTable& table, const BuildState& state,
                       std::optional<market::DayRange> days) {
  std::string where;
  if (days) {
    where = engine::quoted(table.day_column) + " BETWEEN '" + days->first.iso() + "' AND '" +
            days->last.iso() + '\'';
  }
  if (!table.variant_column.empty()) {
    where += (where.empty() ? "" : " AND ") + engine::quoted(table.variant_column) +
             "::VARCHAR = " + engine::literal(state.variant_value);
  }
  return "DELETE FROM " + engine::quoted(rows_table(table)) +
         (where.empty() ? "" : " WHERE " + where);
}

Result<void> check_shape(const DerivedTable& table, const columns::Batch& batch) {
  const auto broken = [&](const std::string& what) {
    return fail(base::ErrorCode::Internal, "rows for " + table.name + ": " + what);
  };
  if (batch.num_columns() != table.columns.size()) {
    return broken("expected " + std::to_string(table.columns.size()) + " columns, got " +
                  std::to_string(batch.num_columns()));
  }
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const DerivedColumn& wanted = table.columns[i];
    const columns::Column& column = batch.column(i);
    if (column.name() != wanted.name || column.type() != wanted.type) {
      return broken("expected column " + wanted.name + ", got " + column.name());
    }
    if (column.size() != batch.num_rows()) {
      return broken("column " + wanted.name + " has another length");
    }
    if (wanted.type == columns::Type::Label && !std::ranges::equal(column.words(), wanted.words)) {
      return broken("column " + wanted.name + " has other words");
    }
  }
  return {};
}

Result<void> append_batch(engine::Appender& appender, const columns::Batch& batch) {
  const std::size_t room = duckdb_vector_size();
  for (std::size_t begin = 0; begin < batch.num_rows(); begin += room) {
    const Slice slice{.begin = begin, .count = std::min(room, batch.num_rows() - begin)};
    for (std::size_t i = 0; i < batch.num_columns(); ++i) {
      fill_vector(batch.column(i), slice, duckdb_data_chunk_get_vector(appender.chunk(), i));
    }
    OFFEX_TRY(appender.append(slice.count));
  }
  return {};
}

Result<void> record_build(const engine::Connection& connection, const DerivedTable& table,
                          const BuildState& state) {
  const std::array<Parameter, 2> key{Parameter{table.name}, Parameter{state.variant}};
  OFFEX_ASSIGN(
      const engine::Rows gone,
      connection.select("DELETE FROM build_state WHERE table_name = $1 AND variant = $2", key));
  static_cast<void>(gone);
  const auto day = [&](bool first) {
    return state.days ? '\'' + (first ? state.days->first : state.days->last).iso() + '\''
                      : std::string{"NULL"};
  };
  const std::array<Parameter, 4> values{Parameter{table.name}, Parameter{state.variant},
                                        Parameter{state.last_revision}, Parameter{state.built_at}};
  OFFEX_ASSIGN(const engine::Rows added,
               connection.select("INSERT INTO build_state VALUES ($1, $2, $3, " + day(true) + ", " +
                                     day(false) + ", $4)",
                                 values));
  static_cast<void>(added);
  return {};
}

Result<std::string> stored_signature(const engine::Connection& connection,
                                     const std::string& name) {
  const std::array<Parameter, 1> parameters{Parameter{name}};
  OFFEX_ASSIGN(
      engine::Rows rows,
      connection.select("SELECT signature FROM derived_table WHERE name = $1", parameters));
  OFFEX_ASSIGN(const engine::Chunk chunk, rows.fetch());
  if (!chunk || duckdb_data_chunk_get_size(chunk.get()) == 0) {
    return std::string{};
  }
  return std::string{engine::text_of(*engine::vector_data<duckdb_string_t>(chunk.get(), 0))};
}

/// Makes the view over all tables of a family anew.
Result<void> renew_family(const engine::Connection& connection, const std::string& family) {
  if (family.empty()) return {};
  const std::array<Parameter, 1> parameters{Parameter{family}};
  OFFEX_ASSIGN(engine::Rows rows,
               connection.select("SELECT name FROM derived_table WHERE family = $1 ORDER BY name",
                                 parameters));
  std::string tables;
  while (true) {
    OFFEX_ASSIGN(const engine::Chunk chunk, rows.fetch());
    if (!chunk) break;
    const auto* names = engine::vector_data<duckdb_string_t>(chunk.get(), 0);
    for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
      tables += (tables.empty() ? "" : " UNION ALL BY NAME ");
      tables += "SELECT * FROM " + engine::quoted(std::string{engine::text_of(names[row])});
    }
  }
  return connection.run("CREATE OR REPLACE VIEW " + engine::quoted(family) + " AS " + tables);
}

}  // namespace

Result<void> Writer::Impl::ensure_derived(const DerivedTable& table) {
  if (doomed_) {
    return std::unexpected{*doomed_};
  }
  OFFEX_ASSIGN(const std::string have, stored_signature(connection_, table.name));
  const std::string want = signature(table);
  if (have == want) {
    return {};
  }
  return in_transaction([&]() -> Result<void> {
    appenders_.erase(rows_table(table));
    const std::string name = engine::literal(table.name);
    OFFEX_TRY(connection_.run("DROP VIEW IF EXISTS " + engine::quoted(table.name) +
                              "; DROP TABLE IF EXISTS " + engine::quoted(rows_table(table)) +
                              "; DELETE FROM derived_table WHERE name = " + name +
                              "; DELETE FROM build_state WHERE table_name = " + name));
    OFFEX_TRY(connection_.run("CREATE TABLE " + engine::quoted(rows_table(table)) + " (" +
                              definitions(table) + "); " + view_sql(table)));
    OFFEX_TRY(connection_.run("INSERT INTO derived_table VALUES (" + name + ", " +
                              engine::literal(table.family) + ", " + engine::literal(want) + ", " +
                              engine::literal(order_keys(table)) + ")"));
    return renew_family(connection_, table.family);
  });
}

Result<std::uint64_t> Writer::Impl::replace_derived(
    const DerivedTable& table, const BuildState& state, std::optional<market::DayRange> days,
    const std::function<Result<void>(const BatchSink&)>& produce) {
  std::uint64_t rows = 0;
  auto done = in_transaction([&]() -> Result<void> {
    OFFEX_TRY(connection_.run(delete_sql(table, state, days)));
    OFFEX_ASSIGN(engine::Appender appender, engine::Appender::open(connection_, rows_table(table)));
    const BatchSink sink = [&](const columns::Batch& batch) -> Result<void> {
      OFFEX_TRY(check_shape(table, batch));
      rows += batch.num_rows();
      return append_batch(appender, batch);
    };
    OFFEX_TRY(produce(sink));
    OFFEX_TRY(appender.flush());
    return record_build(connection_, table, state);
  });
  if (!done) {
    return std::unexpected{std::move(done).error()};
  }
  return rows;
}

}  // namespace offex::store
