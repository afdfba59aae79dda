#include <array>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "offex/formats/gzip_writer.hpp"

#include "sim/writer_internal.hpp"

namespace offex::sim {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;

constexpr std::array<const char*, 15> kParts{"short",           "bars",         "grouped",
                                             "reference",       "corrections",  "truth.csv",
                                             "weekly",          "weekly_later", "weekly_restated",
                                             "weekly_download", "ats_zip",      "tape",
                                             "truth_trades",    "rest",         "finra_api"};

Result<void> put_bytes(const fs::path& path, std::string_view bytes) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream stream{path, std::ios::binary | std::ios::trunc};
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (!stream) return fail(ErrorCode::Io, "cannot write " + path.string());
  return {};
}

}  // namespace

Writer::Writer(fs::path root, const WriteOptions& options)
    : root_{std::move(root)}, options_{options} {
  out_.short_dir = root_ / "short";
  out_.bars_dir = root_ / "bars";
  if (options.grouped_json) out_.grouped_dir = root_ / "grouped";
  out_.reference_dir = root_ / "reference";
  out_.constituents = out_.reference_dir / "constituents.csv";
  out_.securities = out_.reference_dir / "securities.csv";
  out_.corrections_dir = root_ / "corrections";
  out_.truth = root_ / "truth.csv";
  out_.weekly_dir = root_ / "weekly";
  out_.weekly_later_dir = root_ / "weekly_later";
  out_.weekly_restated_dir = root_ / "weekly_restated";
  out_.weekly_download_dir = root_ / "weekly_download";
  out_.ats_zip_dir = root_ / "ats_zip";
  out_.tape_dir = root_ / "tape";
  out_.truth_trades_dir = root_ / "truth_trades";
  out_.rest_dir = root_ / "rest";
  out_.finra_api_dir = root_ / "finra_api";
}

Result<void> Writer::prepare() const {
  std::error_code error;
  for (const char* part : kParts) {
    const fs::path path = root_ / part;
    if (!fs::exists(path, error)) continue;
    if (!options_.replace) {
      return fail(ErrorCode::InvalidArgument,
                  path.string() + " is already there; choose another folder, or say --force");
    }
    fs::remove_all(path, error);
    if (error) {
      return fail(ErrorCode::Io,
                  fmt::format("cannot remove {}: {}", path.string(), error.message()));
    }
  }
  return {};
}

void Writer::count(std::uint64_t rows, std::uint64_t text_bytes) {
  const std::lock_guard lock{counts_};
  ++out_.files;
  out_.rows += rows;
  out_.bytes += text_bytes;
}

Result<void> Writer::put(const fs::path& path, const FileText& file) {
  return put_packed(path, file.text, file.rows, file.text.size());
}

Result<void> Writer::put_packed(const fs::path& path, std::string_view packed, std::uint64_t rows,
                                std::uint64_t text_bytes) {
  OFFEX_TRY(put_bytes(path, packed));
  count(rows, text_bytes);
  return {};
}

Result<void> Writer::put_flat(const fs::path& root, std::string_view set, market::Day day,
                              const FileText& file) {
  const fs::path path = flat_path(root, set, day, options_.compress_bars);
  if (!options_.compress_bars) return put(path, file);
  OFFEX_ASSIGN(const std::string packed, formats::gzip(file.text));
  return put_packed(path, packed, file.rows, file.text.size());
}

fs::path flat_path(const fs::path& root, std::string_view set, market::Day day, bool compressed) {
  const std::string iso = day.iso();
  return root / "us_stocks_sip" / set / iso.substr(0, 4) / iso.substr(5, 2) /
         (iso + (compressed ? ".csv.gz" : ".csv"));
}

Result<void> FlatFile::open(const fs::path& path, std::string_view header) {
  path_ = path;
  compressed_ = path.extension() == ".gz";
  rows_ = 0;
  bytes_ = 0;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  stream_.open(path, std::ios::binary | std::ios::trunc);
  if (!stream_) return fail(ErrorCode::Io, "cannot write " + path.string());
  text_.reserve(kChunkBytes + 4096);
  text_ = header;
  return {};
}

Result<void> FlatFile::put(std::string_view bytes) {
  stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!stream_) return fail(ErrorCode::Io, "cannot write " + path_.string());
  return {};
}

Result<void> FlatFile::finish_chunk() {
  if (!chunk_.valid()) return {};
  OFFEX_ASSIGN(const std::string packed, chunk_.get());
  return put(packed);
}

Result<void> FlatFile::flush() {
  bytes_ += text_.size();
  if (!compressed_) {
    OFFEX_TRY(put(text_));
    text_.clear();
    return {};
  }
  OFFEX_TRY(finish_chunk());
  std::string chunk;
  chunk.reserve(text_.capacity());
  chunk.swap(text_);
  chunk_ =
      std::async(std::launch::async, [moved = std::move(chunk)] { return formats::gzip(moved); });
  return {};
}

Result<void> FlatFile::close(Writer& writer) {
  OFFEX_TRY(flush());
  OFFEX_TRY(finish_chunk());
  stream_.close();
  if (!stream_) return fail(ErrorCode::Io, "cannot write " + path_.string());
  writer.count(rows_, bytes_);
  return {};
}

}  // namespace offex::sim
