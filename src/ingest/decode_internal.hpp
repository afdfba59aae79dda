#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/digest.hpp"
#include "offex/formats/document.hpp"
#include "offex/formats/tape.hpp"
#include "offex/ingest/file_list.hpp"
#include "offex/ingest/import.hpp"
#include "offex/market/instant.hpp"
#include "offex/store/raw_archive.hpp"
#include "offex/store/types.hpp"

namespace offex::ingest {

/// A file after decoding, ready to be stored: documents, or a tape.
struct Decoded {
  store::SourceFile source;
  std::vector<formats::Document> documents;
  std::vector<base::Digest> digests;   ///< of each document's rows
  std::vector<store::TapeFile> tapes;  ///< a tape of several days is one entry a day
  std::string text_sha256;             ///< of a tape
  std::uint64_t tape_rows{0};
  std::vector<std::string> warnings;  ///< of a tape; documents bring their own
  std::optional<base::Error> error;
  bool known{false};
  bool skipped{false};
};

/// Where bytes come from when that is not the path they lie at: an upstream that was asked for
/// them.
struct Origin {
  std::string url;
  std::string etag;
  std::optional<market::Instant> published_at{};
};

/// A file to decode.
struct Input {
  ListedFile file;
  std::optional<Origin> origin{};
};

/// What is stored together or not at all.
struct Bundle {
  std::vector<Input> inputs;
  /// Not empty: the inputs are pages of one answer. They are packed into one archive of this name,
  /// kept and decoded as such, because rows of one key may stand on several pages.
  std::string archive_name{};
  /// Of an archive: since when its rows are known; empty: by the rule of the data set.
  std::optional<market::Instant> known_from{};
};

/// The rows of a document as the store takes them.
[[nodiscard]] store::FactRows facts_of(const formats::Document& document);

/// Which files need no decoding. A file that is named is wanted: only one whose rows are in force
/// is known. In a folder a file stands beside its correction, and every file that was stored is
/// known: importing the folder again must not swap the two.
class KnownFiles {
 public:
  explicit KnownFiles(const store::Writer& writer);
  [[nodiscard]] bool contains(const store::FileIdentity& identity, bool named) const {
    return named ? in_force_.contains(identity) : stored_.contains(identity);
  }

 private:
  std::set<store::FileIdentity> in_force_;
  std::set<store::FileIdentity> stored_;
};

/// Reads files, detects what they are, decodes them and keeps their bytes in the raw archive. Safe
/// to use from many threads.
class Decoder {
 public:
  /// All must outlive the decoder.
  Decoder(const ImportRequest& request, const std::filesystem::path& home, const KnownFiles& known)
      : request_{request}, raw_{home / "raw"}, known_{known} {}

  [[nodiscard]] Decoded decode(const Input& input);
  /// One entry a file, or one for the archive of the pages.
  [[nodiscard]] std::vector<Decoded> decode(const Bundle& bundle);

 private:
  [[nodiscard]] Decoded decode_archive(const Bundle& bundle);
  [[nodiscard]] Result<void> decode_file(const ListedFile& file, Decoded& out);
  [[nodiscard]] Result<void> read_bytes(std::string_view bytes, const std::string& place,
                                        bool named, Decoded& out);
  /// Takes the digests of the rows and keeps the bytes.
  [[nodiscard]] Result<void> finish(std::string_view bytes, Decoded& out);
  [[nodiscard]] Result<void> decode_tape(const ListedFile& file, const formats::TapeLayout& layout,
                                         Decoded& out);
  /// Spares the decoding of most known files; the writer decides about the others.
  [[nodiscard]] bool is_known(const store::SourceFile& source, bool named) const;

  const ImportRequest& request_;
  store::RawArchive raw_;
  const KnownFiles& known_;
};

}  // namespace offex::ingest
