#include "offex/render/arrow.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "offex/base/check.hpp"

#include "render/arrow_column_internal.hpp"
#include "render/arrow_metadata_internal.hpp"

namespace offex::render {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;

constexpr std::string_view kMagic = "ARROW1";
constexpr std::size_t kAlignment = 64;  // what vector instructions and mapped files like best
constexpr std::size_t kPieceBytes = std::size_t{1} << 20U;

constexpr std::size_t padding(std::uint64_t bytes, std::size_t alignment) {
  return static_cast<std::size_t>((alignment - bytes % alignment) % alignment);
}

/// Collects bytes into pieces and counts them.
class ByteOutput {
 public:
  explicit ByteOutput(Sink sink) : sink_{std::move(sink)} {}

  [[nodiscard]] std::uint64_t position() const { return position_; }
  [[nodiscard]] Result<void> put(std::string_view bytes) {
    position_ += bytes.size();
    if (piece_.size() + bytes.size() > kPieceBytes) OFFEX_TRY(flush());
    if (bytes.size() >= kPieceBytes) return sink_(bytes);
    piece_ += bytes;
    return {};
  }
  [[nodiscard]] Result<void> put_int(std::int32_t value) {
    std::array<char, sizeof value> bytes{};
    std::memcpy(bytes.data(), &value, sizeof value);
    return put({bytes.data(), bytes.size()});
  }
  [[nodiscard]] Result<void> put_padding(std::size_t count) {
    constexpr std::array<char, kAlignment> kZeros{};
    OFFEX_CHECK(count <= kZeros.size());
    return put({kZeros.data(), count});
  }
  [[nodiscard]] Result<void> flush() {
    if (piece_.empty()) return {};
    auto outcome = sink_(piece_);
    piece_.clear();
    return outcome;
  }

 private:
  Sink sink_;
  std::string piece_;
  std::uint64_t position_{0};
};

class ArrowWriter final : public RowWriter {
 public:
  ArrowWriter(Sink sink, ArrowOptions options)
      : options_{std::move(options)}, output_{std::move(sink)} {
    OFFEX_CHECK(options_.batch_rows > 0);
    OFFEX_CHECK(options_.batch_text_bytes <= kMaxArrowText);
    OFFEX_CHECK(options_.max_text_bytes <= kMaxArrowText);
  }

  Result<void> begin(const Batch& header) override;
  Result<void> rows(const Batch& batch) override;
  Result<void> end() override;

 private:
  [[nodiscard]] ArrowSchema schema() const { return {.fields = fields_, .notes = options_.notes}; }
  [[nodiscard]] Result<void> check_shape(const Batch& batch) const;
  [[nodiscard]] Result<void> check_texts(const Batch& batch) const;
  [[nodiscard]] std::size_t fitting_rows(const Batch& batch, std::size_t begin);
  [[nodiscard]] Result<void> put_metadata(std::string_view metadata);
  [[nodiscard]] Result<void> put_batch();
  [[nodiscard]] Result<void> put_footer();

  ArrowOptions options_;
  ByteOutput output_;
  std::vector<std::string> names_;  // as they come, repeated ones too
  std::vector<ArrowField> fields_;
  std::vector<ArrowColumn> columns_;
  std::vector<std::size_t> texts_;  // columns whose texts may be of any length
  std::size_t rows_{0};             // of the batch in the making
  std::size_t text_bytes_{0};       // of the same
  std::vector<ArrowBlock> blocks_;
};

Result<void> ArrowWriter::begin(const Batch& header) {
  OFFEX_CHECK(fields_.empty());
  if (header.num_columns() == 0) {
    return fail(base::ErrorCode::InvalidArgument, "an Arrow table needs at least one column");
  }
  fields_ = arrow_fields(header);
  for (const Column& column : header.columns()) {
    if (column.type() == Type::Text || column.type() == Type::Number) {
      texts_.push_back(columns_.size());
    }
    names_.push_back(column.name());
    columns_.emplace_back(column.type());
  }
  if (options_.layout == ArrowLayout::File) {
    OFFEX_TRY(output_.put(kMagic));
    OFFEX_TRY(output_.put_padding(padding(kMagic.size(), 8)));
  }
  return put_metadata(arrow_schema_message(schema()));
}

Result<void> ArrowWriter::rows(const Batch& batch) {
  OFFEX_TRY(check_shape(batch));
  OFFEX_TRY(check_texts(batch));
  OFFEX_TRY(check_arrow_decimals(batch));
  for (std::size_t begin = 0; begin < batch.num_rows();) {
    const std::size_t count = fitting_rows(batch, begin);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      columns_[i].append(batch.column(i), begin, count);
    }
    rows_ += count;
    begin += count;
    if (begin < batch.num_rows()) OFFEX_TRY(put_batch());
  }
  return {};
}

Result<void> ArrowWriter::end() {
  if (rows_ > 0) OFFEX_TRY(put_batch());
  OFFEX_TRY(output_.put_int(-1));
  OFFEX_TRY(output_.put_int(0));
  if (options_.layout == ArrowLayout::File) OFFEX_TRY(put_footer());
  return output_.flush();
}

Result<void> ArrowWriter::check_shape(const Batch& batch) const {
  bool same = batch.num_columns() == fields_.size();
  for (std::size_t i = 0; same && i < fields_.size(); ++i) {
    const Column& column = batch.column(i);
    same = column.name() == names_[i] && column.type() == fields_[i].type &&
           column.size() == batch.num_rows();
  }
  if (same) return {};
  return fail(base::ErrorCode::Internal, "a batch differs from the header of the table");
}

