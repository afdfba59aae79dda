#include <limits>
#include <thread>

#include "store/duckdb_internal.hpp"

namespace offex::store::engine {

namespace {

constexpr std::int64_t kNanosPerMicro = 1'000;

Result<void> set(const Config& config, const char* name, const std::string& value) {
  if (duckdb_set_config(config.get(), name, value.c_str()) == DuckDBError) {
    return fail(base::ErrorCode::Internal, std::string{"the engine refused the setting "} + name);
  }
  return {};
}

duckdb_state bind_one(duckdb_prepared_statement statement, idx_t index, const Parameter& value) {
  struct Binder {
    duckdb_prepared_statement statement;
    idx_t index;
    duckdb_state operator()(std::int64_t number) const {
      return duckdb_bind_int64(statement, index, number);
    }
    duckdb_state operator()(double number) const {
      return duckdb_bind_double(statement, index, number);
    }
    duckdb_state operator()(const std::string& text) const {
      return duckdb_bind_varchar_length(statement, index, text.data(), text.size());
    }
    duckdb_state operator()(market::Day day) const {
      return duckdb_bind_date(statement, index, duckdb_date{day.days()});
    }
    duckdb_state operator()(market::Instant instant) const {
      return duckdb_bind_timestamp(statement, index, duckdb_timestamp{to_micros(instant)});
    }
  };
  return std::visit(Binder{statement, index}, value);
}

}  // namespace

Rows& Rows::operator=(Rows&& other) noexcept {
  if (this != &other) {
    reset();
    result_ = other.result_;
    live_ = std::exchange(other.live_, false);
  }
  return *this;
}

void Rows::reset() {
  if (live_) {
    duckdb_destroy_result(&result_);
  }
  live_ = false;
}

Result<Chunk> Rows::fetch() {
  Chunk chunk{duckdb_fetch_chunk(result_)};
  if (!chunk) {
    // A streaming result reports a failure in the middle this way.
    if (const char* message = duckdb_result_error(&result_); message != nullptr && *message != 0) {
      return fail(duckdb_result_error_type(&result_) == DUCKDB_ERROR_INTERRUPT
                      ? base::ErrorCode::Interrupted
                      : base::ErrorCode::InvalidArgument,
                  message);
    }
  }
  return chunk;
}

Result<DatabaseHandle> open_database(const std::string& path, const OpenOptions& options) {
  Config config;
  if (duckdb_create_config(config.out()) == DuckDBError) {
    return fail(base::ErrorCode::Internal, "the engine gave no configuration");
  }
  if (options.read_only) {
    OFFEX_TRY(set(config, "access_mode", "READ_ONLY"));
  }
  if (options.threads > 0) {
    OFFEX_TRY(set(config, "threads", std::to_string(options.threads)));
  }
  OFFEX_TRY(set(config, "autoinstall_known_extensions", "false"));
  OFFEX_TRY(set(config, "autoload_known_extensions", "false"));
  OFFEX_TRY(set(config, "allow_community_extensions", "false"));
  OFFEX_TRY(set(config, "allow_persistent_secrets", "false"));
  if (options.sandboxed) {
    OFFEX_TRY(set(config, "enable_external_access", "false"));
    OFFEX_TRY(set(config, "lock_configuration", "true"));
  }
  DatabaseHandle database;
  char* message = nullptr;
  const char* where = path.empty() ? nullptr : path.c_str();
  if (duckdb_open_ext(where, database.out(), config.get(), &message) == DuckDBError) {
    std::string text = message != nullptr ? message : "unknown reason";
    duckdb_free(message);
    return fail(base::ErrorCode::Io, "cannot open the database: " + text);
  }
  return database;
}

Result<Connection> Connection::open(duckdb_database database) {
  Connection connection;
  if (duckdb_connect(database, connection.handle_.out()) == DuckDBError) {
    return fail(base::ErrorCode::Internal, "cannot connect to the engine");
  }
  return connection;
}

Result<void> Connection::run(const std::string& sql) const {
  duckdb_result raw{};
  const duckdb_state state = duckdb_query(handle_.get(), sql.c_str(), &raw);
  const Rows rows{raw};
  if (state == DuckDBError) {
    const char* message = duckdb_result_error(&raw);
    return fail(base::ErrorCode::Internal, message != nullptr ? message : "the engine failed");
  }
  return {};
}

Result<Rows> Connection::select(const std::string& sql, std::span<const Parameter> parameters,
                                bool streaming) const {
  OFFEX_ASSIGN(Prepared statement, prepare(handle_.get(), sql, base::ErrorCode::Internal));
  OFFEX_TRY(bind(statement.get(), parameters));
  return execute(statement.get(), streaming, base::ErrorCode::Internal);
}

Result<Prepared> prepare(duckdb_connection connection, const std::string& sql,
                         base::ErrorCode code) {
  Prepared statement;
  if (duckdb_prepare(connection, sql.c_str(), statement.out()) == DuckDBError) {
    const char* message = duckdb_prepare_error(statement.get());
    return fail(code, message != nullptr ? message : "the statement cannot be prepared");
  }
  return statement;
}

Result<void> bind(duckdb_prepared_statement statement, std::span<const Parameter> parameters) {
  if (duckdb_nparams(statement) != parameters.size()) {
    return fail(base::ErrorCode::InvalidArgument,
                "the statement wants " + std::to_string(duckdb_nparams(statement)) +
                    " parameters, " + std::to_string(parameters.size()) + " were given");
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (bind_one(statement, i + 1, parameters[i]) == DuckDBError) {
      return fail(base::ErrorCode::InvalidArgument,
                  "parameter $" + std::to_string(i + 1) + " cannot be bound");
    }
  }
  return {};
}

Result<Rows> execute(duckdb_prepared_statement statement, bool streaming, base::ErrorCode code) {
  duckdb_result raw{};
  const duckdb_state state = streaming ? duckdb_execute_prepared_streaming(statement, &raw)
                                       : duckdb_execute_prepared(statement, &raw);
  Rows rows{raw};
  if (state == DuckDBError) {
    const char* message = duckdb_result_error(&rows.raw());
    const bool interrupted = duckdb_result_error_type(&rows.raw()) == DUCKDB_ERROR_INTERRUPT;
    return fail(interrupted ? base::ErrorCode::Interrupted : code,
                message != nullptr ? message : "the engine failed");
  }
  return rows;
}

std::string_view text_of(const duckdb_string_t& value) {
  duckdb_string_t copy = value;
  // Inlined text lives in the value itself, so point into the original.
  const char* data =
      duckdb_string_is_inlined(copy) ? value.value.inlined.inlined : value.value.pointer.ptr;
  return {data, duckdb_string_t_length(copy)};
}

Result<Appender> Appender::open(const Connection& connection, const std::string& table) {
  Appender appender;
  const duckdb_state state =
      duckdb_appender_create(connection.get(), nullptr, table.c_str(), &appender.appender_);
  OFFEX_TRY(appender.outcome(state));
  appender.num_columns_ = duckdb_appender_column_count(appender.appender_);
  std::vector<LogicalType> types;
  std::vector<duckdb_logical_type> raw_types;
  for (std::size_t i = 0; i < appender.num_columns_; ++i) {
    types.emplace_back(duckdb_appender_column_type(appender.appender_, i));
    raw_types.push_back(types.back().get());
  }
  appender.chunk_ = Chunk{duckdb_create_data_chunk(raw_types.data(), raw_types.size())};
  return appender;
}

Appender::Appender(Appender&& other) noexcept
    : appender_{std::exchange(other.appender_, nullptr)},
      chunk_{std::move(other.chunk_)},
      num_columns_{other.num_columns_} {}

Appender::~Appender() {
  if (appender_ != nullptr) {
    duckdb_appender_destroy(&appender_);
  }
}

Result<void> Appender::append(std::size_t rows) {
  duckdb_data_chunk_set_size(chunk_.get(), rows);
  OFFEX_TRY(outcome(duckdb_append_data_chunk(appender_, chunk_.get())));
  duckdb_data_chunk_reset(chunk_.get());
  return {};
}

Result<void> Appender::flush() { return outcome(duckdb_appender_flush(appender_)); }

Result<void> Appender::outcome(duckdb_state state) const {
  if (state == DuckDBSuccess) {
    return {};
  }
  const ErrorData error{duckdb_appender_error_data(appender_)};
  const char* message = duckdb_error_data_message(error.get());
  return fail(base::ErrorCode::Internal,
              std::string{"append failed: "} + (message != nullptr ? message : "unknown reason"));
}

std::int64_t to_micros(market::Instant instant) {
  const std::int64_t nanos = instant.nanos();
  const std::int64_t micros = nanos / kNanosPerMicro;
  return nanos % kNanosPerMicro < 0 ? micros - 1 : micros;
}

std::optional<market::Instant> from_micros(std::int64_t micros) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / kNanosPerMicro;
  if (micros > kMost || micros < -kMost) {
    return std::nullopt;
  }
  return market::Instant::from_nanos(micros * kNanosPerMicro);
}

std::string quoted(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    out += c;
    if (c == '"') {
      out += c;
    }
  }
  return out + '"';
}

std::string literal(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') {
      out += c;
    }
  }
  return out + '\'';
}

}  // namespace offex::store::engine
