#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"

namespace offex::store {

/// A bound parameter: never spliced into the text.
using Parameter = std::variant<std::int64_t, double, std::string, market::Day, market::Instant>;

/// Rows of a query, streamed in batches.
class QueryRows {
 public:
  class Impl;
  explicit QueryRows(std::unique_ptr<Impl> impl);
  QueryRows(QueryRows&&) noexcept;
  QueryRows& operator=(QueryRows&&) noexcept;
  QueryRows(const QueryRows&) = delete;
  QueryRows& operator=(const QueryRows&) = delete;
  ~QueryRows();

  /// Returns an empty batch that has the result's column names and types.
  [[nodiscard]] const columns::Batch& header() const;
  /// Replaces `batch` by the next rows; returns false when there are no more.
  [[nodiscard]] Result<bool> next(columns::Batch& batch);
  /// Collects everything that is left.
  [[nodiscard]] Result<columns::Batch> all();

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace offex::store
