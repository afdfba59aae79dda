// All JSON documents, whole against split: Polygon's replies, and whatever else starts so.

#include "split_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  offex::formats::ReadOptions options;
  options.file = "grouped.json";
  options.max_rejects = size % 3;
  offex::fuzz::check_splits(data, size, options);
  return 0;
}
