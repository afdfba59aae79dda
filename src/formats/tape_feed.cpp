#include <algorithm>
#include <system_error>
#include <utility>

#include "offex/formats/document.hpp"

#include "formats/decode_budget_internal.hpp"
#include "formats/gzip_internal.hpp"
#include "formats/tape_feed_internal.hpp"

namespace offex::formats {

// Reads the source and decodes what it holds into whole pieces.
class TextFeed::Decoder {
 public:
  explicit Decoder(const base::ByteSource& source) : source_{source}, input_(kInputBytes) {}

  [[nodiscard]] bool compressed() const { return inflater_ != nullptr; }

  /// Fills `out`; less of it only at the end.
  Result<std::size_t> fill(std::span<char> out) {
    if (!started_) OFFEX_TRY(start());
    std::size_t filled = 0;
    while (filled < out.size()) {
      OFFEX_ASSIGN(const std::size_t added, step(out.subspan(filled)));
      filled += added;
      if (added == 0 && ended_ && rest_.empty()) break;
    }
    return filled;
  }

  [[nodiscard]] Result<void> finish() const {
    return inflater_ ? inflater_->finish() : Result<void>{};
  }

 private:
  static constexpr std::size_t kInputBytes = std::size_t{256} << 10U;
  static constexpr std::size_t kMagicBytes = 4;

  Result<void> start() {
    started_ = true;
    std::size_t have = 0;
    while (have < kMagicBytes && !ended_) {
      OFFEX_ASSIGN(const std::size_t count, source_(std::span{input_}.subspan(have)));
      ended_ = count == 0;
      have += count;
    }
    budget_.receive(have);
    rest_ = {input_.data(), have};
    if (looks_like_zip(rest_)) {
      return fail(base::ErrorCode::Integrity, "a zip archive; a tape is plain text or gzip");
    }
    if (looks_like_gzip(rest_)) inflater_ = std::make_unique<GzipInflater>();
    return {};
  }

  Result<std::size_t> step(std::span<char> out) {
    if (inflater_) {
      if (rest_.empty() && !ended_ && !full_) OFFEX_TRY(read_more());
      OFFEX_ASSIGN(const std::size_t added, inflater_->inflate(rest_, out));
      full_ = added == out.size();
      OFFEX_TRY(budget_.spend(added));
      return added;
    }
    if (!rest_.empty()) {
      const std::size_t size = std::min(rest_.size(), out.size());
      rest_.copy(out.data(), size);
      rest_.remove_prefix(size);
      return size;
    }
    if (ended_) return std::size_t{0};
    OFFEX_ASSIGN(const std::size_t count, source_(out));
    ended_ = count == 0;
    return count;
  }

  Result<void> read_more() {
    OFFEX_ASSIGN(const std::size_t count, source_(input_));
    ended_ = count == 0;
    budget_.receive(count);
    rest_ = {input_.data(), count};
    return {};
  }

  const base::ByteSource& source_;
  std::vector<char> input_;
  std::string_view rest_;  // of input_, not used yet
  std::unique_ptr<GzipInflater> inflater_;
  // A day of quotes has more text than any document may have; only its ratio is bounded.
  DecodeBudget budget_{0, DecodeBudget::kNoLimit, DecodeLimits{}.max_ratio};
  bool started_{false};
  bool ended_{false};
  bool full_{false};  // the last step filled its room: the inflater may hold more
};

TextFeed::TextFeed(base::ByteSource source, std::string file, bool hash)
    : source_{std::move(source)}, file_{std::move(file)} {
  if (hash) hasher_.emplace();
  try {
    thread_ = std::thread{[this] { run(); }};
  } catch (const std::system_error&) {
    end(base::Error{base::ErrorCode::Io, "cannot start a thread for reading", {}});
  }
}

TextFeed::~TextFeed() {
  {
    const std::scoped_lock lock{mutex_};
    stopped_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void TextFeed::run() {
  Decoder decoder{source_};
  while (Buffer* const buffer = wait_for_room()) {
    // A small file needs only the first.
    if (!buffer->bytes) {
      buffer->bytes = std::make_unique_for_overwrite<char[]>(kHeadroom + kPieceBytes + kPadding);
    }
    const auto size = decoder.fill({buffer->bytes.get() + kHeadroom, kPieceBytes});
    if (!size) return end(size.error());
    if (*size > 0) hand_over(*size, decoder.compressed());
    if (*size == kPieceBytes) continue;
    const auto finished = decoder.finish();
    return end(finished ? std::nullopt : std::optional{finished.error()});
  }
}

TextFeed::Buffer* TextFeed::wait_for_room() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this] { return stopped_ || filled_ - taken_ < kBuffers; });
  return stopped_ ? nullptr : &ring_[filled_ % kBuffers];
}

void TextFeed::hand_over(std::size_t size, bool compressed) {
  {
    const std::scoped_lock lock{mutex_};
    ring_[filled_ % kBuffers].size = size;
    ring_[filled_ % kBuffers].compressed = compressed;
    ++filled_;
  }
  changed_.notify_all();
}

void TextFeed::end(std::optional<base::Error> error) {
  {
    const std::scoped_lock lock{mutex_};
    if (error && error->place.file.empty()) error->place.file = file_;
    error_ = std::move(error);
    ended_ = true;
  }
  changed_.notify_all();
}

Result<std::span<char>> TextFeed::next() {
  std::unique_lock lock{mutex_};
  if (std::exchange(holding_, false)) {
    ++taken_;
    changed_.notify_all();
  }
  changed_.wait(lock, [this] { return filled_ > taken_ || ended_; });
  if (filled_ == taken_) {
    if (error_) return std::unexpected{*error_};
    return std::span<char>{};
  }
  const Buffer& buffer = ring_[taken_ % kBuffers];
  lock.unlock();
  holding_ = true;
  compressed_ = buffer.compressed;
  text_bytes_ += buffer.size;
  const std::span<char> text{buffer.bytes.get() + kHeadroom, buffer.size};
  if (hasher_) hasher_->update(std::string_view{text.data(), text.size()});
  return text;
}

std::string TextFeed::sha256() { return hasher_ ? hasher_->finish().hex() : std::string{}; }

}  // namespace offex::formats
