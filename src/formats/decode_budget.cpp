#include <fmt/format.h>

#include "formats/decode_budget_internal.hpp"

namespace offex::formats {
namespace {

// Small inputs may grow by any factor: only a large output can be a bomb.
constexpr std::uint64_t kFreeBytes = std::uint64_t{64} << 20U;

}  // namespace

Result<void> DecodeBudget::spend(std::size_t bytes) {
  spent_ += bytes;
  if (spent_ > max_bytes_) {
    return fail(base::ErrorCode::Integrity, fmt::format("more than {} bytes of text", max_bytes_));
  }
  if (spent_ > kFreeBytes && spent_ / max_ratio_ >= encoded_bytes_) {
    return fail(base::ErrorCode::Integrity,
                fmt::format("more than {} bytes of text for each byte of the archive: this looks "
                            "like an archive bomb",
                            max_ratio_));
  }
  return {};
}

}  // namespace offex::formats
