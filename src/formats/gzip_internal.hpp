#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "offex/base/result.hpp"

namespace offex::formats {

/// Receives decoded text in order.
using TextSink = std::function<Result<void>(std::string_view)>;

/// Decodes gzip, also several members in a row, from pieces of any size. Checks each member's
/// CRC and length.
class GzipDecoder {
 public:
  static constexpr std::size_t kBlockBytes = std::size_t{256} << 10U;

  explicit GzipDecoder(TextSink sink);
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;
  GzipDecoder(GzipDecoder&&) = delete;
  GzipDecoder& operator=(GzipDecoder&&) = delete;
  ~GzipDecoder();

  [[nodiscard]] Result<void> push(std::string_view bytes);
  /// Hands out the last text. An Integrity error when the data end inside a member.
  [[nodiscard]] Result<void> finish();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Returns whether `bytes` start like gzip, or like a zip archive.
[[nodiscard]] bool looks_like_gzip(std::string_view bytes);
[[nodiscard]] bool looks_like_zip(std::string_view bytes);

}  // namespace offex::formats
