#include "offex/render/gnuplot.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "render/svg_internal.hpp"

extern char** environ;

namespace offex::render {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostOfComplaint = 2000;
constexpr std::string_view kEncoding = "set encoding utf8\n";
constexpr std::string_view kEnd = "unset output\n";

/// A file in memory, so that neither a long script nor a long complaint can block a pipe.
class MemoryFile {
 public:
  explicit MemoryFile(const char* name) : handle_{::memfd_create(name, MFD_CLOEXEC)} {}
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  MemoryFile(MemoryFile&&) = delete;
  MemoryFile& operator=(MemoryFile&&) = delete;
  ~MemoryFile() {
    if (handle_ >= 0) ::close(handle_);
  }

  [[nodiscard]] int handle() const { return handle_; }

  [[nodiscard]] bool fill(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t written = ::write(handle_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::lseek(handle_, 0, SEEK_SET) == 0;
  }

  [[nodiscard]] std::string text() const {
    std::string out(kMostOfComplaint, '\0');
    const ssize_t got = ::pread(handle_, out.data(), out.size(), 0);
    out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return out;
  }

 private:
  int handle_;
};

base::Error failure(const fs::path& target, std::string message) {
  return {base::ErrorCode::Io, std::move(message), {.file = target.string()}};
}

/// A file that is written from its start.
class NewFile {
 public:
  explicit NewFile(const fs::path& path)
      : handle_{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)},
        code_{handle_ < 0 ? errno : 0} {}
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  NewFile(NewFile&&) = delete;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile() {
    if (handle_ >= 0) ::close(handle_);
  }

  [[nodiscard]] int handle() const { return handle_; }
  /// Returns why it could not be opened.
  [[nodiscard]] std::string why() const { return std::generic_category().message(code_); }

 private:
  int handle_;
  int code_;
};

/// What gnuplot complains of: `line 3: undefined variable: x`. The lines around it repeat the
/// script and point into it.
std::string complaint_of(std::string_view text) {
  std::string first;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r^"), line.size()));
    const std::size_t digits = line.find(' ') + 1;  // 0: no blank
    const std::size_t colon = line.find_first_not_of("0123456789", digits);
    const bool numbered = line.starts_with("line ") && colon > digits &&
                          colon != std::string_view::npos && line[colon] == ':';
    if (numbered) {
      line.remove_prefix(std::min(line.find_first_not_of(' ', colon + 1), line.size()));
      if (!line.starts_with("warning:")) return std::string{line};
    }
    if (first.empty() && !line.starts_with("gnuplot>")) first = line;
  }
  return first.empty() ? "it said nothing" : first;
}

/// Runs the script; the picture goes to standard output.
Result<int> run(const fs::path& program, const MemoryFile& script, const NewFile& picture,
                const MemoryFile& complaint) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, script.handle(), 0);
  ::posix_spawn_file_actions_adddup2(&actions, picture.handle(), 1);
  ::posix_spawn_file_actions_adddup2(&actions, complaint.handle(), 2);
  // -d: the reader's own settings must not change a figure.
  std::string name = program.string();
  std::string defaults = "-d";
  std::array<char*, 3> arguments{name.data(), defaults.data(), nullptr};
  pid_t child = 0;
  const int code =
      ::posix_spawn(&child, name.c_str(), &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (code != 0) {
    return fail(base::ErrorCode::Io,
                fmt::format("cannot start {}: {}", name, std::generic_category().message(code)));
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return fail(base::ErrorCode::Io, "gnuplot was lost");
  }
  return status;
}

Result<void> finish_file(const fs::path& path, const Drawing& drawing) {
  std::ifstream in{path, std::ios::binary};
  const std::string svg{std::istreambuf_iterator<char>{in}, {}};
  in.close();
  std::ofstream out{path, std::ios::binary | std::ios::trunc};
  out << finish_svg(svg, drawing.title);
  out.close();
  if (!out) return std::unexpected{failure(drawing.target, "cannot write")};
  return {};
}

/// Draws into `pending`, which has another name than the target.
Result<void> draw_into(const fs::path& program, const Drawing& drawing, const fs::path& pending) {
  const MemoryFile script{"offex-script"};
  const MemoryFile complaint{"offex-complaint"};
  // Without a name in it: a file may be called what no script can say.
  if (script.handle() < 0 || complaint.handle() < 0 ||
      !script.fill(fmt::format("{}{}{}", kEncoding, drawing.script, kEnd))) {
    return std::unexpected{failure(drawing.target, "no memory for the script")};
  }
  const NewFile picture{pending};
  if (picture.handle() < 0) return std::unexpected{failure(drawing.target, picture.why())};
  auto status = run(program, script, picture, complaint);
  if (!status) return std::unexpected{failure(drawing.target, status.error().message)};
  std::error_code code;
  if (!WIFEXITED(*status) || WEXITSTATUS(*status) != 0 || fs::file_size(pending, code) == 0) {
    return std::unexpected{
        failure(drawing.target, "gnuplot could not draw it: " + complaint_of(complaint.text()))};
  }
  if (drawing.format == ImageFormat::Svg) OFFEX_TRY(finish_file(pending, drawing));
  return {};
}

Result<void> draw_one(const fs::path& program, const Drawing& drawing) {
  // Another name beside the target, renamed when it is complete.
  const fs::path pending = drawing.target.string() + fmt::format(".{}.part", ::getpid());
  Result<void> outcome = draw_into(program, drawing, pending);
  std::error_code code;
  if (outcome) {
    fs::rename(pending, drawing.target, code);
    if (code) outcome = std::unexpected{failure(drawing.target, code.message())};
  }
  if (!outcome) fs::remove(pending, code);
  return outcome;
}

}  // namespace

Result<fs::path> find_gnuplot(std::string_view path) {
  while (!path.empty()) {
    const std::size_t end = std::min(path.find(':'), path.size());
    const fs::path candidate = fs::path{path.substr(0, end)} / "gnuplot";
    std::error_code code;
    if (end > 0 && fs::is_regular_file(candidate, code) && ::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return fail(base::ErrorCode::NotFound,
              "figures are drawn by gnuplot, which is not installed; on Debian and Ubuntu: sudo "
              "apt-get install gnuplot-nox, on a Mac: brew install gnuplot");
}

std::string whole_script(const Drawing& drawing) {
  // Of a name that begins so, gnuplot would take the rest for a program or for a home.
  std::string target = drawing.target.string();
  if (target.starts_with('|') || target.starts_with('~')) target.insert(0, "./");
  return fmt::format("{}set output {}\n{}{}", kEncoding, quote_gnuplot(target), drawing.script,
                     kEnd);
}

std::vector<Result<void>> draw(const fs::path& gnuplot, std::span<const Drawing> drawings,
                               unsigned threads) {
  std::vector<Result<void>> out(drawings.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t index = next++; index < drawings.size(); index = next++) {
      out[index] = draw_one(gnuplot, drawings[index]);
    }
  };
  std::vector<std::jthread> others;
  const std::size_t workers = std::min<std::size_t>(std::max(threads, 1U), drawings.size());
  for (std::size_t i = 1; i < workers; ++i) others.emplace_back(work);
  work();
  others.clear();
  return out;
}

}  // namespace offex::render
