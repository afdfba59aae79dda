#include <algorithm>
#include <iterator>

#include "offex/formats/gzip_writer.hpp"
#include "offex/formats/head.hpp"
#include "offex/formats/zip_writer.hpp"
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

// A file that is too large to stand in memory can only be a tape.
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

bool is_large(const std::filesystem::path& path) {
  constexpr std::uintmax_t kInMemory = std::uintmax_t{64} << 20U;
  std::error_code code;
  return std::filesystem::is_regular_file(path, code) &&
         std::filesystem::file_size(path, code) > kInMemory;
}

bool same_columns(const columns::Batch& a, const columns::Batch& b) {
  return std::ranges::equal(a.columns(), b.columns(),
                            [](const columns::Column& x, const columns::Column& y) {
                              return x.name() == y.name() && x.type() == y.type();
                            });
}

// The pages of one answer are one document: merged page by page, as those of a folder are, the
// time would grow with the square of their number, and a row that stands on two of them, in place
// of another one, would not be noticed.
void join_pages(std::vector<formats::Document>& pages) {
  if (pages.size() < 2) return;
  formats::Document& first = pages.front();
  for (const formats::Document& page : pages) {
    if (page.dataset != first.dataset || page.day != first.day || page.facility != first.facility ||
        !same_columns(page.rows, first.rows)) {
      return;
    }
  }
  for (std::size_t i = 1; i < pages.size(); ++i) {
    for (std::size_t c = 0; c < first.rows.num_columns(); ++c) {
      const columns::Column& from = pages[i].rows.column(c);
      for (std::size_t row = 0; row < from.size(); ++row) first.rows.column(c).push_from(from, row);
    }
    std::ranges::move(pages[i].warnings, std::back_inserter(first.warnings));
    std::ranges::move(pages[i].rejects, std::back_inserter(first.rejects));
  }
  pages.erase(pages.begin() + 1, pages.end());
}

// Reading a pipe a second time finds nothing: only files can be tapes.
bool can_be_read_again(const std::filesystem::path& path) {
  std::error_code code;
  return std::filesystem::is_regular_file(path, code);
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

Decoded Decoder::decode(const Input& input) {
  const ListedFile& file = input.file;
  Decoded out;
  out.source.name = file.path.filename().string();
  out.source.url = file.path.string();
  if (input.origin) {
    out.source.url = input.origin->url;
    out.source.etag = input.origin->etag;
    out.source.published_at = input.origin->published_at;
  }
  if (auto done = decode_file(file, out); !done) {
    out.error = std::move(done).error();
    out.skipped = !file.named && is_something_else(*out.error, out.source.name);
    out.documents.clear();
    out.tapes.clear();
  }
  return out;
}

std::vector<Decoded> Decoder::decode(const Bundle& bundle) {
  std::vector<Decoded> out;
  if (!bundle.archive_name.empty()) {
    out.push_back(decode_archive(bundle));
    return out;
  }
  for (const Input& input : bundle.inputs) out.push_back(decode(input));
  return out;
}

Decoded Decoder::decode_archive(const Bundle& bundle) {
  Decoded out;
  out.source.name = bundle.archive_name;
  out.source.published_at = bundle.known_from;
  const auto work = [&]() -> Result<void> {
    std::vector<std::string> pages;
    std::vector<formats::ZipEntry> entries;
    pages.reserve(bundle.inputs.size());
    for (const Input& input : bundle.inputs) {
      OFFEX_ASSIGN(std::string page, read_file(input.file.path));
      pages.push_back(std::move(page));
      entries.push_back(
          {.name = input.file.path.filename().string(), .bytes = std::string_view{pages.back()}});
      if (input.origin) out.source.url = input.origin->url;
    }
    OFFEX_ASSIGN(const std::string bytes, formats::zip_archive(entries));
    OFFEX_TRY(read_bytes(bytes, bundle.archive_name, true, out));
    if (out.known) return {};
    join_pages(out.documents);
    return finish(bytes, out);
  };
  if (auto done = work(); !done) {
    out.error = std::move(done).error();
    out.documents.clear();
  }
  return out;
}

Result<void> Decoder::decode_file(const ListedFile& file, Decoded& out) {
  if (is_large(file.path)) {
    OFFEX_ASSIGN(const std::optional<formats::TapeLayout> layout, probe(file.path));
    if (layout) return decode_tape(file, *layout, out);
  }
  OFFEX_ASSIGN(const std::string bytes, read_file(file.path));
  if (can_be_read_again(file.path)) {
    const std::string head = formats::decoded_head(std::string_view{bytes}.substr(0, kProbeBytes));
    if (const auto layout = formats::tape_layout(head)) return decode_tape(file, *layout, out);
  }
  OFFEX_TRY(read_bytes(bytes, file.path.string(), file.named, out));
  return out.known ? Result<void>{} : finish(bytes, out);
}

Result<void> Decoder::read_bytes(std::string_view bytes, const std::string& place, bool named,
                                 Decoded& out) {
  out.source.sha256 = base::sha256(bytes).hex();
  out.source.bytes = bytes.size();
  out.known = is_known(out.source, named);
  if (out.known) return {};
  auto documents = formats::read_documents(bytes, {.file = place,
                                                   .day = request_.day,
                                                   .facility = request_.facility,
                                                   .max_rejects = request_.max_rejects,
                                                   .week = request_.week});
  for (auto& document : documents) {
    // One bad member refuses the archive: a file is stored whole or not at all.
    if (!document) return std::unexpected{std::move(document).error()};
    out.documents.push_back(std::move(*document));
  }
  return {};
}

Result<void> Decoder::finish(std::string_view bytes, Decoded& out) {
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
