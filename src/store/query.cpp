#include "offex/store/query.hpp"

#include <string>
#include <utility>

#include "store/query_internal.hpp"

namespace offex::store {

QueryRows::Impl::Impl(Session session, engine::Rows rows, columns::Batch header)
    : session_{std::move(session)}, rows_{std::move(rows)}, header_{std::move(header)} {}

Result<bool> QueryRows::Impl::next(columns::Batch& batch) {
  batch = header_;
  OFFEX_ASSIGN(const bool more, append_next(batch));
  return more;
}

Result<bool> QueryRows::Impl::append_next(columns::Batch& batch) {
  OFFEX_ASSIGN(const engine::Chunk chunk, rows_.fetch());
  if (!chunk) {
    return false;
  }
  const idx_t rows = duckdb_data_chunk_get_size(chunk.get());
  for (std::size_t i = 0; i < batch.num_columns(); ++i) {
    OFFEX_TRY(append_vector(duckdb_data_chunk_get_vector(chunk.get(), i), rows, batch.column(i)));
  }
  return true;
}

Result<columns::Batch> QueryRows::Impl::all() {
  columns::Batch batch = header_;
  while (true) {
    OFFEX_ASSIGN(const bool more, append_next(batch));
    if (!more) {
      return batch;
    }
  }
}

QueryRows::QueryRows(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
QueryRows::QueryRows(QueryRows&&) noexcept = default;
QueryRows& QueryRows::operator=(QueryRows&&) noexcept = default;
QueryRows::~QueryRows() = default;

const columns::Batch& QueryRows::header() const { return impl_->header(); }
Result<bool> QueryRows::next(columns::Batch& batch) { return impl_->next(batch); }
Result<columns::Batch> QueryRows::all() { return impl_->all(); }

}  // namespace offex::store
