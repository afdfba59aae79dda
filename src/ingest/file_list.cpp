#include "offex/ingest/file_list.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <set>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace offex::ingest {
namespace {

namespace fs = std::filesystem;

bool may_be_data(const fs::path& path) {
  static constexpr std::array<std::string_view, 7> kExtensions = {".txt",  ".csv", ".tsv", ".psv",
                                                                  ".json", ".gz",  ".zip"};
  const std::string name = path.filename().string();
  if (name.empty() || name.front() == '.') return false;
  const std::string extension = path.extension().string();
  return std::ranges::find(kExtensions, extension) != kExtensions.end();
}

base::Place in_file(const fs::path& path) {
  base::Place place;
  place.file = path.string();
  return place;
}

base::Error io_error(const fs::path& path, std::string_view what, int code) {
  return {base::ErrorCode::Io,
          std::string{what} + ": " + std::error_code{code, std::generic_category()}.message(),
          in_file(path)};
}

Result<void> walk(const fs::path& folder, std::vector<ListedFile>& out) {
  std::error_code code;
  // Links may lead back up, or twice to one folder: each is walked once.
  std::set<fs::path> walked{fs::canonical(folder, code)};
  auto entry = fs::recursive_directory_iterator{
      folder, fs::directory_options::follow_directory_symlink, code};
  for (; !code && entry != fs::recursive_directory_iterator{}; entry.increment(code)) {
    const std::string name = entry->path().filename().string();
    if (entry->is_directory(code)) {
      if (name.starts_with('.') || !walked.insert(fs::canonical(entry->path(), code)).second) {
        entry.disable_recursion_pending();
      }
    } else if (entry->is_regular_file(code) && may_be_data(entry->path())) {
      out.push_back({.path = entry->path(), .named = false});
    }
  }
  if (code) return std::unexpected{io_error(folder, "cannot list the folder", code.value())};
  return {};
}

class Descriptor {
 public:
  explicit Descriptor(const fs::path& path) : fd_{::open(path.c_str(), O_RDONLY | O_CLOEXEC)} {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

Result<std::vector<ListedFile>> list_files(const std::vector<fs::path>& paths) {
  std::vector<ListedFile> out;
  for (const fs::path& path : paths) {
    std::error_code code;
    const fs::file_status status = fs::status(path, code);
    if (!fs::exists(status)) {
      return fail(base::ErrorCode::NotFound, "no such file or folder", in_file(path));
    }
    if (fs::is_directory(status)) {
      OFFEX_TRY(walk(path, out));
    } else {
      out.push_back({.path = path, .named = true});
    }
  }
  std::ranges::stable_sort(out, {}, [](const ListedFile& file) { return file.path.string(); });
  const auto repeated = std::ranges::unique(out, {}, [](const ListedFile& f) { return f.path; });
  out.erase(repeated.begin(), repeated.end());
  return out;
}

Result<std::string> read_file(const fs::path& path) {
  const Descriptor file{path};
  if (file.get() < 0) return std::unexpected{io_error(path, "cannot open", errno)};
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) {
    return std::unexpected{io_error(path, "cannot read", errno)};
  }
  std::string bytes;
  // One byte more than the size, so that the read that finds the end needs no growth.
  bytes.resize(static_cast<std::size_t>(std::max<off_t>(status.st_size, 0)) + 1);
  std::size_t filled = 0;
  while (true) {
    // A pipe, or a file that grew, holds more than its size says.
    if (filled == bytes.size()) bytes.resize(bytes.size() * 2 + 65'536);
    const ssize_t got = ::read(file.get(), bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected{io_error(path, "cannot read", errno)};
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace offex::ingest
