// Replays inputs through a fuzz target, for compilers without libFuzzer.
//   run:  short_volume_fuzz FILE_OR_FOLDER...
// An empty input is always tried first. A folder that is not there counts as empty, a file that is
// not there is an error.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_below(const fs::path& path) {
  std::vector<fs::path> files;
  if (fs::is_directory(path)) {
    for (const auto& entry : fs::recursive_directory_iterator{path}) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::ranges::sort(files);
  } else if (fs::exists(path) || path.has_extension()) {
    files.push_back(path);
  }
  return files;
}

bool replay(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in) {
    std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
    return false;
  }
  const std::vector<char> text{std::istreambuf_iterator<char>{in}, {}};
  const std::vector<std::uint8_t> bytes(text.begin(), text.end());
  // Named before the call, so that a crash says which input it was.
  std::fprintf(stderr, "%s (%zu bytes)\n", path.c_str(), bytes.size());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  return true;
}

int replay_all(const std::vector<std::string>& arguments) {
  const std::uint8_t nothing{};
  LLVMFuzzerTestOneInput(&nothing, 0);

  std::size_t replayed = 0;
  bool all_read = true;
  for (const std::string& argument : arguments) {
    for (const fs::path& file : files_below(argument)) {
      all_read = replay(file) && all_read;
      ++replayed;
    }
  }
  std::printf("replayed %zu inputs and the empty one\n", replayed);
  return all_read ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return replay_all({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
