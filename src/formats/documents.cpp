#include <utility>

#include <fmt/format.h>

#include "offex/formats/document.hpp"
#include "offex/formats/head.hpp"

#include "formats/decode_budget_internal.hpp"
#include "formats/faults_internal.hpp"
#include "formats/gzip_internal.hpp"
#include "formats/zip_internal.hpp"

namespace offex::formats {
namespace {

/// Text of one file on its way to a reader, which the first piece chooses.
class DocumentStream {
 public:
  explicit DocumentStream(ReadOptions options) : options_{std::move(options)} {}

  [[nodiscard]] Result<void> push(std::string_view text) {
    if (!reader_) OFFEX_TRY(open(text.substr(0, kHeadBytes)));
    return reader_->push(text);
  }

  [[nodiscard]] Result<Document> finish() {
    if (!reader_) OFFEX_TRY(open({}));
    return reader_->finish();
  }

 private:
  [[nodiscard]] Result<void> open(std::string_view head) {
    OFFEX_ASSIGN(reader_, make_reader(head, options_));
    return {};
  }

  ReadOptions options_;
  std::unique_ptr<Reader> reader_;
};

/// Encoded bytes of one file on their way to a document: decodes gzip when it is gzip.
class MemberStream {
 public:
  /// `total` counts the text of a whole archive; it may be null and must outlive the stream.
  MemberStream(ReadOptions options, std::uint64_t encoded_bytes, const DecodeLimits& limits,
               DecodeBudget* total)
      : document_{std::move(options)},
        budget_{encoded_bytes, limits.max_text_bytes, limits.max_ratio},
        total_{total} {}

  [[nodiscard]] Result<void> push(std::string_view bytes) {
    if (!started_ && looks_like_gzip(bytes)) {
      gzip_ =
          std::make_unique<GzipDecoder>([this](std::string_view text) { return push_text(text); });
    }
    started_ = true;
    return gzip_ ? gzip_->push(bytes) : push_text(bytes);
  }

  [[nodiscard]] Result<Document> finish() {
    if (gzip_) OFFEX_TRY(gzip_->finish());
    return document_.finish();
  }

 private:
  [[nodiscard]] Result<void> push_text(std::string_view text) {
    OFFEX_TRY(budget_.spend(text.size()));
    if (total_ != nullptr) OFFEX_TRY(total_->spend(text.size()));
    return document_.push(text);
  }

  DocumentStream document_;
  DecodeBudget budget_;
  DecodeBudget* total_;
  std::unique_ptr<GzipDecoder> gzip_;
  bool started_{false};
};

template <class T>
Result<T> with_file(Result<T> result, const std::string& file) {
  if (!result && result.error().place.file.empty()) result.error().place.file = file;
  return result;
}

Result<Document> read_file(std::string_view bytes, const ReadOptions& options,
                           const DecodeLimits& limits) {
  MemberStream stream{options, bytes.size(), limits, nullptr};
  if (!bytes.empty()) OFFEX_TRY(stream.push(bytes));
  return stream.finish();
}

/// What all members of an archive may decode to together: they can share compressed bytes.
struct ArchiveBudgets {
  DecodeBudget members;  ///< as they stand in the archive
  DecodeBudget text;     ///< behind a second codec
};

Result<Document> read_member(ZipArchive& archive, const ZipMember& member,
                             const ReadOptions& options, const DecodeLimits& limits,
                             ArchiveBudgets& budgets) {
  MemberStream stream{options, member.encoded_bytes, limits, &budgets.text};
  const TextSink sink = [&](std::string_view bytes) -> Result<void> {
    OFFEX_TRY(budgets.members.spend(bytes.size()));
    return stream.push(bytes);
  };
  OFFEX_TRY(archive.read(member, sink));
  return stream.finish();
}

// Folders, and what macOS adds to an archive, hold no data of their own.
bool holds_no_data(const std::string& name) {
  return name.empty() || name.ends_with('/') || name.starts_with("__MACOSX/");
}

std::vector<Result<Document>> read_archive(std::string_view bytes, const ReadOptions& options,
                                           const DecodeLimits& limits) {
  std::vector<Result<Document>> out;
  const auto refuse = [&](std::string reason) {
    out.push_back(fail(base::ErrorCode::Integrity, std::move(reason), in_file(options.file)));
  };
  auto archive = ZipArchive::open(bytes);
  if (!archive) {
    refuse(archive.error().message);
    return out;
  }
  const std::uint64_t entries = (*archive)->num_entries();
  if (entries > limits.max_members) {
    refuse(fmt::format("zip: {} files in one archive, at most {} are read", entries,
                       limits.max_members));
    return out;
  }
  const DecodeBudget budget{bytes.size(), DecodeBudget::kNoLimit, limits.max_ratio};
  ArchiveBudgets budgets{budget, budget};
  for (std::uint64_t i = 0; i < entries; ++i) {
    auto member = (*archive)->member(i);
    if (member && holds_no_data(member->name)) continue;
    ReadOptions own = options;
    own.file += fmt::format("/{}", member ? base::printable_excerpt(member->name, 255)
                                          : fmt::format("member {}", i + 1));
    if (!member) {
      out.push_back(with_file<Document>(std::unexpected{member.error()}, own.file));
    } else {
      out.push_back(with_file(read_member(**archive, *member, own, limits, budgets), own.file));
    }
  }
  if (out.empty()) refuse("zip: the archive holds no files");
  return out;
}

}  // namespace

std::vector<Result<Document>> read_documents(std::string_view bytes, const ReadOptions& options,
                                             const DecodeLimits& limits) {
  if (looks_like_zip(bytes)) return read_archive(bytes, options, limits);
  std::vector<Result<Document>> out;
  out.push_back(with_file(read_file(bytes, options, limits), options.file));
  return out;
}

}  // namespace offex::formats
