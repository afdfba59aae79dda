#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"

namespace offex::formats {

/// Receives decoded text in order.
using TextSink = std::function<Result<void>(std::string_view)>;

/// Decodes gzip into the caller's memory, also several members in a row. Checks each member's CRC
/// and length.
class GzipInflater {
 public:
  GzipInflater();
  GzipInflater(const GzipInflater&) = delete;
  GzipInflater& operator=(const GzipInflater&) = delete;
  GzipInflater(GzipInflater&&) = delete;
  GzipInflater& operator=(GzipInflater&&) = delete;
  ~GzipInflater();

  /// Decodes from the front of `in`, which is shortened by what was used, and returns how many
  /// bytes of `out` were filled: fewer than there are only when `in` is used up. While `out` comes
  /// back full there may be more, also with nothing left in `in`.
  [[nodiscard]] Result<std::size_t> inflate(std::string_view& in, std::span<char> out);
  /// An Integrity error when the data ended inside a member.
  [[nodiscard]] Result<void> finish() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// The same from pieces of any size to a sink.
class GzipDecoder {
 public:
  static constexpr std::size_t kBlockBytes = std::size_t{256} << 10U;

  explicit GzipDecoder(TextSink sink);
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;
  GzipDecoder(GzipDecoder&&) = delete;
  GzipDecoder& operator=(GzipDecoder&&) = delete;
  ~GzipDecoder() = default;

  [[nodiscard]] Result<void> push(std::string_view bytes);
  /// Hands out the last text. An Integrity error when the data end inside a member.
  [[nodiscard]] Result<void> finish();

 private:
  [[nodiscard]] Result<void> flush();

  TextSink sink_;
  std::vector<char> block_;
  std::size_t filled_{0};
  GzipInflater inflater_;
};

/// Returns whether `bytes` start like gzip, or like a zip archive.
[[nodiscard]] bool looks_like_gzip(std::string_view bytes);
[[nodiscard]] bool looks_like_zip(std::string_view bytes);

}  // namespace offex::formats
