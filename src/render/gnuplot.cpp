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

#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "render/palette_internal.hpp"
#include "render/svg_internal.hpp"
#include "render/utf8_internal.hpp"

extern char** environ;

namespace offex::render {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFont = "DejaVu Sans";
constexpr std::size_t kMostOfComplaint = 2000;

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

/// The first line that says something, without the echo of the script.
std::string complaint_of(const std::string& text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n^");
  if (start == std::string::npos) return "it said nothing";
  return text.substr(start, text.find('\n', start) - start);
}

Result<int> run(const fs::path& program, const MemoryFile& script, const MemoryFile& complaint) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, script.handle(), 0);
  ::posix_spawn_file_actions_adddup2(&actions, complaint.handle(), 1);
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

Result<void> draw_one(const fs::path& program, const Drawing& drawing) {
  // Another name beside the target, renamed when it is complete.
  const fs::path pending = drawing.target.string() + fmt::format(".{}.part", ::getpid());
  const MemoryFile script{"offex-script"};
  const MemoryFile complaint{"offex-complaint"};
  if (script.handle() < 0 || complaint.handle() < 0 ||
      !script.fill(whole_script({.script = drawing.script, .target = pending}))) {
    return std::unexpected{failure(drawing.target, "no memory for the script")};
  }
  OFFEX_ASSIGN(const int status, run(program, script, complaint));
  std::error_code code;
  const std::string said = complaint.text();
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || !fs::exists(pending, code)) {
    fs::remove(pending, code);
    return std::unexpected{
        failure(drawing.target, "gnuplot could not draw it: " + complaint_of(said))};
  }
  if (drawing.format == ImageFormat::Svg) OFFEX_TRY(finish_file(pending, drawing));
  fs::rename(pending, drawing.target, code);
  if (code) return std::unexpected{failure(drawing.target, code.message())};
  return {};
}

}  // namespace

std::string_view to_string(ImageFormat format) {
  switch (format) {
    case ImageFormat::Png:
      return "png";
    case ImageFormat::Svg:
      return "svg";
    case ImageFormat::Pdf:
      return "pdf";
  }
  return "";
}

std::optional<ImageFormat> parse_image_format(std::string_view text) {
  for (const ImageFormat format : {ImageFormat::Png, ImageFormat::Svg, ImageFormat::Pdf}) {
    if (text == to_string(format)) return format;
  }
  return std::nullopt;
}

std::string_view to_string(Theme theme) { return theme == Theme::Light ? "light" : "dark"; }

std::optional<Theme> parse_theme(std::string_view text) {
  if (text == "light") return Theme::Light;
  if (text == "dark") return Theme::Dark;
  return std::nullopt;
}

std::string quote_gnuplot(std::string_view text) {
  std::string out{"'"};
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Char next = decode_utf8(text, at);
    if (!next.valid || next.code < 0x20 || next.code == 0x7F) {
      out += kReplacement;
    } else {
      out += text.substr(at, next.bytes);
      if (next.code == U'\'') out += '\'';  // the only sign that has a meaning here
    }
    at += next.bytes;
  }
  out += '\'';
  return out;
}

std::string terminal_command(ImageFormat format, Theme theme, double width, double height) {
  const std::string paper = hex_colour(colour_of(Paint::Paper, theme));
  const auto size_in = [&](double per_inch) {
    return fmt::format("{:.0f},{:.0f}", width * per_inch, height * per_inch);
  };
  // Fonts are given so that text at size 1 is nine points high on paper in all three.
  switch (format) {
    case ImageFormat::Png:
      return fmt::format(
          "set terminal pngcairo noenhanced size {} font '{},14' linewidth 1.6 background '{}'\n"
          "set pointsize 1.6\n",
          size_in(150), kFont, paper);
    case ImageFormat::Svg:
      return fmt::format(
          "set terminal svg noenhanced size {} font '{},12' linewidth 1 background '{}'\n"
          "set pointsize 0.62\n",
          size_in(96), kFont, paper);
    case ImageFormat::Pdf:
      return fmt::format(
          "set terminal pdfcairo noenhanced size {:.3f}in,{:.3f}in font '{},6.75' fontscale 1 "
          "linewidth 1.8 background '{}'\nset pointsize 1.6\n",
          width, height, kFont, paper);
  }
  return {};
}

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
  return fmt::format("set encoding utf8\nset output {}\n{}unset output\n",
                     quote_gnuplot(drawing.target.string()), drawing.script);
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
