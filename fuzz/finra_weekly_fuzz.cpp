// Weekly downloads, ATS summaries and Query API replies in CSV, whole against split.

#include "split_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  offex::formats::ReadOptions options;
  // The name tells whose volume it is and, in one of them, which week.
  options.file = size % 2 == 0 ? "OTC_non_ats_2024-01-01.txt" : "ATS_W_Summary_20240105.csv";
  options.max_rejects = size % 3;
  offex::fuzz::check_splits(data, size, options);
  return 0;
}