Result<void> ArrowWriter::check_texts(const Batch& batch) const {
  for (const std::size_t index : texts_) {
    const Column& column = batch.column(index);
    for (const std::string& text : column.values<std::string>()) {
      if (text.size() <= options_.max_text_bytes) continue;
      return fail(base::ErrorCode::InvalidArgument,
                  fmt::format("a text of column {} has {} bytes, more than the {} that Arrow takes",
                              column.name(), text.size(), options_.max_text_bytes));
    }
  }
  return {};
}

// Counts the rows from `begin` on that the batch in the making still takes, and their texts; a
// first row always fits.
std::size_t ArrowWriter::fitting_rows(const Batch& batch, std::size_t begin) {
  const std::size_t end = begin + std::min(options_.batch_rows - rows_, batch.num_rows() - begin);
  if (texts_.empty()) return end - begin;
  for (std::size_t row = begin; row < end; ++row) {
    std::size_t bytes = 0;
    for (const std::size_t text : texts_) {
      bytes += batch.column(text).values<std::string>()[row].size();
    }
    const bool first = rows_ == 0 && row == begin;
    if (!first && text_bytes_ + bytes > options_.batch_text_bytes) return row - begin;
    text_bytes_ += bytes;
  }
  return end - begin;
}

// Padded so that what follows begins at a multiple of 64 in the whole output.
Result<void> ArrowWriter::put_metadata(std::string_view metadata) {
  const std::size_t pad = padding(output_.position() + 8 + metadata.size(), kAlignment);
  OFFEX_TRY(output_.put_int(-1));
  OFFEX_TRY(output_.put_int(static_cast<std::int32_t>(metadata.size() + pad)));
  OFFEX_TRY(output_.put(metadata));
  return output_.put_padding(pad);
}

Result<void> ArrowWriter::put_batch() {
  std::vector<ArrowNode> nodes;
  std::vector<std::string_view> buffers;
  for (const ArrowColumn& column : columns_) {
    nodes.push_back({.rows = static_cast<std::int64_t>(rows_),
                     .missing = static_cast<std::int64_t>(column.missing())});
    column.buffers(buffers);
  }
  std::vector<ArrowRange> ranges;
  std::int64_t body = 0;
  for (const std::string_view buffer : buffers) {
    ranges.push_back({.offset = body, .bytes = static_cast<std::int64_t>(buffer.size())});
    body += static_cast<std::int64_t>(buffer.size() + padding(buffer.size(), kAlignment));
  }
  const std::uint64_t start = output_.position();
  OFFEX_TRY(put_metadata(arrow_batch_message({.rows = static_cast<std::int64_t>(rows_),
                                              .nodes = nodes,
                                              .ranges = ranges,
                                              .body_bytes = body})));
  blocks_.push_back({.offset = static_cast<std::int64_t>(start),
                     .metadata_bytes = static_cast<std::int32_t>(output_.position() - start),
                     .body_bytes = body});
  for (const std::string_view buffer : buffers) {
    OFFEX_TRY(output_.put(buffer));
    OFFEX_TRY(output_.put_padding(padding(buffer.size(), kAlignment)));
  }
  for (ArrowColumn& column : columns_) column.clear();
  rows_ = 0;
  text_bytes_ = 0;
  return {};
}

Result<void> ArrowWriter::put_footer() {
  const std::string footer = arrow_footer(schema(), blocks_);
  OFFEX_TRY(output_.put(footer));
  OFFEX_TRY(output_.put_int(static_cast<std::int32_t>(footer.size())));
  return output_.put(kMagic);
}

}  // namespace

std::vector<ArrowField> arrow_fields(const Batch& header) {
  std::vector<ArrowField> out;
  const auto taken = [&](const std::string& name) {
    return header.find(name) != nullptr ||
           std::ranges::find(out, name, &ArrowField::name) != out.end();
  };
  for (const Column& column : header.columns()) {
    std::string name = column.name();
    const bool again = std::ranges::find(out, name, &ArrowField::name) != out.end();
    for (int number = 1; again && taken(name); ++number) {
      name = fmt::format("{}_{}", column.name(), number);
    }
    out.push_back({.name = std::move(name), .type = column.type()});
  }
  return out;
}

// Sixty-four bits hold a digit more than the type says.
Result<void> check_arrow_decimals(const Batch& batch) {
  constexpr std::int64_t kEnd = 1'000'000'000'000'000'000;
  for (const Column& column : batch.columns()) {
    if (column.type() != Type::Quantity && column.type() != Type::Price) continue;
    const auto& values = column.values<std::int64_t>();
    for (std::size_t row = 0; row < values.size(); ++row) {
      if ((values[row] < kEnd && values[row] > -kEnd) || !column.valid(row)) continue;
      return fail(base::ErrorCode::InvalidArgument,
                  fmt::format("{} in column {} has more than the 18 digits of its decimal type",
                              cell_text(column, row), column.name()));
    }
  }
  return {};
}

std::unique_ptr<RowWriter> make_arrow_writer(Sink sink, ArrowOptions options) {
  return std::make_unique<ArrowWriter>(std::move(sink), std::move(options));
}

}  // namespace offex::render
