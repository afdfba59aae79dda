#include "support/scratch.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

namespace offex::test_support {

namespace fs = std::filesystem;

ScratchFolder::ScratchFolder() {
  std::string name = (fs::temp_directory_path() / "offex-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("cannot make a folder for the test");
  }
  path_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path ScratchFolder::write(const fs::path& name, std::string_view bytes) {
  const fs::path path = path_ / name;
  fs::create_directories(path.parent_path());
  std::ofstream file{path, std::ios::binary};
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file) {
    throw std::runtime_error("cannot write " + path.string());
  }
  return path;
}

std::string file_bytes(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    throw std::runtime_error("cannot open " + path.string());
  }
  return std::string{std::istreambuf_iterator<char>{file}, {}};
}

std::vector<std::pair<std::string, std::string>> folder_content(const fs::path& folder) {
  std::vector<std::pair<std::string, std::string>> out;
  if (!fs::exists(folder)) {
    return out;
  }
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    if (entry.is_regular_file()) {
      out.emplace_back(fs::relative(entry.path(), folder).string(), file_bytes(entry.path()));
    }
  }
  std::ranges::sort(out);
  return out;
}

std::optional<fs::path> shared_folder() {
  const char* set = std::getenv("OFFEX_SHARED");
  fs::path path =
      set != nullptr ? fs::path{set} : fs::path{OFFEX_SOURCE_DIR}.parent_path() / "shared";
  if (!fs::exists(path)) {
    return std::nullopt;
  }
  return path;
}

std::string short_file(std::string_view day, const std::vector<std::string>& rows,
                       std::string_view line_end) {
  std::string out = "Date|Symbol|ShortVolume|ShortExemptVolume|TotalVolume|Market";
  out += line_end;
  for (const std::string& row : rows) {
    out.append(day).append("|").append(row).append("|Q").append(line_end);
  }
  return out.append(std::to_string(rows.size())).append(line_end);
}

}  // namespace offex::test_support
