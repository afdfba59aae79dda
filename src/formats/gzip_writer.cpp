#include "offex/formats/gzip_writer.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include <isa-l/igzip_lib.h>

namespace offex::formats {
namespace {

constexpr std::size_t kOutputStep = std::size_t{1} << 16U;
// ISA-L counts the input of one call in 32 bits.
constexpr std::size_t kInputStep = std::size_t{1} << 30U;

}  // namespace

Result<std::string> gzip(std::string_view bytes) {
  std::vector<std::uint8_t> level_buffer(ISAL_DEF_LVL1_DEFAULT);
  isal_zstream stream{};
  isal_deflate_init(&stream);
  stream.gzip_flag = IGZIP_GZIP;
  stream.level = 1;
  stream.level_buf = level_buffer.data();
  stream.level_buf_size = static_cast<std::uint32_t>(level_buffer.size());

  std::string out;
  std::size_t taken = 0;
  do {
    if (stream.avail_in == 0 && taken < bytes.size()) {
      const std::size_t step = std::min(kInputStep, bytes.size() - taken);
      // The library's interface is not const-correct; it only reads the input.
      stream.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(bytes.data() + taken));
      stream.avail_in = static_cast<std::uint32_t>(step);
      taken += step;
    }
    stream.end_of_stream = taken == bytes.size() ? 1 : 0;
    const std::size_t before = out.size();
    out.resize(before + kOutputStep);
    stream.next_out = reinterpret_cast<std::uint8_t*>(out.data() + before);
    stream.avail_out = static_cast<std::uint32_t>(kOutputStep);
    const int code = isal_deflate(&stream);
    out.resize(before + kOutputStep - stream.avail_out);
    if (code != COMP_OK) {
      return fail(base::ErrorCode::Internal,
                  "gzip compression failed with code " + std::to_string(code));
    }
  } while (stream.internal_state.state != ZSTATE_END);
  return out;
}

}  // namespace offex::formats
