#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/market/day.hpp"
#include "offex/market/facility.hpp"
#include "offex/market/symbol.hpp"
#include "offex/store/types.hpp"
#include "offex/store/writer.hpp"

namespace offex::ingest {

/// What to import and how strictly.
struct ImportRequest {
  std::vector<std::filesystem::path> paths;    ///< files and folders; folders are walked
  std::optional<market::Day> day{};            ///< for files that do not tell their day
  std::optional<market::Facility> facility{};  ///< for files that do not tell their facility
  std::optional<market::Day> week{};           ///< Monday of weekly downloads that do not tell it
  std::optional<market::Symbol> symbol{};      ///< ticker of REST pages whose name does not tell it
  std::size_t max_rejects{0};                  ///< bad rows a file may set aside; 0: none
  unsigned threads{0};                         ///< decoders; 0: one a processor
};

enum class FileStatus : std::uint8_t {
  Stored,     ///< at least one new revision
  Unchanged,  ///< new bytes, but the rows were already in force
  Known,      ///< these bytes were imported before
  Refused,    ///< damaged: nothing of it was stored
  Skipped,    ///< met in a folder, and no layout offex knows
};

/// What happened to one file.
struct FileOutcome {
  std::string file;
  FileStatus status{};
  std::uint64_t bytes{0};  ///< as received
  store::PutResult put{};
  std::uint64_t rejects{0};
  std::vector<std::string> warnings;
  std::optional<base::Error> error{};
};

/// What happened to all.
struct ImportReport {
  std::uint64_t files{0};
  std::uint64_t stored{0};
  std::uint64_t unchanged{0};
  std::uint64_t known{0};
  std::uint64_t rows{0};
  std::uint64_t rejects{0};
  std::uint64_t bytes{0};            ///< as received
  std::uint32_t superseded{0};       ///< keys that got a newer revision
  std::vector<FileOutcome> notable;  ///< refused, skipped, with warnings or rejects, in order
  [[nodiscard]] std::uint64_t count(FileStatus status) const;
};

/// Called from the importing thread after each file. Every file counts once.
using ImportProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Decodes files with worker threads and stores them in the order of their paths.
///
/// Each file is stored whole or refused whole; a refused one does not stop the others. The bytes
/// of a stored file are in the raw archive before its rows are committed. `stop` is asked between
/// files: when it says true, what is finished is committed and Interrupted is returned.
[[nodiscard]] Result<ImportReport> import_files(store::Writer& writer,
                                                const std::filesystem::path& home,
                                                const ImportRequest& request,
                                                const ImportProgress& progress = {},
                                                const std::function<bool()>& stop = {});

}  // namespace offex::ingest
