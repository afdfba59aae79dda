#include "offex/ingest/import.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "offex/ingest/file_list.hpp"
#include "offex/store/raw_archive.hpp"

#include "ingest/decode_internal.hpp"

namespace offex::ingest {
namespace {

namespace fs = std::filesystem;

// A batch ends when either is reached: large enough that a commit's cost disappears, small enough
// that an interrupted run has little to do again.
constexpr std::uint64_t kBatchRows = 2'000'000;
constexpr std::size_t kBatchFiles = 250;

// Worker threads decode ahead of the one consumer, which takes the files in order. At most
// `ahead` decoded files wait, so that memory does not grow with the number of files.
class DecodeQueue {
 public:
  DecodeQueue(Decoder& decoder, const std::vector<ListedFile>& files, unsigned threads)
      : decoder_{decoder}, files_{files}, slots_(files.size()), ahead_{threads * 4 + 4} {
    for (unsigned i = 0; i < threads; ++i) {
      workers_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    }
  }
  DecodeQueue(const DecodeQueue&) = delete;
  DecodeQueue& operator=(const DecodeQueue&) = delete;
  DecodeQueue(DecodeQueue&&) = delete;
  DecodeQueue& operator=(DecodeQueue&&) = delete;
  ~DecodeQueue() {
    for (std::jthread& worker : workers_) worker.request_stop();
    changed_.notify_all();
  }

  Decoded take(std::size_t index) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return slots_[index].has_value(); });
    Decoded out = std::move(*slots_[index]);
    slots_[index].reset();
    consumed_ = index + 1;
    lock.unlock();
    changed_.notify_all();
    return out;
  }

 private:
  void work(const std::stop_token& stop) {
    while (true) {
      std::size_t index = 0;
      {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, stop,
                      [&] { return next_ >= files_.size() || next_ < consumed_ + ahead_; });
        if (stop.stop_requested() || next_ >= files_.size()) return;
        index = next_++;
      }
      Decoded decoded = decoder_.decode(files_[index]);
      {
        const std::lock_guard lock{mutex_};
        slots_[index] = std::move(decoded);
      }
      changed_.notify_all();
    }
  }

  Decoder& decoder_;
  const std::vector<ListedFile>& files_;
  std::vector<std::optional<Decoded>> slots_;
  std::size_t ahead_;
  std::size_t next_{0};
  std::size_t consumed_{0};
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::jthread> workers_;  // last: stopped before the rest goes
};

// Groups puts into transactions and keeps the report.
class Storer {
 public:
  Storer(store::Writer& writer, const fs::path& home) : writer_{writer}, raw_{home / "raw"} {
    raw_.sweep();
  }

  Result<void> store(const ListedFile& file, Decoded decoded) {
    FileOutcome outcome;
    outcome.file = file.path.string();
    report_.files += 1;
    report_.bytes += decoded.source.bytes;
    if (decoded.skipped) {
      outcome.status = FileStatus::Skipped;
      outcome.error = std::move(decoded.error);
    } else if (decoded.error) {
      outcome.status = FileStatus::Refused;
      outcome.error = std::move(decoded.error);
    } else if (decoded.known) {
      outcome.status = FileStatus::Known;
      report_.known += 1;
    } else {
      OFFEX_TRY(put(decoded, outcome));
    }
    std::ranges::move(decoded.warnings, std::back_inserter(outcome.warnings));
    for (formats::Document& document : decoded.documents) {
      std::ranges::move(document.warnings, std::back_inserter(outcome.warnings));
    }
    if (outcome.error || outcome.rejects > 0 || !outcome.warnings.empty()) {
      report_.notable.push_back(std::move(outcome));
    }
    return {};
  }

  Result<void> commit() {
    if (!open_) return {};
    // The bytes must be on disk before the rows that came from them.
    OFFEX_TRY(raw_.sync());
    OFFEX_TRY(writer_.commit());
    open_ = false;
    batch_rows_ = 0;
    batch_files_ = 0;
    return {};
  }

