#include "offex/render/html_report.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/columns/batch.hpp"
#include "offex/render/writers.hpp"

#include "render/golden.hpp"
#include "render/sample_table.hpp"

namespace offex::render {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;
using testing::HasSubstr;
using testing::Not;

TEST(HtmlReport, SamplePage) {
  HtmlReport report{"offex demo", "A simulated market of 2 symbols", sample_view().footer};
  report.section("Overview");
  report.paragraph("Everything here is simulated.");
  report.facts({{.name = "Rows", .value = "1,234", .detail = "in 60 files"}});
  report.section("Daily");
  report.code("offex show BRK.B");
  report.table(sample_view(), sample_batch());
  expect_golden("report.html", report.page());
}

TEST(HtmlReport, ATickerNamedLikeATagIsEscaped) {
  Batch batch;
  batch.add(Column{"ticker", Type::Text}).push<std::string>("<b>");
  HtmlReport report{"<title>", "<i>", {}};
  report.section("<h>");
  report.paragraph("<p1>");
  report.facts({{.name = "<n>", .value = "<v>", .detail = "<d>"}});
  report.code("<c>");
  report.table({.title = "<t>", .columns = {{.column = "ticker", .heading = "<th1>"}}}, batch);
  const std::string page = report.page();
  for (const char* tag :
       {"<b>", "<i>", "<h>", "<p1>", "<n>", "<v>", "<d>", "<c>", "<t>", "<th1>"}) {
    EXPECT_THAT(page, Not(HasSubstr(tag)));
  }
  EXPECT_THAT(page, HasSubstr("<td>&lt;b&gt;</td>"));
  EXPECT_THAT(page, HasSubstr("<title>&lt;title&gt;</title>"));
}

std::string page_of(const TableView& view, const Batch& batch, Theme theme = Theme::Dark) {
  std::string out;
  const auto writer = make_html_writer(append_to(out), view, theme);
  EXPECT_TRUE(write_all(*writer, batch));
  return out;
}

TEST(HtmlTable, SamplePage) {
  expect_golden("table.html", page_of(sectioned_view(), sample_batch()));
}

TEST(HtmlTable, IsDarkUnlessLightIsAskedFor) {
  EXPECT_THAT(page_of(sample_view(), sample_batch()), HasSubstr("color-scheme: dark;"));
  EXPECT_THAT(page_of(sample_view(), sample_batch(), Theme::Light),
              HasSubstr("color-scheme: light;"));
}

TEST(HtmlTable, EveryTextIsEscaped) {
  Batch batch;
  batch.add(Column{"ticker", Type::Text}).push<std::string>("<b>");
  TableView view{.title = "<t>",
                 .columns = {{.column = "ticker", .heading = "<th1>", .section = "<sec>"}}};
  view.facts = {{.name = "<n>", .value = "<v>", .detail = "<d>"}};
  view.definitions = {{.name = "<def>", .text = "<text>"}};
  view.footer.notes = {"<note>"};
  const std::string page = page_of(view, batch);
  for (const char* tag :
       {"<b>", "<t>", "<th1>", "<sec>", "<n>", "<v>", "<d>", "<def>", "<text>", "<note>"}) {
    EXPECT_THAT(page, Not(HasSubstr(tag)));
  }
  EXPECT_THAT(page, HasSubstr("<td>&lt;b&gt;</td>"));
  EXPECT_THAT(page, HasSubstr("<title>&lt;t&gt;</title>"));
}

TEST(HtmlTable, FetchesAndRunsNothing) {
  const std::string page = page_of(sectioned_view(), sample_batch());
  EXPECT_THAT(page, HasSubstr("content=\"default-src 'none';"));
  for (const char* reach : {"http:", "https:", "//", "<script", "<link", "@import", "url("}) {
    EXPECT_THAT(page, Not(HasSubstr(reach)));
  }
}

TEST(HtmlTable, SectionsSpanTheirColumns) {
  EXPECT_THAT(page_of(sectioned_view(), sample_batch()),
              HasSubstr("<th scope=\"colgroup\" class=\"section\" colspan=\"3\">"));
}

TEST(HtmlReport, NothingIsFetched) {
  HtmlReport report{"t", "", {}};
  report.section("s");
  report.table(sample_view(), sample_batch());
  const std::string page = report.page();
  for (const char* reach : {"http:", "https:", "//", "<script", "<link", "@import", "url("}) {
    EXPECT_THAT(page, Not(HasSubstr(reach)));
  }
}

TEST(HtmlReport, EveryPageCarriesTheDisclaimer) {
  EXPECT_THAT((HtmlReport{"t", "", {}}.page()), HasSubstr(std::string{kDisclaimer}));
}

TEST(HtmlReport, EscapingLeavesNoWayOutOfTextOrAttribute) {
  EXPECT_EQ(escape_html("a<b>&\"'\x01\xff"), "a&lt;b&gt;&amp;&quot;&#39;\uFFFD\uFFFD");
}

}  // namespace
}  // namespace offex::render
