#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "offex/base/result.hpp"

namespace offex::feeds {

/// A file that grows beside its place and moves there when it is whole: FILE.part holds the bytes
/// so far, FILE.etag tells which version of the remote file they are of. Both outlive the process.
class PartFile {
 public:
  explicit PartFile(std::filesystem::path file);
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  PartFile(PartFile&&) = delete;
  PartFile& operator=(PartFile&&) = delete;
  /// Keeps what is there.
  ~PartFile();

  /// How to go on with what is there.
  struct Continuation {
    std::uint64_t from{0};
    std::string etag;
  };
  /// Returns nothing where there is no part, or no strong ETag to make sure of its version.
  [[nodiscard]] std::optional<Continuation> continuation() const;

  /// Opens the part to take bytes from offset `from` on; 0 starts anew, as a version `etag`.
  [[nodiscard]] Result<void> begin(std::uint64_t from, const std::string& etag);
  [[nodiscard]] Result<void> append(std::string_view bytes);
  /// Bytes in the part.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Moves the part to its place.
  [[nodiscard]] Result<void> finish();
  /// Removes the part.
  void discard();

 private:
  void close();
  [[nodiscard]] std::unexpected<base::Error> failed(const char* what) const;

  std::filesystem::path file_;
  std::filesystem::path part_;
  std::filesystem::path etag_;
  int descriptor_{-1};
  std::uint64_t size_{0};
};

/// A Content-Range: "bytes 5-9/10".
struct ContentRange {
  std::optional<std::uint64_t> first;  ///< nothing: "bytes */10"
  std::optional<std::uint64_t> total;  ///< nothing: "bytes 5-9/*"
};
[[nodiscard]] std::optional<ContentRange> read_content_range(std::string_view text);

}  // namespace offex::feeds
