#include <fstream>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/place_internal.hpp"
#include "cli/whole_file_internal.hpp"

namespace offex::cli {

Result<void> write_whole_file(const std::filesystem::path& path, std::string_view text) {
  const std::filesystem::path pending = path.string() + fmt::format(".{}.part", ::getpid());
  std::ofstream stream{pending, std::ios::binary | std::ios::trunc};
  stream.write(text.data(), static_cast<std::streamsize>(text.size()));
  stream.close();
  std::error_code code;
  if (stream) std::filesystem::rename(pending, path, code);
  if (stream && !code) return {};
  std::filesystem::remove(pending, code);
  return fail(base::ErrorCode::Io, "cannot write", in_file(path));
}

}  // namespace offex::cli
