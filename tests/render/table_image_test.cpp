#include "offex/render/table_image.hpp"

#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/sample_table.hpp"
#include "support/scratch.hpp"

namespace offex::render {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class TableImage : public testing::Test {
 protected:
  /// Draws and returns the bytes; empty where gnuplot is absent, which skips the test.
  std::string drawn(const TableView& view, const Batch& batch, ImageFormat format,
                    Theme theme = Theme::Dark) {
    const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe)
    const auto gnuplot = find_gnuplot(path == nullptr ? "" : path);
    if (!gnuplot) return {};
    const auto script = table_script(view, batch, theme, format);
    EXPECT_TRUE(script);
    const std::vector<Drawing> one{
        {.script = *script,
         .target = scratch_.path() / ("table." + std::string{to_string(format)})}};
    const auto outcome = draw(*gnuplot, one, 1);
    EXPECT_TRUE(outcome[0]) << (outcome[0] ? "" : outcome[0].error().message);
    return test_support::file_bytes(one[0].target);
  }

  test_support::ScratchFolder scratch_;
};

TEST_F(TableImage, IsAPictureInEachFormat) {
  const std::string png = drawn(sectioned_view(), sample_batch(), ImageFormat::Png);
  if (png.empty()) GTEST_SKIP() << "gnuplot is not installed";
  EXPECT_THAT(png, StartsWith("\x89PNG"));
  EXPECT_THAT(drawn(sectioned_view(), sample_batch(), ImageFormat::Pdf), StartsWith("%PDF"));
  EXPECT_THAT(drawn(sectioned_view(), sample_batch(), ImageFormat::Svg), HasSubstr("</svg>"));
}

TEST_F(TableImage, HoldsWhatTheTableHolds) {
  const std::string svg = drawn(sectioned_view(), sample_batch(), ImageFormat::Svg);
  if (svg.empty()) GTEST_SKIP() << "gnuplot is not installed";
  for (const char* text : {"Short sale volume", "BRK.B", "Provenance", "mean of 2", "43.1%",
                           "how far from usual", "FINRA does not publish trade direction"}) {
    EXPECT_THAT(svg, HasSubstr(text));
  }
  EXPECT_THAT(svg, Not(HasSubstr("<script")));
}

TEST_F(TableImage, ATickerNamedLikeATagIsATextInAnSvg) {
  Batch batch;
  batch.add(Column{"ticker", Type::Text}).push<std::string>("<b>'\"&^{x}_2");
  const std::string svg = drawn({}, batch, ImageFormat::Svg);
  if (svg.empty()) GTEST_SKIP() << "gnuplot is not installed";
  EXPECT_THAT(svg, AllOf(HasSubstr("&lt;b"), HasSubstr("^{x}_2"), Not(HasSubstr("<b>"))));
}

TEST_F(TableImage, IsOnDarkOrLightPaper) {
  const auto dark = table_script(sample_view(), sample_batch(), Theme::Dark, ImageFormat::Png);
  const auto light = table_script(sample_view(), sample_batch(), Theme::Light, ImageFormat::Png);
  EXPECT_THAT(*dark, HasSubstr("background '#12161c'"));
  EXPECT_THAT(*light, HasSubstr("background '#ffffff'"));
}

TEST_F(TableImage, ManyRowsAreRefused) {
  Batch batch;
  Column& column = batch.add(Column{"x", Type::Int32});
  for (std::size_t row = 0; row <= kMostImageRows; ++row) column.push<std::int32_t>(1);
  const auto script = table_script({}, batch, Theme::Dark, ImageFormat::Png);
  ASSERT_FALSE(script);
  EXPECT_THAT(script.error().message, HasSubstr("a picture holds 800 rows, the table has 801"));
  batch.truncate(kMostImageRows);
  EXPECT_TRUE(table_script({}, batch, Theme::Dark, ImageFormat::Png));
}

}  // namespace
}  // namespace offex::render
