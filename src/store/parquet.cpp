#include "offex/store/parquet.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include <unistd.h>

#include "store/chunk_internal.hpp"
#include "store/files_internal.hpp"

namespace offex::store {

namespace {

constexpr const char* kFunction = "offex_rows";

/// Where the engine's scan of our batches stands. Used by one thread.
struct Feed {
  const columns::Batch* header{nullptr};
  const BatchSource* next{nullptr};
  columns::Batch batch{};
  std::size_t begin{0};
  std::uint64_t rows{0};
  bool done{false};
  std::optional<base::Error> error{};
};

Feed& feed_of(void* extra) { return *static_cast<Feed*>(extra); }

/// Labels are written as text: a reader of the file should not need our list of words.
engine::LogicalType file_type(const columns::Column& column) {
  return logical_type(column.type() == columns::Type::Label ? columns::Type::Text : column.type(),
                      {});
}

void bind_feed(duckdb_bind_info info) {
  const Feed& feed = feed_of(duckdb_bind_get_extra_info(info));
  for (const columns::Column& column : feed.header->columns()) {
    const engine::LogicalType type = file_type(column);
    duckdb_bind_add_result_column(info, column.name().c_str(), type.get());
  }
}

void init_feed(duckdb_init_info info) { duckdb_init_set_max_threads(info, 1); }

void fill_labels(const columns::Column& column, const Slice& slice, duckdb_vector out) {
  columns::Column texts{column.name(), columns::Type::Text};
  for (std::size_t i = 0; i < slice.count; ++i) {
    const std::size_t row = slice.row(i);
    if (column.valid(row)) {
      texts.push<std::string>(std::string{column.words()[column.values<std::uint8_t>()[row]]});
    } else {
      texts.push_missing();
    }
  }
  fill_vector(texts, {.begin = 0, .count = slice.count}, out);
}

bool same_shape(const columns::Batch& batch, const columns::Batch& header) {
  return std::ranges::equal(batch.columns(), header.columns(), [](const auto& a, const auto& b) {
    return a.name() == b.name() && a.type() == b.type();
  });
}

/// Makes sure that there are rows to give, unless the source is dry.
Result<void> refill(Feed& feed) {
  while (!feed.done && feed.begin == feed.batch.num_rows()) {
    OFFEX_ASSIGN(const bool more, (*feed.next)(feed.batch));
    feed.begin = 0;
    feed.done = !more;
    if (more && !same_shape(feed.batch, *feed.header)) {
      return fail(base::ErrorCode::Internal, "a batch differs from the header of the file");
    }
  }
  return {};
}

void give_rows(duckdb_function_info info, duckdb_data_chunk output) {
  Feed& feed = feed_of(duckdb_function_get_extra_info(info));
  if (auto ready = refill(feed); !ready) {
    feed.error = std::move(ready).error();
    duckdb_function_set_error(info, feed.error->message.c_str());
    return;
  }
  if (feed.done) {
    duckdb_data_chunk_set_size(output, 0);
    return;
  }
  const Slice slice{
      .begin = feed.begin,
      .count = std::min<std::size_t>(duckdb_vector_size(), feed.batch.num_rows() - feed.begin)};
  for (std::size_t i = 0; i < feed.batch.num_columns(); ++i) {
    const columns::Column& column = feed.batch.column(i);
    const duckdb_vector out = duckdb_data_chunk_get_vector(output, i);
    if (column.type() == columns::Type::Label) {
      fill_labels(column, slice, out);
    } else {
      fill_vector(column, slice, out);
    }
  }
  duckdb_data_chunk_set_size(output, slice.count);
  feed.begin += slice.count;
  feed.rows += slice.count;
}

Result<void> register_feed(const engine::Connection& connection, Feed& feed) {
  engine::TableFunction function{duckdb_create_table_function()};
  duckdb_table_function_set_name(function.get(), kFunction);
  duckdb_table_function_set_extra_info(function.get(), &feed, nullptr);
  duckdb_table_function_set_bind(function.get(), bind_feed);
  duckdb_table_function_set_init(function.get(), init_feed);
  duckdb_table_function_set_function(function.get(), give_rows);
  if (duckdb_register_table_function(connection.get(), function.get()) == DuckDBError) {
    return fail(base::ErrorCode::Internal, "the engine refused a source of rows");
  }
  return {};
}

std::string copy_sql(const std::filesystem::path& path, std::span<const ParquetNote> notes) {
  std::string sql = "COPY (FROM " + std::string{kFunction} + "()) TO " +
                    engine::literal(path.string()) + " (FORMAT parquet, COMPRESSION zstd";
  for (std::size_t i = 0; i < notes.size(); ++i) {
    sql += (i == 0 ? ", KV_METADATA {" : ", ") + engine::literal(notes[i].key) + ": " +
           engine::literal(notes[i].value);
  }
  return sql + (notes.empty() ? ")" : "})");
}

}  // namespace

Result<std::uint64_t> write_parquet(const std::filesystem::path& path, const columns::Batch& header,
                                    const BatchSource& next, std::span<const ParquetNote> notes) {
  if (header.num_columns() == 0) {
    return fail(base::ErrorCode::InvalidArgument, "a Parquet file needs at least one column");
  }
  Feed feed{.header = &header, .next = &next};
  std::filesystem::path fresh = path;
  fresh += ".new." + std::to_string(::getpid());
  const auto write = [&]() -> Result<void> {
    OFFEX_ASSIGN(const engine::DatabaseHandle database, engine::open_database("", {}));
    OFFEX_ASSIGN(const engine::Connection connection, engine::Connection::open(database.get()));
    OFFEX_TRY(register_feed(connection, feed));
    OFFEX_TRY(connection.run(copy_sql(fresh, notes)));
    OFFEX_TRY(sync_path(fresh));
    return rename_file(fresh, path);
  };
  if (auto written = write(); !written) {
    std::error_code ignored;
    std::filesystem::remove(fresh, ignored);
    if (feed.error) {
      return std::unexpected{*feed.error};
    }
    return fail(base::ErrorCode::Io,
                "cannot write " + path.string() + ": " + written.error().message);
  }
  return feed.rows;
}

}  // namespace offex::store
