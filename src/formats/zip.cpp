#include <utility>
#include <vector>

#include <fmt/format.h>
#include <zip.h>

#include "formats/zip_internal.hpp"

namespace offex::formats {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{256} << 10U;

std::unexpected<base::Error> damage(std::string message) {
  return fail(base::ErrorCode::Integrity, "zip: " + std::move(message));
}

struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

}  // namespace

class ZipArchive::Impl {
 public:
  explicit Impl(zip_t* archive) : archive_{archive} {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  Impl(Impl&&) = delete;
  Impl& operator=(Impl&&) = delete;
  ~Impl() { zip_discard(archive_); }

  [[nodiscard]] zip_t* get() const { return archive_; }

 private:
  zip_t* archive_;
};

ZipArchive::ZipArchive(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
ZipArchive::~ZipArchive() = default;

Result<std::unique_ptr<ZipArchive>> ZipArchive::open(std::string_view bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* archive = nullptr;
  if (source != nullptr) archive = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (archive == nullptr) {
    std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    if (source != nullptr) zip_source_free(source);
    return damage(std::move(reason));
  }
  zip_error_fini(&error);
  return std::unique_ptr<ZipArchive>{new ZipArchive{std::make_unique<Impl>(archive)}};
}

std::uint64_t ZipArchive::num_entries() const {
  return static_cast<std::uint64_t>(zip_get_num_entries(impl_->get(), 0));
}

Result<ZipMember> ZipArchive::member(std::uint64_t index) const {
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_stat_index(impl_->get(), index, ZIP_FL_ENC_RAW, &stat) != 0)
    return damage(zip_strerror(impl_->get()));
  if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE) {
    return damage("the member is encrypted");
  }
  return ZipMember{.index = index,
                   .name = (stat.valid & ZIP_STAT_NAME) != 0 ? stat.name : "",
                   .encoded_bytes = (stat.valid & ZIP_STAT_COMP_SIZE) != 0 ? stat.comp_size : 0};
}

Result<void> ZipArchive::read(const ZipMember& member, const TextSink& sink) {
  const std::unique_ptr<zip_file_t, CloseFile> file{zip_fopen_index(impl_->get(), member.index, 0)};
  if (!file) return damage(zip_strerror(impl_->get()));
  std::vector<char> block(kBlockBytes);
  for (;;) {
    const zip_int64_t size = zip_fread(file.get(), block.data(), block.size());
    if (size < 0) return damage(zip_file_strerror(file.get()));
    if (size == 0) return {};
    OFFEX_TRY(sink({block.data(), static_cast<std::size_t>(size)}));
  }
}

}  // namespace offex::formats
