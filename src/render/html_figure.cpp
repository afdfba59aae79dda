#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "offex/render/html_report.hpp"

namespace offex::render {
namespace {

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const bool there = at + i < bytes.size();
      group = group << 8U | (there ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    for (unsigned i = 0; i < 4; ++i) {
      const bool padding = at + i > bytes.size();
      out += padding ? '=' : kDigits[group >> (18U - 6U * i) & 63U];
    }
  }
  return out;
}

}  // namespace

// As an image and not as a part of the page: styles and names inside of it can meet nothing
// outside, and nothing in it can run.
void HtmlReport::figure(std::string_view svg, std::string_view alternative) {
  body_ += fmt::format("<figure><img alt=\"{}\" src=\"data:image/svg+xml;base64,{}\"></figure>\n",
                       escape_html(alternative), base64(svg));
}

}  // namespace offex::render
