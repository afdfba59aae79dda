#include "offex/formats/gzip_writer.hpp"
#include "offex/formats/head.hpp"
#include "offex/store/row_digest.hpp"

#include "ingest/decode_internal.hpp"

namespace offex::ingest {
namespace {

// The encoded bytes that surely hold the head's text.
constexpr std::size_t kProbeBytes = std::size_t{256} << 10U;

bool starts_with_magic(std::string_view bytes) {
  return bytes.starts_with("\x1f\x8b") || bytes.starts_with("PK\x03\x04");
}

// A folder also holds notes and other people's tables. A file of no layout that offex knows is
// passed over there, unless its name claims to be data.
bool is_something_else(const base::Error& error, const std::string& name) {
  return error.code == base::ErrorCode::UnknownLayout && !formats::hints_from_name(name).facility;
}

Result<void> archive(store::RawArchive& raw, const std::string& sha256, std::string_view bytes) {
  if (raw.contains(sha256)) return {};
  if (starts_with_magic(bytes)) return raw.put(sha256, "", bytes);
  OFFEX_ASSIGN(const std::string packed, formats::gzip(bytes));
  return raw.put(sha256, ".gz", packed);
}

Result<std::optional<formats::TapeLayout>> probe(const std::filesystem::path& path) {
  OFFEX_ASSIGN(const base::ByteSource source, base::open_file(path));
  std::string bytes(kProbeBytes, '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    OFFEX_ASSIGN(const std::size_t got, source({bytes.data() + filled, bytes.size() - filled}));
    if (got == 0) break;
    filled += got;
  }
  bytes.resize(filled);
  return formats::tape_layout(formats::decoded_head(bytes));
}

// Reading ahead would empty a pipe: only files are looked at twice.
bool can_be_probed(const ListedFile& file) {
  std::error_code code;
  return std::filesystem::is_regular_file(file.path, code);
}

}  // namespace

store::FactRows facts_of(const formats::Document& document) {
  // The same bytes read for another week are another file, as those of an empty day are.
  std::optional<market::Day> day = document.day;
  if (document.dataset == market::Dataset::WeeklyDownload && document.rows.num_rows() > 0) {
    const auto& weeks = document.rows.find("week_start_date")->values<std::int32_t>();
    day = market::Day::from_days(weeks.front());
  }
  return {.dataset = document.dataset,
          .day = day,
          .facility = document.facility,
          .rows = &document.rows};
}

Decoded Decoder::decode(const ListedFile& file) {
  Decoded out;
  out.source.name = file.path.filename().string();
  out.source.url = file.path.string();
  const auto work = [&]() -> Result<void> {
    if (can_be_probed(file)) {
      OFFEX_ASSIGN(const std::optional<formats::TapeLayout> layout, probe(file.path));
      if (layout) return decode_tape(file, *layout, out);
    }
    return decode_documents(file, out);
  };
  if (auto done = work(); !done) {
    out.error = std::move(done).error();
    out.skipped = !file.named && is_something_else(*out.error, out.source.name);
    out.documents.clear();
    out.tapes.clear();
  }
  return out;
}

Result<void> Decoder::decode_documents(const ListedFile& file, Decoded& out) {
  OFFEX_ASSIGN(const std::string bytes, read_file(file.path));
  out.source.sha256 = base::sha256(bytes).hex();
  out.source.bytes = bytes.size();
  out.known = is_known(out.source, file.named);
  if (out.known) return {};
  auto documents = formats::read_documents(bytes, {.file = file.path.string(),
                                                   .day = request_.day,
                                                   .facility = request_.facility,
                                                   .max_rejects = request_.max_rejects,
                                                   .week = request_.week});
  for (auto& document : documents) {
    // One bad member refuses the archive: a file is stored whole or not at all.
    if (!document) return std::unexpected{std::move(document).error()};
    out.documents.push_back(std::move(*document));
  }
  for (const formats::Document& document : out.documents) {
    out.digests.push_back(store::row_digest(facts_of(document)));
  }
  return archive(raw_, out.source.sha256, bytes);
}

KnownFiles::KnownFiles(const store::Writer& writer) {
  const std::vector<store::FileIdentity> in_force = writer.known_files();
  in_force_.insert(in_force.begin(), in_force.end());
  const std::vector<store::FileIdentity> stored = writer.stored_files();
  stored_.insert(stored.begin(), stored.end());
}

bool Decoder::is_known(const store::SourceFile& source, bool named) const {
  const formats::NameHints hints = formats::hints_from_name(source.name);
  const std::optional<market::Day> week = hints.week ? hints.week : request_.week;
  const auto knows = [&](const store::FileIdentity& identity) {
    return known_.contains(identity, named);
  };
  return knows({.sha256 = source.sha256}) ||
         (week && knows({.sha256 = source.sha256, .day = week})) ||
         knows({.sha256 = source.sha256,
                .day = hints.day ? hints.day : request_.day,
                .facility = hints.facility ? hints.facility : request_.facility});
}

}  // namespace offex::ingest
