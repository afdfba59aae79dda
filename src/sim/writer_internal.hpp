#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>
#include <string>
#include <string_view>

#include "offex/base/result.hpp"
#include "offex/market/day.hpp"
#include "offex/sim/market.hpp"

#include "sim/text_internal.hpp"

namespace offex::sim {

/// Writes the files of one market and counts them. Files may come from two threads.
class Writer {
 public:
  Writer(std::filesystem::path root, const WriteOptions& options);

  /// Only from the thread that made the writer.
  [[nodiscard]] WrittenMarket& out() { return out_; }
  [[nodiscard]] const WriteOptions& options() const { return options_; }

  /// Makes sure that no earlier market is in the way.
  [[nodiscard]] Result<void> prepare() const;

  [[nodiscard]] Result<void> put(const std::filesystem::path& path, const FileText& file);
  /// Writes `packed` and counts what it holds.
  [[nodiscard]] Result<void> put_packed(const std::filesystem::path& path, std::string_view packed,
                                        std::uint64_t rows, std::uint64_t text_bytes);
  /// Writes a flat file below the vendor's folders of `set`, for example "day_aggs_v1".
  [[nodiscard]] Result<void> put_flat(const std::filesystem::path& root, std::string_view set,
                                      market::Day day, const FileText& file);
  void count(std::uint64_t rows, std::uint64_t text_bytes);

 private:
  std::filesystem::path root_;
  const WriteOptions& options_;
  WrittenMarket out_;
  std::mutex counts_;
};

/// Returns `root/us_stocks_sip/<set>/2026/04/2026-04-17.csv`, with `.gz` if compressed.
[[nodiscard]] std::filesystem::path flat_path(const std::filesystem::path& root,
                                              std::string_view set, market::Day day,
                                              bool compressed);

/// A flat file that grows: text goes to disk in chunks, each a gzip member of its own if
/// compressed, while another thread compresses the chunk before.
class FlatFile {
 public:
  /// `path` decides on compression by its ending.
  [[nodiscard]] Result<void> open(const std::filesystem::path& path, std::string_view header);
  [[nodiscard]] bool is_open() const { return stream_.is_open(); }

  /// Text to append to; call `row_done` after each row.
  [[nodiscard]] std::string& text() { return text_; }
  [[nodiscard]] Result<void> row_done() {
    ++rows_;
    return text_.size() < kChunkBytes ? Result<void>{} : flush();
  }
  /// Ends the file and counts it.
  [[nodiscard]] Result<void> close(Writer& writer);
  [[nodiscard]] std::uint64_t rows() const { return rows_; }

 private:
  static constexpr std::size_t kChunkBytes = std::size_t{4} << 20U;

  [[nodiscard]] Result<void> flush();
  [[nodiscard]] Result<void> finish_chunk();
  [[nodiscard]] Result<void> put(std::string_view bytes);

  std::filesystem::path path_;
  bool compressed_{false};
  std::ofstream stream_;
  std::string text_;
  std::future<Result<std::string>> chunk_;
  std::uint64_t rows_{0};
  std::uint64_t bytes_{0};
};

}  // namespace offex::sim
