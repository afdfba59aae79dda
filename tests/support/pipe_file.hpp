#pragma once

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace offex::test_support {

/// A named pipe in place of a file: its reader waits until the test hands over the bytes, so that
/// a test meets a program in the middle of its work without guessing how long that takes.
class PipeFile {
 public:
  explicit PipeFile(std::filesystem::path path) : path_{std::move(path)} {
    std::filesystem::create_directories(path_.parent_path());
    if (::mkfifo(path_.c_str(), 0600) != 0) {
      throw std::runtime_error("cannot make a pipe");
    }
  }
  PipeFile(const PipeFile&) = delete;
  PipeFile& operator=(const PipeFile&) = delete;
  PipeFile(PipeFile&&) = delete;
  PipeFile& operator=(PipeFile&&) = delete;
  ~PipeFile() { close(); }

  /// Waits until the program has opened the file. Returns false when it never does.
  [[nodiscard]] bool wait_for_reader(std::chrono::seconds limit = std::chrono::seconds{30}) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (descriptor_ < 0 && std::chrono::steady_clock::now() < end) {
      descriptor_ = ::open(path_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
      if (descriptor_ < 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
      }
    }
    return descriptor_ >= 0;
  }

  /// Hands the whole content over; at most what a pipe holds.
  void give(std::string_view bytes) {
    if (::write(descriptor_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
      throw std::runtime_error("the pipe did not take the bytes");
    }
    close();
  }

 private:
  void close() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
    descriptor_ = -1;
  }

  std::filesystem::path path_;
  int descriptor_{-1};
};

}  // namespace offex::test_support
