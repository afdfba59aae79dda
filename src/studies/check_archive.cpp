#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>

#include "offex/base/byte_source.hpp"
#include "offex/base/digest.hpp"
#include "offex/columns/batch.hpp"
#include "offex/formats/document.hpp"
#include "offex/formats/gzip_reader.hpp"
#include "offex/market/dataset.hpp"
#include "offex/market/facility.hpp"
#include "offex/store/raw_archive.hpp"
#include "offex/store/row_digest.hpp"

#include "studies/check_internal.hpp"

namespace offex::studies {
namespace {

namespace fs = std::filesystem;

struct ReceivedFile {
  std::int64_t file_id{0};
  std::string sha256;
  std::string name;
  std::uint64_t rejects{0};
  bool tape{false};
  bool computed{false};
};

// What a revision of a published file says of itself.
struct StoredRevision {
  std::optional<market::Day> day;
  std::string facility;
  std::string digest;
};

Result<std::vector<ReceivedFile>> received_files(const store::Reader& reader) {
  OFFEX_ASSIGN(
      store::QueryRows rows,
      reader.query(
          "SELECT file_id, sha256, name, rejects, dataset FROM ingest_file ORDER BY file_id"));
  OFFEX_ASSIGN(const columns::Batch batch, rows.all());
  std::vector<ReceivedFile> out;
  for (std::size_t row = 0; row < batch.num_rows(); ++row) {
    const auto dataset = market::parse_dataset(batch.column(4).values<std::string>()[row]);
    out.push_back(
        {.file_id = batch.column(0).values<std::int64_t>()[row],
         .sha256 = batch.column(1).values<std::string>()[row],
         .name = batch.column(2).values<std::string>()[row],
         .rejects = static_cast<std::uint64_t>(batch.column(3).values<std::int64_t>()[row]),
         .tape = dataset && market::is_tape(*dataset),
         .computed = dataset == market::Dataset::LitDirectionTape});
  }
  return out;
}

// Only single-day data sets: their revision is exactly the rows of one document.
Result<std::multimap<std::int64_t, StoredRevision>> published_revisions(
    const store::Reader& reader) {
  OFFEX_ASSIGN(
      store::QueryRows rows,
      reader.query("SELECT file_id, key_date, facility, row_digest FROM revision WHERE dataset IN "
                   "('finra_short_daily', 'exchange_short_daily', 'daily_bar_flat_file', "
                   "'daily_bar_grouped')"));
  OFFEX_ASSIGN(const columns::Batch batch, rows.all());
  std::multimap<std::int64_t, StoredRevision> out;
  for (std::size_t row = 0; row < batch.num_rows(); ++row) {
    out.emplace(
        batch.column(0).values<std::int64_t>()[row],
        StoredRevision{.day = market::Day::from_days(batch.column(1).values<std::int32_t>()[row]),
                       .facility = batch.column(2).values<std::string>()[row],
                       .digest = batch.column(3).values<std::string>()[row]});
  }
  return out;
}

// The bytes as they were received.
Result<std::string> received_bytes(const store::RawArchive& raw, const std::string& sha256) {
  OFFEX_ASSIGN(const fs::path path, raw.path_of(sha256));
  std::ifstream file{path, std::ios::binary};
  std::string bytes{std::istreambuf_iterator<char>{file}, {}};
  if (!file) return fail(base::ErrorCode::Io, "cannot be read");
  // A suffix after the hash says that the archive compressed it.
  if (path.filename().string().size() == sha256.size()) return bytes;
  return formats::gunzip(bytes);
}

class ArchiveCheck {
 public:
  ArchiveCheck(const fs::path& home, std::multimap<std::int64_t, StoredRevision> revisions,
               FindingList& list)
      : raw_{home / "raw"}, revisions_{std::move(revisions)}, list_{list} {}

  void check(const ReceivedFile& file) {
    // Computed rows have no bytes of their own: their tape has.
    if (file.computed) return;
    if (file.tape) return check_tape(file);
    const auto bytes = received_bytes(raw_, file.sha256);
    if (!bytes) {
      list_.add(Severity::Error, file.name, "raw archive: " + bytes.error().message);
      return;
    }
    if (base::sha256(*bytes).hex() != file.sha256) {
      list_.add(Severity::Error, file.name, "the archived bytes do not have their SHA-256");
      return;
    }
    const auto [first, last] = revisions_.equal_range(file.file_id);
    // The bytes of another container with the same rows made no revision of their own.
    if (first == last) return;
    const auto documents = read(file, *bytes, first, last);
    for (const auto& document : documents) {
      if (!document) {
        list_.add(Severity::Error, file.name, base::format_error(document.error()));
        return;
      }
    }
    for (auto revision = first; revision != last; ++revision) {
      const bool equal = std::ranges::any_of(
          documents, [&](const auto& document) { return reads_back(*document, revision->second); });
      if (!equal) {
        list_.add(Severity::Error, file.name, "reads back to other rows than its revision had");
      }
    }
  }

 private:
  using Revisions = std::multimap<std::int64_t, StoredRevision>;

  // A tape may be larger than the memory: its bytes pass by.
  void check_tape(const ReceivedFile& file) {
    const auto path = raw_.path_of(file.sha256);
    if (!path) {
      list_.add(Severity::Error, file.name, "raw archive: " + path.error().message);
      return;
    }
    const auto source = base::open_file(*path);
    const auto found = source ? base::sha256(*source) : std::unexpected{source.error()};
    if (!found) {
      list_.add(Severity::Error, file.name, base::format_error(found.error()));
    } else if (found->digest.hex() != file.sha256) {
      list_.add(Severity::Error, file.name, "the archived bytes do not have their SHA-256");
    }
  }

  // The user may have said the day and the facility of a single file; those of the members of an
  // archive are in their names.
  static std::vector<Result<formats::Document>> read(const ReceivedFile& file,
                                                     const std::string& bytes,
                                                     Revisions::const_iterator first,
                                                     Revisions::const_iterator last) {
    formats::ReadOptions options;
    options.file = file.name;
    options.max_rejects = file.rejects;
    if (std::distance(first, last) == 1) {
      options.day = first->second.day;
      options.facility = market::parse_facility(first->second.facility);
    }
    return formats::read_documents(bytes, options);
  }

  static bool reads_back(const formats::Document& document, const StoredRevision& revision) {
    const std::string_view facility =
        document.facility ? market::to_string(*document.facility) : std::string_view{};
    if (document.day != revision.day || facility != revision.facility) return false;
    const store::FactRows facts{.dataset = document.dataset,
                                .day = document.day,
                                .facility = document.facility,
                                .rows = &document.rows};
    return store::row_digest(facts).hex() == revision.digest;
  }

  store::RawArchive raw_;
  std::multimap<std::int64_t, StoredRevision> revisions_;
  FindingList& list_;
};

}  // namespace

Result<CheckOutcome> check_archive(const store::Reader& reader, const fs::path& home,
                                   const CheckProgress& progress) {
  CheckOutcome out{.check = "raw-archive",
                   .about = "received files are kept, have their hash and read back to their rows",
                   .looked_at = 0,
                   .unit = "files"};
  OFFEX_ASSIGN(const std::vector<ReceivedFile> files, received_files(reader));
  OFFEX_ASSIGN(auto revisions, published_revisions(reader));
  FindingList list{out};
  ArchiveCheck check{home, std::move(revisions), list};
  for (const ReceivedFile& file : files) {
    check.check(file);
    ++out.looked_at;
    if (progress) progress(out.looked_at, files.size());
  }
  list.finish();
  return out;
}

}  // namespace offex::studies
