#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "offex/render/gnuplot.hpp"

#include "render/palette_internal.hpp"

// A sheet of rectangles, lines and texts, drawn by gnuplot. Lengths are inches from the upper left
// corner.
namespace offex::render {

inline constexpr double kEm = 0.125;           ///< inches; text of size 1 is nine points high
inline constexpr double kMonoAdvance = 0.602;  ///< of DejaVu Sans Mono, in ems
inline constexpr double kProseAdvance = 0.60;  ///< more than the mean of DejaVu Sans

enum class Face : std::uint8_t { Prose, ProseBold, Mono, MonoBold, MonoItalic };

struct PictureText {
  double x, y;  ///< the middle of its line
  std::string text;
  Colour colour{0};
  double size{1.0};
  Face face{Face::Mono};
  bool right{false};  ///< ends at x
};

class Picture {
 public:
  void rectangle(double left, double top, double right, double bottom, Colour fill);
  void line(double left, double top, double right, double bottom, Colour colour,
            bool dashed = false);
  void text(PictureText text);

  [[nodiscard]] std::string script(double width, double height, Theme theme,
                                   ImageFormat format) const;

 private:
  struct Shape {
    double left, top, right, bottom;
    Colour colour;
    bool dashed{false};
  };
  std::vector<Shape> rectangles_;
  std::vector<Shape> lines_;
  std::vector<PictureText> texts_;
};

}  // namespace offex::render
