// Query API replies in JSON, whole against split.

#include "split_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  offex::formats::ReadOptions options;
  options.file = size % 2 == 0 ? "reply_ATS_W_SMBL.json" : "reply.json";
  options.max_rejects = size % 3;
  offex::fuzz::check_splits(data, size, options);
  return 0;
}
