#pragma once

#include <atomic>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>
#include <unistd.h>

#include "offex/store/postgres.hpp"

// A PostgreSQL for tests, as tools/with_postgres.sh starts it. For rooms from `store` on.
namespace offex::test_support {

inline constexpr std::string_view kNoPostgres =
    "OFFEX_TEST_POSTGRES names no server: run the tests by tools/with_postgres.sh";

/// Returns the address of the server, of a user who may do everything there.
[[nodiscard]] inline std::optional<std::string> postgres_server() {
  const char* url = std::getenv("OFFEX_TEST_POSTGRES");  // NOLINT(concurrency-mt-unsafe)
  if (url == nullptr || *url == '\0') return std::nullopt;
  return std::string{url};
}

/// Returns what a connection gives, or throws with its error: for what a test takes for granted.
template <class T>
T given(Result<T> result) {
  if (!result) throw std::runtime_error{base::format_error(result.error())};
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// A fresh database of its own, gone with all connections at the end. \pre postgres_server()
class PostgresDatabase {
 public:
  PostgresDatabase() : server_{*postgres_server()} {
    static std::atomic<int> count{0};
    name_ = "offex_" + std::to_string(getpid()) + "_" + std::to_string(++count);
    run_there("CREATE DATABASE " + name_);
  }
  PostgresDatabase(const PostgresDatabase&) = delete;
  PostgresDatabase& operator=(const PostgresDatabase&) = delete;
  PostgresDatabase(PostgresDatabase&&) = delete;
  PostgresDatabase& operator=(PostgresDatabase&&) = delete;
  ~PostgresDatabase() {
    if (auto server = store::Postgres::connect(server_)) {
      [[maybe_unused]] const auto done =
          server->run("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
    }
  }

  /// Its address, as the server's own user.
  [[nodiscard]] std::string url() const { return with_database(server_); }
  /// Its address for another user.
  [[nodiscard]] std::string url(std::string_view user, std::string_view password) const {
    const std::size_t host = server_.rfind('@') + 1;
    std::string out = "postgresql://";
    out.append(user).append(":").append(password).append("@").append(server_.substr(host));
    return with_database(out);
  }
  [[nodiscard]] const std::string& name() const { return name_; }

  [[nodiscard]] store::Postgres connect() const { return given(store::Postgres::connect(url())); }
  /// Runs SQL by a connection of its own.
  void run(const std::string& sql) const { given(connect().run(sql)); }
  /// Returns the first cell that a query gives; "null" for a missing one, "" without rows.
  [[nodiscard]] std::string value(const std::string& sql) const {
    const columns::Batch rows = given(connect().query(sql));
    if (rows.num_rows() == 0) return {};
    if (!rows.column(0).valid(0)) return "null";
    return rows.column(0).values<std::string>()[0];
  }

 private:
  void run_there(const std::string& sql) const {
    given(given(store::Postgres::connect(server_)).run(sql));
  }
  [[nodiscard]] std::string with_database(const std::string& url) const {
    const std::size_t slash = url.find('/', url.rfind('@'));
    const std::size_t question = url.find('?', slash);
    return url.substr(0, slash + 1) + name_ +
           (question == std::string::npos ? "" : url.substr(question));
  }

  std::string server_;
  std::string name_;
};

}  // namespace offex::test_support
