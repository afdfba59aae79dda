#include "offex/render/html_report.hpp"

#include "render/svg_internal.hpp"

namespace offex::render {
namespace {

constexpr std::string_view kFallback = "Verdana,Geneva,sans-serif";

/// Replaces every `from`. \pre `from` is not empty
std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  while (true) {
    const std::size_t at = text.find(from);
    out += text.substr(0, at);
    if (at == std::string_view::npos) return out;
    out += to;
    text.remove_prefix(at + from.size());
  }
}

/// Drops the elements `<title>...</title>` of the parts. Texts are escaped, so that a tag is one.
std::string without_part_titles(std::string_view text) {
  constexpr std::string_view kOpen = "<title>";
  constexpr std::string_view kClose = "</title>";
  std::string out;
  out.reserve(text.size());
  while (true) {
    const std::size_t open = text.find(kOpen);
    const std::size_t close = text.find(kClose, open == std::string_view::npos ? 0 : open);
    out += text.substr(0, open);
    if (open == std::string_view::npos || close == std::string_view::npos) return out;
    text.remove_prefix(close + kClose.size());
  }
}

}  // namespace

std::string finish_svg(std::string_view svg, std::string_view title) {
  std::string out = without_part_titles(svg);
  out = replaced(out, "font-family=\"DejaVu Sans:Bold\"",
                 "font-family=\"DejaVu Sans," + std::string{kFallback} + "\" font-weight=\"bold\"");
  out = replaced(out, "font-family=\"DejaVu Sans\"",
                 "font-family=\"DejaVu Sans," + std::string{kFallback} + "\"");
  // Behind the opening tag, where a title of the whole belongs.
  const std::size_t start = out.find("<svg");
  const std::size_t end = start == std::string::npos ? start : out.find('>', start);
  if (end != std::string::npos && !title.empty()) {
    out.insert(end + 1, "\n<title>" + escape_html(title) + "</title>");
    out.insert(start + 4, " role=\"img\"");
  }
  return out;
}

}  // namespace offex::render
