#include "offex/render/arrow_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <new>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "offex/base/check.hpp"

#include "render/arrow_column_internal.hpp"
#include "render/arrow_stream_internal.hpp"

namespace offex::render {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;

class Stream {
 public:
  Stream(std::shared_ptr<const Batch> batch, const ArrowStreamOptions& options)
      : batch_{std::move(batch)}, options_{options} {}

  int schema(::ArrowSchema& out) {
    return guarded([&]() -> Result<void> {
      export_arrow_schema(*batch_, out);
      return {};
    });
  }
  int next(::ArrowArray& out) {
    return guarded([&] { return give(out); });
  }
  [[nodiscard]] const char* last_error() const { return error_.empty() ? nullptr : error_.c_str(); }

 private:
  template <class Work>
  int guarded(const Work& work) {
    try {
      error_.clear();
      const Result<void> outcome = work();
      if (outcome) return 0;
      error_ = outcome.error().message;
      return EINVAL;
    } catch (const std::bad_alloc&) {
      return ENOMEM;
    } catch (const std::exception& problem) {
      error_ = problem.what();
      return EIO;
    }
  }

  [[nodiscard]] Result<void> give(::ArrowArray& out);
  [[nodiscard]] Result<std::size_t> fitting_rows() const;

  std::shared_ptr<const Batch> batch_;
  ArrowStreamOptions options_;
  std::size_t row_{0};
  bool started_{false};
  std::string error_;
};

// Reads as many rows as have the texts of a batch; a first row always fits.
Result<std::size_t> Stream::fitting_rows() const {
  const std::size_t end = row_ + std::min(options_.batch_rows, batch_->num_rows() - row_);
  std::size_t fits = end;
  for (const Column& column : batch_->columns()) {
    if (column.type() != Type::Text && column.type() != Type::Number) continue;
    const auto& texts = column.values<std::string>();
    std::size_t bytes = 0;
    for (std::size_t row = row_; row < fits; ++row) {
      if (texts[row].size() > kMaxArrowText) {
        return fail(base::ErrorCode::InvalidArgument,
                    fmt::format("a text of column {} has {} bytes, more than Arrow takes",
                                column.name(), texts[row].size()));
      }
      bytes += texts[row].size();
      if (row > row_ && bytes > options_.batch_text_bytes) fits = row;
    }
  }
  return fits - row_;
}

Result<void> Stream::give(::ArrowArray& out) {
  out.release = nullptr;  // the end of the stream
  if (!started_) OFFEX_TRY(check_arrow_decimals(*batch_));
  if (started_ && row_ == batch_->num_rows()) return {};
  OFFEX_ASSIGN(const std::size_t rows, fitting_rows());
  export_arrow_rows(batch_, row_, rows, out);
  started_ = true;
  row_ += rows;
  return {};
}

Stream& stream_of(::ArrowArrayStream* stream) {
  return *static_cast<Stream*>(stream->private_data);
}

void release_stream(::ArrowArrayStream* stream) {
  delete &stream_of(stream);
  stream->release = nullptr;
}

}  // namespace

void export_arrow_stream(std::shared_ptr<const Batch> batch, ::ArrowArrayStream& out,
                         const ArrowStreamOptions& options) {
  OFFEX_CHECK(batch != nullptr);
  OFFEX_CHECK(options.batch_rows > 0);
  OFFEX_CHECK(options.batch_text_bytes <= kMaxArrowText);
  auto stream = std::make_unique<Stream>(std::move(batch), options);
  out = ::ArrowArrayStream{
      .get_schema = [](::ArrowArrayStream* self,
                       ::ArrowSchema* schema) { return stream_of(self).schema(*schema); },
      .get_next = [](::ArrowArrayStream* self,
                     ::ArrowArray* array) { return stream_of(self).next(*array); },
      .get_last_error = [](::ArrowArrayStream* self) { return stream_of(self).last_error(); },
      .release = &release_stream,
      .private_data = nullptr};
  out.private_data = stream.release();
}

}  // namespace offex::render
