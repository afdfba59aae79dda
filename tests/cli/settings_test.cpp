#include "offex/cli/settings.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scratch.hpp"

namespace offex::cli {
namespace {

using testing::HasSubstr;

class SettingsTest : public testing::Test {
 protected:
  Result<Settings> load(const FlagValues& flags = {}) {
    return load_settings(
        flags,
        [this](const std::string& name) {
          const auto found = variables_.find(name);
          return found == variables_.end() ? std::nullopt : std::optional{found->second};
        },
        scratch_.path() / "work", &origins_);
  }
  void expect_home(const FlagValues& flags, const std::string& home, const std::string& source) {
    const auto settings = load(flags);
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->home, home);
    EXPECT_THAT(origins_["home"].source, HasSubstr(source));
  }

  test_support::ScratchFolder scratch_;
  std::map<std::string, std::string> variables_{{"HOME", (scratch_.path() / "user").string()}};
  std::map<std::string, Origin> origins_;
};

TEST_F(SettingsTest, FlagBeatsVariableBeatsProjectFileBeatsUserFileBeatsBuiltIn) {
  expect_home({}, (scratch_.path() / "user/.local/share/offex").string(), "built-in");
  scratch_.write("user/.config/offex/config.toml", "home = \"of-user\"\n");
  expect_home({}, "of-user", "config.toml");
  scratch_.write("work/offex.toml", "home = \"of-project\"\n");
  expect_home({}, "of-project", "offex.toml");
  variables_["OFFEX_HOME"] = "of-variable";
  expect_home({}, "of-variable", "OFFEX_HOME");
  expect_home({{"home", "of-flag"}}, "of-flag", "flag");
}

TEST_F(SettingsTest, EachSettingIsMergedOnItsOwn) {
  scratch_.write("user/.config/offex/config.toml", "threads = 3\nstrict = true\n");
  scratch_.write("work/offex.toml", "threads = 5\n");
  variables_["OFFEX_FORMAT"] = "json";
  const auto settings = load({{"progress", "plain"}});
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->threads, 5U);
  EXPECT_TRUE(settings->strict);
  EXPECT_EQ(settings->format, Format::Json);
  EXPECT_FALSE(settings->format_given);
  EXPECT_EQ(settings->progress, ProgressMode::Plain);
}

TEST_F(SettingsTest, XdgFoldersWinOverTheHomeFolder) {
  variables_["XDG_CONFIG_HOME"] = (scratch_.path() / "xdg").string();
  scratch_.write("xdg/offex/config.toml", "threads = 7\n");
  scratch_.write("user/.config/offex/config.toml", "threads = 3\n");
  EXPECT_EQ(load()->threads, 7U);
}

TEST_F(SettingsTest, NoColorTurnsColourOffUnlessItIsEmpty) {
  EXPECT_TRUE(load()->color);
  variables_["NO_COLOR"] = "";
  EXPECT_TRUE(load()->color);
  variables_["NO_COLOR"] = "1";
  EXPECT_FALSE(load()->color);
}

TEST_F(SettingsTest, AnUnknownSettingIsRefusedWithItsPlace) {
  scratch_.write("work/offex.toml", "threads = 2\nhoem = \"x\"\n");
  const auto settings = load();
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_THAT(base::format_error(settings.error()),
              HasSubstr("offex.toml:2: unknown setting `hoem`"));
}

TEST_F(SettingsTest, AFileThatIsNotTomlIsRefusedWithItsPlace) {
  scratch_.write("work/offex.toml", "threads = 2\nhome =\n");
  const auto settings = load();
  ASSERT_FALSE(settings);
  EXPECT_THAT(base::format_error(settings.error()), HasSubstr("offex.toml:2:"));
}

TEST_F(SettingsTest, ABadValueNamesItsSourceAndTheChoices) {
  variables_["OFFEX_THREADS"] = "many";
  const auto settings = load();
  ASSERT_FALSE(settings);
  EXPECT_THAT(settings.error().message,
              HasSubstr("`many` is no value for threads (from OFFEX_THREADS): a number"));
}

TEST_F(SettingsTest, EveryFormatHasItsNameAndItsExtension) {
  const std::map<std::string, Format> formats{
      {"csv", Format::Csv},   {"tsv", Format::Tsv},         {"md", Format::Markdown},
      {"json", Format::Json}, {"jsonl", Format::JsonLines}, {"parquet", Format::Parquet}};
  for (const auto& [name, format] : formats) {
    EXPECT_EQ(parse_format(name), format) << name;
    EXPECT_EQ(format_of_extension("out/x." + name), format) << name;
  }
  EXPECT_EQ(format_of_extension("x.txt"), Format::Table);
  EXPECT_EQ(format_of_extension("x.docx"), std::nullopt);
  EXPECT_EQ(format_of_extension("csv"), std::nullopt);
  EXPECT_EQ(parse_format("CSV "), std::nullopt);
}

}  // namespace
}  // namespace offex::cli
