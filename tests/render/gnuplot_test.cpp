// Texts that mean nothing to gnuplot, and pictures that appear whole or not at all.
#include "offex/render/gnuplot.hpp"

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/figure_support.hpp"
#include "render/utf8_internal.hpp"

namespace offex::render {
namespace {

namespace fs = std::filesystem;
using test::every_mark;
using test_support::file_bytes;
using test_support::ScratchFolder;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// What a text becomes when signs that no picture can show are replaced.
std::string shown(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Char next = decode_utf8(text, at);
    const bool fine = next.valid && next.code >= 0x20 && next.code != 0x7F && next.code != 0xFFFE &&
                      next.code != 0xFFFF;
    out += fine ? text.substr(at, next.bytes) : kReplacement;
    at += next.bytes;
  }
  return out;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator{folder}) {
    out.push_back(entry.path().filename().string());
  }
  std::ranges::sort(out);
  return out;
}

Drawing drawing_of(const fs::path& target, ImageFormat format = ImageFormat::Png) {
  return {.script = figure_script(every_mark(), format), .target = target, .format = format};
}

TEST(GnuplotQuote, LeavesNothingSpecial) {
  EXPECT_EQ(quote_gnuplot("plain \\ text"), "'plain \\ text'");
  EXPECT_EQ(quote_gnuplot("it's"), "\"it's\"");
  EXPECT_EQ(quote_gnuplot("'\"\\`@"), R"("'\042\134\140\100")");
  EXPECT_EQ(quote_gnuplot(R"($(rm) `ls` "x" \n %s)"), R"('$(rm) `ls` "x" \n %s')");
  EXPECT_EQ(quote_gnuplot("a\nb\x1b\x7f"),
            "'a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\xEF\xBF\xBD'");
  EXPECT_EQ(quote_gnuplot("\xC0\xAF\xFF"), "'\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD'");
}

TEST(GnuplotQuote, LeavesNoSignThatXmlDoesNotHave) {
  EXPECT_EQ(quote_gnuplot("\xEF\xBF\xBE\xEF\xBF\xBF"), "'\xEF\xBF\xBD\xEF\xBF\xBD'");
}

TEST(GnuplotQuote, GnuplotReadsAnyBytesAsTheyWere) {
  OFFEX_NEED_GNUPLOT(gnuplot);
  std::mt19937_64 random{3};
  const std::string special = "'\"\\`$(){}%#;@!|<>&^_~\n\r\t\x01\x7F\x80\xC3\xA9\xE2\x82\xAC";
  std::vector<std::string> texts{"",     "'",         "''",    "\\",
                                 "\\'",  "`touch x`", "$(rm)", "@x",
                                 "'@x",  "a''b",      "''''a", "'; x = system('touch x') #",
                                 "# no", "\\\n"};
  for (int i = 0; i < 400; ++i) {
    std::string text(std::uniform_int_distribution<std::size_t>{0, 40}(random), ' ');
    for (char& byte : text) {
      const auto any = static_cast<char>(random() % 256);
      byte = random() % 2 == 0 ? special[random() % special.size()] : any;
    }
    texts.push_back(std::move(text));
  }
  std::string script = "set print '-'\n";
  std::string expected;
  for (const std::string& text : texts) {
    script += "print " + quote_gnuplot(text) + "\n";
    expected += shown(text) + "\n";
  }
  const ScratchFolder scratch;
  test_support::Process process{*gnuplot, {"-d"}, {.folder = scratch.path(), .input = script}};
  const auto outcome = process.finish();
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, expected);
}

TEST(GnuplotFind, SaysHowToInstallIt) {
  const ScratchFolder scratch;
  for (const std::string& path :
       {std::string{}, std::string{":"}, scratch.path().string(), std::string{"/none:/no"}}) {
    const auto found = find_gnuplot(path);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, base::ErrorCode::NotFound);
    EXPECT_THAT(found.error().message, HasSubstr("apt-get install gnuplot-nox"));
  }
}

TEST(GnuplotFind, TakesTheFirstThatCanBeRun) {
  ScratchFolder scratch;
  const fs::path plain = scratch.write("a/gnuplot", "");
  const fs::path good = scratch.write("b/gnuplot", "");
  fs::create_directories(scratch.path() / "c" / "gnuplot");
  fs::permissions(good, fs::perms::owner_all);
  const std::string home = scratch.path().string();
  const auto found = find_gnuplot(home + "/c:" + home + "/a::" + home + "/b");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(*found, good);
}

TEST(GnuplotScript, NamesNoProgramAndNoHomeAsItsOutput) {
  for (const char* name : {"|touch x", "~/x.png", "~root/x"}) {
    EXPECT_THAT(whole_script({.script = "", .target = name}),
                HasSubstr("set output './" + std::string{name} + "'"));
  }
  EXPECT_THAT(whole_script({.script = "", .target = "/a/b.png"}), HasSubstr("output '/a/b.png'"));
}

