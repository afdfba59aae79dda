#include "offex/ingest/import.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "offex/ingest/file_list.hpp"

#include "ingest/decode_internal.hpp"
#include "ingest/decode_queue_internal.hpp"
#include "ingest/storer_internal.hpp"

namespace offex::ingest {
namespace {

namespace fs = std::filesystem;

void count_file(FileOutcome outcome, ImportReport& report) {
  report.files += 1;
  report.bytes += outcome.bytes;
  report.rows += outcome.put.rows;
  report.rejects += outcome.rejects;
  report.superseded += outcome.put.superseded;
  report.stored += outcome.status == FileStatus::Stored ? 1 : 0;
  report.unchanged += outcome.status == FileStatus::Unchanged ? 1 : 0;
  report.known += outcome.status == FileStatus::Known ? 1 : 0;
  if (outcome.error || outcome.rejects > 0 || !outcome.warnings.empty()) {
    report.notable.push_back(std::move(outcome));
  }
}

}  // namespace

std::uint64_t ImportReport::count(FileStatus status) const {
  return static_cast<std::uint64_t>(
      std::ranges::count(notable, status, [](const FileOutcome& file) { return file.status; }));
}

Result<ImportReport> import_files(store::Writer& writer, const fs::path& home,
                                  const ImportRequest& request, const ImportProgress& progress,
                                  const std::function<bool()>& stop) {
  OFFEX_ASSIGN(const std::vector<ListedFile> files, list_files(request.paths));
  const KnownFiles known{writer};
  const unsigned threads =
      request.threads > 0 ? request.threads : std::max(1U, std::thread::hardware_concurrency());
  Decoder decoder{request, home, known};
  Storer storer{writer, home};
  ImportReport report;
  DecodeQueue queue{decoder, threads};
  for (const ListedFile& file : files) queue.push({.inputs = {{.file = file}}});
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (stop && stop()) {
      OFFEX_TRY(storer.commit());
      return fail(base::ErrorCode::Interrupted, "stopped after " + std::to_string(i) + " of " +
                                                    std::to_string(files.size()) +
                                                    " files; the same command goes on from there");
    }
    std::vector<Decoded> decoded = queue.take();
    OFFEX_ASSIGN(FileOutcome outcome,
                 storer.store(files[i].path.string(), std::move(decoded.front())));
    count_file(std::move(outcome), report);
    if (storer.is_full()) OFFEX_TRY(storer.commit());
    if (progress) progress(i + 1, files.size());
  }
  OFFEX_TRY(storer.commit());
  return report;
}

}  // namespace offex::ingest
