#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace offex::test_support {

/// A fresh folder that is removed with everything in it at the end.
class ScratchFolder {
 public:
  ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ScratchFolder(ScratchFolder&&) = delete;
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Writes a file, and the folders above it, and returns its path.
  std::filesystem::path write(const std::filesystem::path& name, std::string_view bytes);

 private:
  std::filesystem::path path_;
};

/// Returns the bytes of a file; throws std::runtime_error when it cannot be read.
[[nodiscard]] std::string file_bytes(const std::filesystem::path& path);

/// Returns the files below a folder with their bytes, by relative path; none when it is absent.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> folder_content(
    const std::filesystem::path& folder);

/// Returns the folder of shared facts: OFFEX_SHARED, else ../shared beside the project.
[[nodiscard]] std::optional<std::filesystem::path> shared_folder();

/// Returns a published short-sale file: header, `rows` without date and market, trailer.
/// \param day "20260302" \param rows each "AAPL|10|1|20"
[[nodiscard]] std::string short_file(std::string_view day, const std::vector<std::string>& rows,
                                     std::string_view line_end = "\r\n");

}  // namespace offex::test_support
