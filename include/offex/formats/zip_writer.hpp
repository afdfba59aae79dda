#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"

namespace offex::formats {

/// A file to be put into an archive.
struct ZipEntry {
  std::string name;  ///< relative, with `/`; at most 65,535 bytes
  std::string_view bytes;
};

/// Returns a zip archive of deflated members in the order given. The same entries always give the
/// same archive: members carry no time but 1980-01-01. Entries or an archive of 4 GiB and more are
/// an InvalidArgument.
[[nodiscard]] Result<std::string> zip_archive(const std::vector<ZipEntry>& entries);

}  // namespace offex::formats
