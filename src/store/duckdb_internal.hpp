#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <duckdb.h>

#include "offex/base/result.hpp"
#include "offex/market/instant.hpp"
#include "offex/store/query.hpp"

// Owning handles over DuckDB's C API. Nothing here leaves src/store.
namespace offex::store::engine {

/// Owns one handle; `Destroy` takes a pointer to it, as the C API does.
template <class Handle, auto Destroy>
class Owned {
 public:
  Owned() = default;
  explicit Owned(Handle handle) : handle_{handle} {}
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  Owned(Owned&& other) noexcept : handle_{std::exchange(other.handle_, nullptr)} {}
  Owned& operator=(Owned&& other) noexcept {
    if (this != &other) {
      reset();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  ~Owned() { reset(); }

  void reset() {
    if (handle_ != nullptr) {
      Destroy(&handle_);
    }
    handle_ = nullptr;
  }
  [[nodiscard]] Handle get() const { return handle_; }
  /// For out-parameters of the C API. \pre empty
  [[nodiscard]] Handle* out() { return &handle_; }
  explicit operator bool() const { return handle_ != nullptr; }

 private:
  Handle handle_{nullptr};
};

using Config = Owned<duckdb_config, duckdb_destroy_config>;
using DatabaseHandle = Owned<duckdb_database, duckdb_close>;
using ConnectionHandle = Owned<duckdb_connection, duckdb_disconnect>;
using Prepared = Owned<duckdb_prepared_statement, duckdb_destroy_prepare>;
using Extracted = Owned<duckdb_extracted_statements, duckdb_destroy_extracted>;
using Chunk = Owned<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using LogicalType = Owned<duckdb_logical_type, duckdb_destroy_logical_type>;
using ErrorData = Owned<duckdb_error_data, duckdb_destroy_error_data>;
using Value = Owned<duckdb_value, duckdb_destroy_value>;
using TableFunction = Owned<duckdb_table_function, duckdb_destroy_table_function>;

/// A result set; its chunks are fetched one by one.
class Rows {
 public:
  Rows() = default;
  explicit Rows(duckdb_result result) : result_{result}, live_{true} {}
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  Rows(Rows&& other) noexcept : result_{other.result_}, live_{std::exchange(other.live_, false)} {}
  Rows& operator=(Rows&& other) noexcept;
  ~Rows() { reset(); }

  void reset();
  [[nodiscard]] duckdb_result& raw() { return result_; }
  /// Returns the next chunk, or an empty handle at the end.
  [[nodiscard]] Result<Chunk> fetch();

 private:
  duckdb_result result_{};
  bool live_{false};
};

/// How a database is opened.
struct OpenOptions {
  bool read_only{false};
  bool sandboxed{false};  ///< no file, network, extension or setting from SQL
  unsigned threads{0};
};

/// Opens `path`; an empty path is a database in memory.
[[nodiscard]] Result<DatabaseHandle> open_database(const std::string& path,
                                                   const OpenOptions& options);

/// One conversation with the engine.
class Connection {
 public:
  [[nodiscard]] static Result<Connection> open(duckdb_database database);

  [[nodiscard]] duckdb_connection get() const { return handle_.get(); }
  explicit operator bool() const { return static_cast<bool>(handle_); }
  /// Runs our own SQL (several statements allowed) and drops the result.
  [[nodiscard]] Result<void> run(const std::string& sql) const;
  /// Runs our own single statement. \param streaming rows are produced while they are fetched
  [[nodiscard]] Result<Rows> select(const std::string& sql,
                                    std::span<const Parameter> parameters = {},
                                    bool streaming = false) const;

 private:
  ConnectionHandle handle_;
};

/// Prepares one statement; the error has the engine's message and `code`.
[[nodiscard]] Result<Prepared> prepare(duckdb_connection connection, const std::string& sql,
                                       base::ErrorCode code);
[[nodiscard]] Result<void> bind(duckdb_prepared_statement statement,
                                std::span<const Parameter> parameters);
[[nodiscard]] Result<Rows> execute(duckdb_prepared_statement statement, bool streaming,
                                   base::ErrorCode code);

/// Typed view of one vector of a fetched chunk.
template <class T>
[[nodiscard]] const T* vector_data(duckdb_data_chunk chunk, idx_t column) {
  return static_cast<const T*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, column)));
}
[[nodiscard]] inline const std::uint64_t* vector_validity(duckdb_data_chunk chunk, idx_t column) {
  return duckdb_vector_get_validity(duckdb_data_chunk_get_vector(chunk, column));
}
[[nodiscard]] inline bool is_valid(const std::uint64_t* validity, idx_t row) {
  return validity == nullptr || ((validity[row / 64] >> (row % 64)) & 1U) != 0;
}
[[nodiscard]] std::string_view text_of(const duckdb_string_t& value);

/// Appends data chunks to one table, in the transaction of its connection.
class Appender {
 public:
  [[nodiscard]] static Result<Appender> open(const Connection& connection,
                                             const std::string& table);
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;
  Appender(Appender&& other) noexcept;
  Appender& operator=(Appender&&) = delete;
  ~Appender();

  /// The chunk to fill: the table's columns, `duckdb_vector_size()` rows of room, emptied.
  [[nodiscard]] duckdb_data_chunk chunk() const { return chunk_.get(); }
  [[nodiscard]] std::size_t num_columns() const { return num_columns_; }
  /// Hands `rows` rows of the chunk to the engine and empties the chunk.
  [[nodiscard]] Result<void> append(std::size_t rows);
  /// Makes everything appended so far visible to statements of the connection.
  [[nodiscard]] Result<void> flush();

 private:
  Appender() = default;
  [[nodiscard]] Result<void> outcome(duckdb_state state) const;

  duckdb_appender appender_{nullptr};
  Chunk chunk_;
  std::size_t num_columns_{0};
};

/// Microseconds UTC as the store keeps them (rounded down).
[[nodiscard]] std::int64_t to_micros(market::Instant instant);
/// Inverse of `to_micros`; nothing for an infinite timestamp or one outside an Instant's range.
[[nodiscard]] std::optional<market::Instant> from_micros(std::int64_t micros);

/// `name` as an SQL identifier.
[[nodiscard]] std::string quoted(std::string_view name);
/// `text` as an SQL string literal.
[[nodiscard]] std::string literal(std::string_view text);

}  // namespace offex::store::engine