TEST(GnuplotDraw, AFailingScriptTellsGnuplotsWordsAndLeavesNoFile) {
  OFFEX_NEED_GNUPLOT(gnuplot);
  const ScratchFolder scratch;
  const std::vector<Drawing> one{
      {.script = "set terminal svg\nplot no_such_variable\n", .target = scratch.path() / "x.svg"}};
  const auto outcome = draw(*gnuplot, one, 1);
  ASSERT_FALSE(outcome[0]);
  EXPECT_THAT(outcome[0].error().message,
              AllOf(HasSubstr("undefined variable: no_such_variable"), Not(HasSubstr("gnuplot>"))));
  EXPECT_THAT(base::format_error(outcome[0].error()), HasSubstr("x.svg"));
  EXPECT_THAT(names_in(scratch.path()), IsEmpty());
}

TEST(GnuplotDraw, SaysWhenTheFolderIsNotThere) {
  OFFEX_NEED_GNUPLOT(gnuplot);
  const ScratchFolder scratch;
  const std::vector<Drawing> one{drawing_of(scratch.path() / "none" / "x.png")};
  const auto outcome = draw(*gnuplot, one, 1);
  ASSERT_FALSE(outcome[0]);
  EXPECT_THAT(base::format_error(outcome[0].error()),
              AllOf(HasSubstr("none/x.png"), HasSubstr("No such file or directory")));
}

TEST(GnuplotDraw, AFailingScriptLeavesTheOldPicture) {
  OFFEX_NEED_GNUPLOT(gnuplot);
  ScratchFolder scratch;
  const fs::path target = scratch.write("x.svg", "old");
  const std::vector<Drawing> bad{{.script = "set terminal svg\nplot sin(\n", .target = target}};
  EXPECT_FALSE(draw(*gnuplot, bad, 1)[0]);
  EXPECT_EQ(file_bytes(target), "old");
  const std::vector<Drawing> good{drawing_of(target, ImageFormat::Svg)};
  EXPECT_TRUE(draw(*gnuplot, good, 1)[0]);
  EXPECT_THAT(file_bytes(target), HasSubstr("</svg>"));
  EXPECT_THAT(names_in(scratch.path()), ElementsAre("x.svg"));
}

TEST(GnuplotDraw, FilesWithStrangeNamesAreWritten) {
  OFFEX_NEED_GNUPLOT(gnuplot);
  const ScratchFolder scratch;
  std::vector<Drawing> drawings;
  for (const char* name :
       {"it's.png", "$(x) `y`.png", "a\\b.png", "two\nlines.png", "\xFF.png", "%s.png"}) {
    drawings.push_back(drawing_of(scratch.path() / name));
  }
  const auto outcomes = draw(*gnuplot, drawings, 1);
  for (std::size_t i = 0; i < drawings.size(); ++i) {
    EXPECT_TRUE(outcomes[i]) << (outcomes[i] ? "" : base::format_error(outcomes[i].error()));
    EXPECT_TRUE(fs::exists(drawings[i].target)) << drawings[i].target;
  }
  EXPECT_EQ(names_in(scratch.path()).size(), drawings.size());
}

TEST(GnuplotDraw, SeveralAtOnceEqualOneByOne) {
  OFFEX_NEED_GNUPLOT(gnuplot);
  const ScratchFolder scratch;
  std::vector<Drawing> drawings;
  for (int i = 0; i < 7; ++i) {
    Figure figure = every_mark(i % 2 == 0 ? Theme::Light : Theme::Dark);
    figure.title = "Figure " + std::to_string(i);
    const ImageFormat format = i < 4 ? ImageFormat::Png : ImageFormat::Svg;
    drawings.push_back({.script = figure_script(figure, format),
                        .target = scratch.path() / ("one" + std::to_string(i)),
                        .format = format});
  }
  drawings.push_back({.script = "plot sin(\n", .target = scratch.path() / "bad"});
  const auto one = draw(*gnuplot, drawings, 1);
  std::vector<Drawing> again = drawings;
  for (Drawing& drawing : again) drawing.target += ".again";
  const auto three = draw(*gnuplot, again, 3);
  EXPECT_FALSE(one[7]);
  EXPECT_FALSE(three[7]);
  for (std::size_t i = 0; i < 7; ++i) {
    ASSERT_TRUE(one[i] && three[i]);
    EXPECT_EQ(file_bytes(drawings[i].target), file_bytes(again[i].target)) << i;
  }
}

TEST(GnuplotDraw, NothingToDrawIsDone) { EXPECT_THAT(draw("/none", {}, 4), IsEmpty()); }

TEST(GnuplotDraw, AProgramThatIsNotThereIsAnError) {
  const ScratchFolder scratch;
  const std::vector<Drawing> one{drawing_of(scratch.path() / "x.png")};
  const auto outcome = draw(scratch.path() / "gnuplot", one, 1);
  ASSERT_FALSE(outcome[0]);
  EXPECT_THAT(outcome[0].error().message, HasSubstr("cannot start"));
}

TEST(GnuplotNames, OfFormatsAndThemesAreReadBack) {
  for (const ImageFormat format : {ImageFormat::Png, ImageFormat::Svg, ImageFormat::Pdf}) {
    EXPECT_EQ(parse_image_format(to_string(format)), format);
  }
  for (const Theme theme : {Theme::Light, Theme::Dark}) {
    EXPECT_EQ(parse_theme(to_string(theme)), theme);
  }
  EXPECT_FALSE(parse_image_format("gif"));
  EXPECT_FALSE(parse_theme("LIGHT"));
}

}  // namespace
}  // namespace offex::render
