#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "feeds/part_file_internal.hpp"

namespace offex::feeds {

namespace fs = std::filesystem;

namespace {

fs::path with_ending(fs::path path, const char* ending) {
  path += ending;
  return path;
}

}  // namespace

PartFile::PartFile(fs::path file)
    : file_{std::move(file)},
      part_{with_ending(file_, ".part")},
      etag_{with_ending(file_, ".etag")} {}

PartFile::~PartFile() { close(); }

void PartFile::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

std::unexpected<base::Error> PartFile::failed(const char* what) const {
  const std::error_code error{errno, std::generic_category()};
  return fail(base::ErrorCode::Io, fmt::format("cannot {}: {}", what, error.message()),
              {.file = part_.string()});
}

std::optional<PartFile::Continuation> PartFile::continuation() const {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(part_, error);
  if (error || size == 0) return std::nullopt;
  std::ifstream in{etag_, std::ios::binary};
  std::string etag{std::istreambuf_iterator<char>{in}, {}};
  // It goes into a header; a damaged one is as good as none.
  if (etag.size() < 3 || etag.size() > 1'024 || etag.front() != '"' || etag.back() != '"' ||
      etag.find_first_of("\r\n") != std::string::npos) {
    return std::nullopt;
  }
  return Continuation{size, std::move(etag)};
}

Result<void> PartFile::begin(std::uint64_t from, const std::string& etag) {
  close();
  std::error_code error;
  if (file_.has_parent_path()) fs::create_directories(file_.parent_path(), error);
  if (from == 0) {
    // Before any byte of the new version: a part beside the wrong tag would be continued wrongly.
    fs::remove(part_, error);
    fs::remove(etag_, error);
    if (etag.starts_with('"')) {
      std::ofstream out{etag_, std::ios::binary};
      out << etag;
      if (!out.flush()) return failed("write the version of a part");
    }
  }
  descriptor_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor_ < 0) return failed("open a part");
  const off_t end = ::lseek(descriptor_, 0, SEEK_END);
  if (end < 0 || static_cast<std::uint64_t>(end) != from) {
    return fail(base::ErrorCode::Io, "a part changed while it was continued",
                {.file = part_.string()});
  }
  size_ = from;
  return {};
}

Result<void> PartFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failed("write a part");
    bytes.remove_prefix(static_cast<std::size_t>(written));
    size_ += static_cast<std::uint64_t>(written);
  }
  return {};
}

Result<void> PartFile::finish() {
  if (descriptor_ >= 0 && ::fsync(descriptor_) != 0) return failed("save a part");
  close();
  std::error_code error;
  fs::rename(part_, file_, error);
  if (error) {
    return fail(base::ErrorCode::Io, "cannot move a part to its place: " + error.message(),
                {.file = part_.string()});
  }
  fs::remove(etag_, error);
  return {};
}

void PartFile::discard() {
  close();
  std::error_code ignored;
  fs::remove(part_, ignored);
  fs::remove(etag_, ignored);
}

std::optional<ContentRange> read_content_range(std::string_view text) {
  constexpr std::string_view kUnit = "bytes ";
  if (!text.starts_with(kUnit)) return std::nullopt;
  text.remove_prefix(kUnit.size());
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view digits) -> std::optional<std::uint64_t> {
    std::uint64_t out = 0;
    const auto [stop, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    if (fault != std::errc{} || stop != digits.data() + digits.size()) return std::nullopt;
    return out;
  };
  ContentRange out;
  const std::string_view span = text.substr(0, slash);
  const std::string_view total = text.substr(slash + 1);
  if (span != "*") {
    out.first = number(span.substr(0, span.find('-')));
    if (!out.first) return std::nullopt;
  }
  if (total != "*") {
    out.total = number(total);
    if (!out.total) return std::nullopt;
  }
  return out;
}

}  // namespace offex::feeds
