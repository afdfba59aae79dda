#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/render/arrow.hpp"

// The structs of Arrow's C data and C stream interfaces, under the names that the standard gives
// them: other libraries of the process read this memory.
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
extern "C" {
struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  std::int64_t flags;
  std::int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  std::int64_t length;
  std::int64_t null_count;
  std::int64_t offset;
  std::int64_t n_buffers;
  std::int64_t n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};
}
#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE
extern "C" {
struct ArrowArrayStream {
  int (*get_schema)(ArrowArrayStream*, ArrowSchema* out);
  int (*get_next)(ArrowArrayStream*, ArrowArray* out);
  const char* (*get_last_error)(ArrowArrayStream*);
  void (*release)(ArrowArrayStream*);
  void* private_data;
};
}
#endif

namespace offex::render {

struct ArrowStreamOptions {
  /// Rows of a record batch at most. \pre > 0
  std::size_t batch_rows{std::size_t{1} << 20U};
  /// Bytes of all texts of a batch at most, unless one row alone has more. \pre <= kMaxArrowText
  std::size_t batch_text_bytes{kMaxArrowText};
};

/// Fills `out` with the schema of a table: a struct with one nullable field a column. The types are
/// those of `make_arrow_writer`; a column whose name an earlier one has gets a number.
void export_arrow_schema(const columns::Batch& batch, ::ArrowSchema& out);

/// Fills `out` with a stream over a table in memory, for another library of this process.
///
/// Values of Int32, Day, Int64, Instant and Double columns are lent: whoever holds an array keeps
/// the table alive. The other types, and the bits that tell which cells are missing, are made when
/// a batch is asked for. A table without rows is one empty batch. A text that is too long or a
/// decimal of 19 digits fails its batch: `get_last_error` names the column.
/// The stream is for one thread at a time; arrays, once handed out, for any.
void export_arrow_stream(std::shared_ptr<const columns::Batch> batch, ::ArrowArrayStream& out,
                         const ArrowStreamOptions& options = {});

}  // namespace offex::render
