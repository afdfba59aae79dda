#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/files_internal.hpp"

namespace offex::store {

namespace {

/// An open file descriptor.
class File {
 public:
  File(const std::filesystem::path& path, int flags)
      : number_{::open(path.c_str(), flags | O_CLOEXEC, 0644)} {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  File(File&&) = delete;
  File& operator=(File&&) = delete;
  ~File() {
    if (number_ >= 0) {
      ::close(number_);
    }
  }
  [[nodiscard]] int number() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

std::unexpected<base::Error> io_error(std::string_view what, const std::filesystem::path& path,
                                      int number) {
  return fail(base::ErrorCode::Io, "cannot " + std::string{what} + ' ' + path.string() + ": " +
                                       std::generic_category().message(number));
}

Result<void> write_all(const File& file, const std::filesystem::path& path, const char* data,
                       std::size_t size) {
  while (size > 0) {
    const ssize_t done = ::write(file.number(), data, size);
    if (done < 0) {
      if (errno == EINTR) {
        continue;
      }
      return io_error("write", path, errno);
    }
    data += done;
    size -= static_cast<std::size_t>(done);
  }
  return {};
}

Result<void> copy_bytes(const File& in, const File& out, const std::filesystem::path& to) {
  std::vector<char> buffer(std::size_t{1} << 20U);
  while (true) {
    const ssize_t got = ::read(in.number(), buffer.data(), buffer.size());
    if (got == 0) {
      return {};
    }
    if (got < 0) {
      if (errno == EINTR) {
        continue;
      }
      return io_error("copy to", to, errno);
    }
    OFFEX_TRY(write_all(out, to, buffer.data(), static_cast<std::size_t>(got)));
  }
}

/// Returns whether everything was copied inside the kernel; false leaves both files at the start.
bool copy_in_kernel(const File& in, const File& out) {
  if (::ioctl(out.number(), FICLONE, in.number()) == 0) {
    return true;
  }
  struct stat info{};
  if (::fstat(in.number(), &info) != 0) {
    return false;
  }
  off_t left = info.st_size;
  while (left > 0) {
    const ssize_t done = ::copy_file_range(in.number(), nullptr, out.number(), nullptr,
                                           static_cast<std::size_t>(left), 0);
    if (done <= 0) {
      ::lseek(in.number(), 0, SEEK_SET);
      ::lseek(out.number(), 0, SEEK_SET);
      return false;
    }
    left -= done;
  }
  return true;
}

}  // namespace

bool file_exists(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Result<void> sync_path(const std::filesystem::path& path) {
  const File file{path, O_RDONLY};
  if (!file || ::fsync(file.number()) != 0) {
    return io_error("flush", path, errno);
  }
  return {};
}

Result<void> sync_file_system(const std::filesystem::path& path) {
  const File file{path, O_RDONLY};
  if (!file || ::syncfs(file.number()) != 0) {
    return io_error("flush", path, errno);
  }
  return {};
}

Result<void> write_file(const std::filesystem::path& path, std::string_view bytes) {
  const File file{path, O_WRONLY | O_CREAT | O_TRUNC};
  if (!file) {
    return io_error("create", path, errno);
  }
  return write_all(file, path, bytes.data(), bytes.size());
}

Result<void> write_synced(const std::filesystem::path& path, std::string_view bytes) {
  OFFEX_TRY(write_file(path, bytes));
  return sync_path(path);
}

Result<void> copy_synced(const std::filesystem::path& from, const std::filesystem::path& to) {
  const File in{from, O_RDONLY};
  if (!in) {
    return io_error("open", from, errno);
  }
  const File out{to, O_WRONLY | O_CREAT | O_TRUNC};
  if (!out) {
    return io_error("create", to, errno);
  }
  if (!copy_in_kernel(in, out)) {
    OFFEX_TRY(copy_bytes(in, out, to));
  }
  if (::fsync(out.number()) != 0) {
    return io_error("flush", to, errno);
  }
  return {};
}

Result<void> rename_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code problem;
  std::filesystem::rename(from, to, problem);
  if (problem) {
    return io_error("rename to", to, problem.value());
  }
  return {};
}

Result<void> rename_synced(const std::filesystem::path& from, const std::filesystem::path& to) {
  OFFEX_TRY(rename_file(from, to));
  return sync_path(to.parent_path());
}

Result<void> make_folder(const std::filesystem::path& path) {
  std::error_code problem;
  std::filesystem::create_directories(path, problem);
  if (problem) {
    return io_error("create the folder", path, problem.value());
  }
  return {};
}

}  // namespace offex::store
