#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/lock_internal.hpp"

namespace offex::store {

namespace {

std::string describe_error(int number) { return std::generic_category().message(number); }

/// The holder's line: "PID START PURPOSE".
std::string read_holder(int file) {
  std::array<char, 256> buffer{};
  const ssize_t got = ::pread(file, buffer.data(), buffer.size(), 0);
  return got > 0 ? std::string{buffer.data(), static_cast<std::size_t>(got)} : std::string{};
}

std::string busy_message(const std::string& holder) {
  const std::size_t first = holder.find(' ');
  const std::size_t second = holder.find(' ', first + 1);
  if (first == std::string::npos || second == std::string::npos) {
    return "store busy: another process is about to write; wait or stop it";
  }
  const std::string pid = holder.substr(0, first);
  const std::string since = holder.substr(first + 1, second - first - 1);
  const std::string purpose = holder.substr(second + 1, holder.find('\n') - second - 1);
  return "store busy: offex " + purpose + " (pid " + pid + ") has been writing since " + since +
         "; wait or stop it";
}

}  // namespace

Result<StoreLock> StoreLock::acquire(const std::filesystem::path& home, std::string_view purpose,
                                     market::Instant now) {
  const std::filesystem::path path = home / "offex.lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) {
    return fail(base::ErrorCode::Io, "cannot open " + path.string() + ": " + describe_error(errno));
  }
  StoreLock lock{file};
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return fail(base::ErrorCode::Io,
                  "cannot lock " + path.string() + ": " + describe_error(errno));
    }
    return fail(base::ErrorCode::Busy, busy_message(read_holder(file)));
  }
  const std::string line =
      std::to_string(::getpid()) + ' ' + now.iso() + ' ' + std::string{purpose} + '\n';
  if (::ftruncate(file, 0) != 0 ||
      ::pwrite(file, line.data(), line.size(), 0) != static_cast<ssize_t>(line.size())) {
    return fail(base::ErrorCode::Io,
                "cannot write " + path.string() + ": " + describe_error(errno));
  }
  return lock;
}

StoreLock::StoreLock(StoreLock&& other) noexcept : file_{std::exchange(other.file_, -1)} {}

StoreLock& StoreLock::operator=(StoreLock&& other) noexcept {
  if (this != &other) {
    release();
    file_ = std::exchange(other.file_, -1);
  }
  return *this;
}

void StoreLock::release() {
  if (file_ >= 0) {
    ::close(file_);
  }
  file_ = -1;
}

}  // namespace offex::store
