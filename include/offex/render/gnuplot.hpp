#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"

namespace offex::render {

enum class ImageFormat : std::uint8_t { Png, Svg, Pdf };
[[nodiscard]] std::string_view to_string(ImageFormat format);  ///< "png"
[[nodiscard]] std::optional<ImageFormat> parse_image_format(std::string_view text);

/// Light or dark paper. Both tell blue from orange for readers who do not see red against green.
enum class Theme : std::uint8_t { Light, Dark };
[[nodiscard]] std::string_view to_string(Theme theme);  ///< "light"
[[nodiscard]] std::optional<Theme> parse_theme(std::string_view text);

/// Returns `text` as a string of gnuplot's language, in which nothing has a meaning.
/// Control characters, line ends among them, what is no character, and invalid UTF-8 become U+FFFD.
[[nodiscard]] std::string quote_gnuplot(std::string_view text);

/// Returns the command that sets the terminal. Lengths are inches on paper; PNG has 150 pixels to
/// one, SVG 96. Text is never read as markup. \param scale of text, lines and points
[[nodiscard]] std::string terminal_command(ImageFormat format, Theme theme, double width,
                                           double height, double scale = 1.0);

/// Looks gnuplot up in the folders of `path` (as in the variable PATH). NotFound says how to
/// install it.
[[nodiscard]] Result<std::filesystem::path> find_gnuplot(std::string_view path);

/// One picture to draw. `script` has the terminal, but not the name of the output.
struct Drawing {
  std::string script;
  std::filesystem::path target;  ///< replaced when it exists
  ImageFormat format{};          ///< that of the script's terminal
  std::string title{};           ///< of an SVG, for readers who do not see it
};

/// Returns the script as a file for gnuplot, which then writes `drawing.target`.
[[nodiscard]] std::string whole_script(const Drawing& drawing);

/// Draws pictures, `threads` at a time, each in a gnuplot of its own. A target appears whole or not
/// at all. \return one outcome a drawing, in order
[[nodiscard]] std::vector<Result<void>> draw(const std::filesystem::path& gnuplot,
                                             std::span<const Drawing> drawings, unsigned threads);

}  // namespace offex::render
