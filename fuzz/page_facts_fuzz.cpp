// What is told of a page: quick and careful walk must agree, and a page that is good must not be
// good when it is cut.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "offex/formats/page_facts.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using offex::formats::page_facts;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto quick = page_facts(text);
  if (!text.starts_with("\xEF\xBB\xBF")) {
    // The quick walk leaves a text with a byte order mark to the careful one.
    const auto careful = page_facts("\xEF\xBB\xBF" + std::string{text});
    if (quick.has_value() != careful.has_value()) std::abort();
    if (quick && (quick->rows != careful->rows || quick->next_url != careful->next_url ||
                  quick->status != careful->status)) {
      std::abort();
    }
  }
  if (quick) {
    const std::string_view whole = text.substr(0, text.find_last_of("]}"));
    if (page_facts(whole)) std::abort();
  }
  static_cast<void>(offex::formats::published_weeks(text));
  static_cast<void>(offex::formats::async_status(text));
  return 0;
}
