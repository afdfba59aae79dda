#include "support/process.hpp"

#include <atomic>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/scratch.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX asks for it

namespace offex::test_support {
namespace {

namespace fs = std::filesystem;

bool is_ours(std::string_view variable) {
  return variable.starts_with("OFFEX_") || variable.starts_with("XDG_") ||
         variable.starts_with("NO_COLOR=");
}

std::vector<std::string> environment_of(const ProcessOptions& options) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable{*entry};
    const std::string name{variable.substr(0, variable.find('='))};
    if (!is_ours(variable) && !options.variables.contains(name)) {
      out.emplace_back(variable);
    }
  }
  for (const auto& [name, value] : options.variables) {
    out.push_back(std::string{name}.append("=").append(value));
  }
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (std::string& text : texts) {
    out.push_back(text.data());
  }
  out.push_back(nullptr);
  return out;
}

class SpawnActions {
 public:
  SpawnActions() { ::posix_spawn_file_actions_init(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  SpawnActions(SpawnActions&&) = delete;
  SpawnActions& operator=(SpawnActions&&) = delete;
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }

  void open(int descriptor, const fs::path& path, int flags) {
    ::posix_spawn_file_actions_addopen(&actions_, descriptor, path.c_str(), flags, 0600);
  }
  void enter(const fs::path& folder) {
    ::posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
  }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

}  // namespace

Process::Process(const fs::path& program, const std::vector<std::string>& arguments,
                 const ProcessOptions& options) {
  static std::atomic<int> counter{0};
  files_ = options.folder / (".process." + std::to_string(++counter));
  fs::create_directories(files_);
  SpawnActions actions;
  const fs::path input = files_ / "in";
  {
    const int descriptor = ::open(input.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const ssize_t written = ::write(descriptor, options.input.data(), options.input.size());
    ::close(descriptor);
    if (written != static_cast<ssize_t>(options.input.size())) {
      throw std::runtime_error("cannot write the input of a program");
    }
  }
  actions.open(STDIN_FILENO, input, O_RDONLY);
  actions.open(STDOUT_FILENO, files_ / "out", O_WRONLY | O_CREAT);
  actions.open(STDERR_FILENO, files_ / "err", O_WRONLY | O_CREAT);
  actions.enter(options.folder);
  std::vector<std::string> words{program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = environment_of(options);
  const int code = ::posix_spawn(&pid_, program.c_str(), actions.get(), nullptr,
                                 pointers(words).data(), pointers(variables).data());
  if (code != 0) {
    throw std::system_error(code, std::generic_category(), "cannot start " + program.string());
  }
}

Process::~Process() {
  if (!status_) {
    send(SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
}

bool Process::wait(std::chrono::microseconds limit) {
  using namespace std::chrono_literals;
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!status_) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      status_ = status;
    } else if (std::chrono::steady_clock::now() >= end) {
      return false;
    } else {
      std::this_thread::sleep_for(200us);
    }
  }
  return true;
}

void Process::send(int signal) const {
  if (!status_) {
    ::kill(pid_, signal);
  }
}

ProcessOutcome Process::finish(std::chrono::seconds limit) {
  ProcessOutcome out;
  if (!wait(limit)) {
    out.timed_out = true;
    send(SIGKILL);
    wait(std::chrono::seconds{10});
  }
  const int status = status_.value_or(0);
  if (WIFEXITED(status)) {
    out.exit_code = WEXITSTATUS(status);
  } else {
    out.signal = WTERMSIG(status);
  }
  out.out = file_bytes(files_ / "out");
  out.err = file_bytes(files_ / "err");
  return out;
}

}  // namespace offex::test_support
