#include "offex/base/byte_source.hpp"

#include <cstdio>
#include <memory>
#include <string_view>
#include <vector>

namespace offex::base {

namespace {

constexpr std::size_t kHashBlock = std::size_t{1} << 20U;

}  // namespace

Result<ByteSource> open_file(const std::filesystem::path& path) {
  const std::shared_ptr<std::FILE> file{std::fopen(path.c_str(), "rb"), [](std::FILE* open) {
                                          if (open != nullptr) std::fclose(open);
                                        }};
  if (!file) return fail(ErrorCode::Io, "cannot open the file", {.file = path.string()});
  // The callers read large blocks; a buffer of the library's would only copy them once more.
  std::setvbuf(file.get(), nullptr, _IONBF, 0);
  return [file, name = path.string()](std::span<char> buffer) -> Result<std::size_t> {
    const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file.get());
    if (count == 0 && std::ferror(file.get()) != 0) {
      return fail(ErrorCode::Io, "cannot read the file", {.file = name});
    }
    return count;
  };
}

Result<SourceDigest> sha256(const ByteSource& source) {
  Hasher hasher;
  SourceDigest out;
  std::vector<char> block(kHashBlock);
  while (true) {
    OFFEX_ASSIGN(const std::size_t got, source(block));
    if (got == 0) break;
    hasher.update(std::string_view{block.data(), got});
    out.bytes += got;
  }
  out.digest = hasher.finish();
  return out;
}

}  // namespace offex::base
