#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "formats/tape_header_internal.hpp"
#include "formats/tape_layout_internal.hpp"
#include "formats/tape_reader_internal.hpp"
#include "formats/text_reader_internal.hpp"

namespace offex::formats {
namespace {

using market::Dataset;

template <class Block>
bool has_such_blocks(Dataset dataset);
template <>
bool has_such_blocks<columns::TradeBlock>(Dataset dataset) {
  return dataset == Dataset::TradeTape || dataset == Dataset::TradeTable;
}
template <>
bool has_such_blocks<columns::QuoteBlock>(Dataset dataset) {
  return dataset == Dataset::QuoteTape;
}
template <>
bool has_such_blocks<columns::MinuteBlock>(Dataset dataset) {
  return dataset == Dataset::MinuteTape;
}

template <class Block>
std::string_view title();
template <>
std::string_view title<columns::TradeBlock>() {
  return "trades";
}
template <>
std::string_view title<columns::QuoteBlock>() {
  return "quotes";
}
template <>
std::string_view title<columns::MinuteBlock>() {
  return "minute bars";
}

// The data set of a comma-separated file; also of one with a header only.
std::optional<Dataset> flat_dataset(std::string_view window) {
  if (const auto layout = tape_layout(window)) return layout->dataset;
  TapeCells header;
  std::string_view line = window.substr(0, window.find('\n'));
  const bool only_header = line.size() + 1 == window.size();
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (!only_header || header.split(line)) return std::nullopt;
  return tape_of_header(header);
}

}  // namespace

template <class Block>
TapeReader<Block>::TapeReader(base::ByteSource bytes, TapeOptions options, bool hash,
                              TapeReading reading)
    : options_{std::move(options)},
      reading_{reading},
      feed_{std::move(bytes), options_.file, hash},
      lines_{feed_, options_.file} {}

template <class Block>
Result<const Block*> TapeReader<Block>::next() {
  if (!stream_) OFFEX_TRY(open());
  OFFEX_ASSIGN(const Block* const block, stream_->next());
  if (block == nullptr) return block;
  tally_.add(*block);
  if (tally_.num_days() > kMaxTapeDays) {
    return fail(
        base::ErrorCode::Integrity,
        fmt::format("rows of more than {} different days: the times are damaged", kMaxTapeDays),
        in_file(options_.file));
  }
  return block;
}

template <class Block>
TapeSummary TapeReader<Block>::summary() {
  TapeSummary out = tally_.summary();
  out.text_bytes = feed_.text_bytes();
  out.text_sha256 = feed_.sha256();
  if (stream_) out.warnings = stream_->warnings();
  return out;
}

template <class Block>
Result<void> TapeReader<Block>::open() {
  OFFEX_ASSIGN(const std::span<char> first, feed_.next());
  const std::string_view head{first.data(), first.size()};
  if (head.empty()) return damaged(options_.file, {}, "header", "the file is empty");
  if (looks_like_json(without_bom(head))) {
    OFFEX_ASSIGN(stream_, make_page_stream<Block>(feed_, std::string{head}, options_, reading_));
    return {};
  }
  OFFEX_TRY(lines_.begin(first));
  const auto dataset = flat_dataset(lines_.window());
  if (!dataset || !has_such_blocks<Block>(*dataset)) {
    const Line line{.text = lines_.window().substr(0, lines_.window().find('\n'))};
    return damaged(options_.file, line, "header",
                   fmt::format("this is no file of {}; {}", title<Block>(), tape_understood()));
  }
  OFFEX_ASSIGN(stream_, make_flat_stream<Block>(lines_, *dataset, reading_));
  return {};
}

template class TapeReader<columns::TradeBlock>;
template class TapeReader<columns::QuoteBlock>;
template class TapeReader<columns::MinuteBlock>;

namespace {

template <class Block, class Sink>
Result<TapeSummary> read_all(const base::ByteSource& bytes, const TapeOptions& options, bool hash,
                             const Sink& sink) {
  TapeReader<Block> reader{bytes, options, hash, TapeReading::Fast};
  while (true) {
    OFFEX_ASSIGN(const Block* const block, reader.next());
    if (block == nullptr) return reader.summary();
    OFFEX_TRY(sink(*block));
  }
}

class QuoteReader final : public QuoteStream {
 public:
  QuoteReader(base::ByteSource bytes, TapeOptions options)
      : reader_{std::move(bytes), std::move(options), false, TapeReading::Fast} {}
  Result<const columns::QuoteBlock*> next() override { return reader_.next(); }

 private:
  TapeReader<columns::QuoteBlock> reader_;
};

template <class Block>
Result<TapeSummary> check_all(const base::ByteSource& bytes, const TapeOptions& options) {
  return read_all<Block>(bytes, options, true, [](const Block&) { return Result<void>{}; });
}

}  // namespace

Result<TapeSummary> read_trades(const base::ByteSource& bytes, const TapeOptions& options,
                                const TradeSink& sink) {
  return read_all<columns::TradeBlock>(bytes, options, false, sink);
}

Result<TapeSummary> read_quotes(const base::ByteSource& bytes, const TapeOptions& options,
                                const QuoteSink& sink) {
  return read_all<columns::QuoteBlock>(bytes, options, false, sink);
}

Result<TapeSummary> read_minutes(const base::ByteSource& bytes, const TapeOptions& options,
                                 const MinuteSink& sink) {
  return read_all<columns::MinuteBlock>(bytes, options, false, sink);
}

std::unique_ptr<QuoteStream> stream_quotes(base::ByteSource bytes, TapeOptions options) {
  return std::make_unique<QuoteReader>(std::move(bytes), std::move(options));
}

Result<TapeSummary> check_tape(const base::ByteSource& bytes, const TapeOptions& options,
                               const TapeLayout& layout) {
  switch (layout.dataset) {
    case Dataset::QuoteTape:
      return check_all<columns::QuoteBlock>(bytes, options);
    case Dataset::MinuteTape:
      return check_all<columns::MinuteBlock>(bytes, options);
    case Dataset::TradeTape:
    case Dataset::TradeTable:
      return check_all<columns::TradeBlock>(bytes, options);
    default:
      return fail(base::ErrorCode::InvalidArgument,
                  fmt::format("{} is no tape", market::to_string(layout.dataset)),
                  in_file(options.file));
  }
}

}  // namespace offex::formats
