#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "offex/base/byte_source.hpp"
#include "offex/base/digest.hpp"
#include "offex/base/result.hpp"

namespace offex::formats {

/// Decoded text of a plain or gzip source, piece by piece. A thread of its own reads and inflates
/// ahead, by at most `kBuffers` pieces. Dropping the feed stops the thread; that waits for a read
/// of the source that is under way.
class TextFeed {
 public:
  static constexpr std::size_t kPieceBytes = std::size_t{512} << 10U;
  static constexpr std::size_t kBuffers = 6;
  static constexpr std::size_t kHeadroom = std::size_t{64} << 10U;
  static constexpr std::size_t kPadding = 128;

  /// \param hash whether `sha256()` will be asked for
  TextFeed(base::ByteSource source, std::string file, bool hash);
  TextFeed(const TextFeed&) = delete;
  TextFeed& operator=(const TextFeed&) = delete;
  TextFeed(TextFeed&&) = delete;
  TextFeed& operator=(TextFeed&&) = delete;
  ~TextFeed();

  /// Returns the next piece; empty at the end. All but the last have `kPieceBytes`, wherever the
  /// source cuts. The caller may write to the `kHeadroom` bytes before it and to the `kPadding`
  /// bytes behind it, and has it until the next call.
  [[nodiscard]] Result<std::span<char>> next();
  /// Returns whether the source is gzip, whose trailer proves that it is whole. \pre after next()
  [[nodiscard]] bool compressed() const { return compressed_; }
  /// Returns how many bytes were handed out.
  [[nodiscard]] std::uint64_t text_bytes() const { return text_bytes_; }
  /// Returns the SHA-256 of what was handed out as hexadecimal digits, or an empty text.
  [[nodiscard]] std::string sha256();

 private:
  class Decoder;

  struct Buffer {
    std::unique_ptr<char[]> bytes;  // NOLINT(modernize-avoid-c-arrays): not filled with zeros
    std::size_t size{0};
    bool compressed{false};
  };

  void run();
  [[nodiscard]] Buffer* wait_for_room();
  void hand_over(std::size_t size, bool compressed);
  void end(std::optional<base::Error> error);

  base::ByteSource source_;
  std::string file_;
  std::optional<base::Hasher> hasher_;
  std::uint64_t text_bytes_{0};
  bool compressed_{false};
  bool holding_{false};  // the caller has the buffer at taken_

  std::vector<Buffer> ring_{kBuffers};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t filled_{0};  // buffers handed over so far
  std::uint64_t taken_{0};   // buffers given back so far
  bool ended_{false};
  bool stopped_{false};
  std::optional<base::Error> error_;
  std::thread thread_;
};

}  // namespace offex::formats
