// Daily short-sale files: whole against split, and the fast reader against the careful one.

#include "formats/short_reader_internal.hpp"
#include "split_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace formats = offex::formats;
  namespace fuzz = offex::fuzz;
  using offex::market::Facility;
  formats::ReadOptions options;
  options.file = "short.txt";
  for (const auto facility : {Facility::Cnms, Facility::Nqbx}) {
    options.facility = facility;
    options.max_rejects = size % 3;
    fuzz::check_splits(data, size, options);

    const std::string_view text{reinterpret_cast<const char*>(data), size};
    std::string results[2];
    for (const auto reading : {formats::ShortReading::Fast, formats::ShortReading::Careful}) {
      const auto reader = formats::make_short_reader(options, reading);
      const auto pushed = reader->push(text);
      results[static_cast<int>(reading)] =
          pushed ? fuzz::to_text(reader->finish()) : fuzz::to_text(std::unexpected{pushed.error()});
    }
    OFFEX_CHECK(results[0] == results[1]);
  }
  return 0;
}
