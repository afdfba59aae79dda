#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "offex/store/postgres.hpp"

#include "sim/serve_internal.hpp"
#include "sim/serve_postgrest_query_internal.hpp"

namespace offex::sim {

/// Where the tables behind PostgREST are. Many threads.
class TableStore {
 public:
  TableStore() = default;
  TableStore(const TableStore&) = delete;
  TableStore& operator=(const TableStore&) = delete;
  TableStore(TableStore&&) = delete;
  TableStore& operator=(TableStore&&) = delete;
  virtual ~TableStore() = default;

  [[nodiscard]] virtual HttpReply select(const std::string& table, const TableQuery& query) = 0;
  [[nodiscard]] virtual HttpReply insert(const std::string& table, TableUpload upload,
                                         const std::string& body) = 0;
  struct Described {
    std::string name;
    std::string format;  ///< "double precision"; empty: not known
  };
  /// Tables with their columns.
  using Schema = std::vector<std::pair<std::string, std::vector<Described>>>;
  [[nodiscard]] virtual Result<Schema> schema() = 0;
};

/// Tables in memory. One that no migration of ours makes is made by the first rows that are sent to
/// it, with their members as its columns and their key as its unique index.
class MemoryTables final : public TableStore {
 public:
  MemoryTables();
  [[nodiscard]] HttpReply select(const std::string& table, const TableQuery& query) override;
  [[nodiscard]] HttpReply insert(const std::string& table, TableUpload upload,
                                 const std::string& body) override;
  [[nodiscard]] Result<Schema> schema() override;

 private:
  using Row = std::vector<std::pair<std::string, Json>>;
  struct Table {
    bool fixed{false};                 // made by a migration
    std::vector<std::string> columns;  // all that were seen, when it is not
    std::vector<std::string> formats;  // of the columns that a migration made
    std::vector<std::string> key;      // of the unique index; empty: none
    std::map<std::string, Row> rows;   // by key, or by number
  };

  /// Returns the refusal of rows that do not go together, or nothing.
  [[nodiscard]] static std::optional<HttpReply> refuse(const TableUpload& upload);
  /// Returns the refusal of rows that do not fit to the table, or nothing.
  [[nodiscard]] static std::optional<HttpReply> refuse(const std::string& name,
                                                       const TableUpload& upload,
                                                       const Table& table);
  /// Returns the number of new rows.
  static std::size_t put(TableUpload upload, Table& table);
  [[nodiscard]] static std::vector<const Row*> find(const TableQuery& query, const Table& table);

  std::mutex lock_;
  std::map<std::string, Table> tables_;
};

/// Tables of a PostgreSQL server.
class DatabaseTables final : public TableStore {
 public:
  explicit DatabaseTables(std::string url) : url_{std::move(url)} {}
  /// Connects for the first time.
  [[nodiscard]] Result<void> open();
  [[nodiscard]] HttpReply select(const std::string& table, const TableQuery& query) override;
  [[nodiscard]] HttpReply insert(const std::string& table, TableUpload upload,
                                 const std::string& body) override;
  [[nodiscard]] Result<Schema> schema() override;

 private:
  using Parameters = std::vector<std::optional<std::string>>;
  struct Failure {
    std::string state;
    std::string message;
  };
  [[nodiscard]] std::expected<columns::Batch, Failure> ask(const std::string& sql,
                                                           const Parameters& parameters);
  [[nodiscard]] Result<store::Postgres> take();
  void give_back(store::Postgres connection);

  std::string url_;
  std::mutex lock_;
  std::vector<store::Postgres> idle_;
};

/// PostgREST behind the gateway of a project.
class PostgrestPart {
 public:
  explicit PostgrestPart(const Site& site);
  /// Connects where there is a database.
  [[nodiscard]] Result<void> open();
  [[nodiscard]] HttpReply answer(const HttpRequest& request);

 private:
  [[nodiscard]] HttpReply describe();

  std::size_t most_rows_;
  DatabaseTables* database_{nullptr};  // `tables_`, where it is one
  std::unique_ptr<TableStore> tables_;
};

}  // namespace offex::sim
