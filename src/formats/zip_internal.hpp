#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "offex/base/result.hpp"

#include "formats/gzip_internal.hpp"

namespace offex::formats {

/// A file in an archive.
struct ZipMember {
  std::uint64_t index{0};
  std::string name;
  std::uint64_t encoded_bytes{0};
};

/// Reads a zip archive from memory. Nothing is ever written, so that names with `..` or a leading
/// slash do no harm.
class ZipArchive {
 public:
  /// `bytes` must outlive the archive.
  [[nodiscard]] static Result<std::unique_ptr<ZipArchive>> open(std::string_view bytes);
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;
  ZipArchive(ZipArchive&&) = delete;
  ZipArchive& operator=(ZipArchive&&) = delete;
  ~ZipArchive();

  [[nodiscard]] std::uint64_t num_entries() const;
  [[nodiscard]] Result<ZipMember> member(std::uint64_t index) const;
  /// Decodes a member in blocks and checks its CRC.
  [[nodiscard]] Result<void> read(const ZipMember& member, const TextSink& sink);

 private:
  class Impl;
  explicit ZipArchive(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace offex::formats