  ImportReport take_report() { return std::move(report_); }

 private:
  Result<void> put(const Decoded& decoded, FileOutcome& outcome) {
    if (!open_) {
      OFFEX_TRY(writer_.begin());
      open_ = true;
    }
    auto result = decoded.tapes.empty() ? put_documents(decoded) : put_tapes(decoded);
    if (!result) {
      // Contradictory rows refuse the file; anything else is a failing store and ends the run.
      if (result.error().code != base::ErrorCode::Integrity) {
        return std::unexpected{std::move(result).error()};
      }
      outcome.status = FileStatus::Refused;
      outcome.error = std::move(result).error();
      if (outcome.error->place.file.empty()) outcome.error->place.file = outcome.file;
      return {};
    }
    std::uint64_t rejects = 0;
    for (const formats::Document& document : decoded.documents) rejects += document.rejects.size();
    note(*result, rejects, outcome);
    batch_rows_ += result->rows;
    batch_files_ += 1;
    if (batch_rows_ >= kBatchRows || batch_files_ >= kBatchFiles) return commit();
    return {};
  }

  // A file of several days is recorded for each of them.
  Result<store::PutResult> put_tapes(const Decoded& decoded) {
    store::PutResult all{.known_file = true};
    for (const store::TapeFile& tape : decoded.tapes) {
      OFFEX_ASSIGN(const store::PutResult one,
                   writer_.put_tape(decoded.source, tape, decoded.text_sha256));
      all.added += one.added;
      all.superseded += one.superseded;
      all.unchanged += one.unchanged;
      all.known_file = all.known_file && one.known_file;
    }
    if (all.added + all.superseded > 0) all.rows = decoded.tape_rows;
    return all;
  }

  Result<store::PutResult> put_documents(const Decoded& decoded) {
    std::vector<store::FactRows> parts;
    std::vector<store::Reject> rejects;
    for (std::size_t i = 0; i < decoded.documents.size(); ++i) {
      store::FactRows part = facts_of(decoded.documents[i]);
      part.digest = decoded.digests[i];
      parts.push_back(part);
      for (const formats::RejectedRow& row : decoded.documents[i].rejects) {
        rejects.push_back({.line = row.place.line,
                           .column = row.place.column,
                           .field = row.place.field,
                           .reason = row.reason,
                           .excerpt = row.place.excerpt});
      }
    }
    return writer_.put(decoded.source, parts, rejects);
  }

  void note(const store::PutResult& result, std::uint64_t rejects, FileOutcome& outcome) {
    outcome.put = result;
    outcome.rejects = rejects;
    report_.rows += result.rows;
    report_.rejects += rejects;
    report_.superseded += result.superseded;
    if (result.known_file) {
      outcome.status = FileStatus::Known;
      report_.known += 1;
    } else if (result.added + result.superseded > 0) {
      outcome.status = FileStatus::Stored;
      report_.stored += 1;
    } else {
      outcome.status = FileStatus::Unchanged;
      report_.unchanged += 1;
    }
  }

  store::Writer& writer_;
  store::RawArchive raw_;
  ImportReport report_;
  bool open_{false};
  std::uint64_t batch_rows_{0};
  std::size_t batch_files_{0};
};

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
  DecodeQueue queue{decoder, files, threads};
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (stop && stop()) {
      OFFEX_TRY(storer.commit());
      return fail(base::ErrorCode::Interrupted, "stopped after " + std::to_string(i) + " of " +
                                                    std::to_string(files.size()) +
                                                    " files; the same command goes on from there");
    }
    OFFEX_TRY(storer.store(files[i], queue.take(i)));
    if (progress) progress(i + 1, files.size());
  }
  OFFEX_TRY(storer.commit());
  return storer.take_report();
}

}  // namespace offex::ingest
