#include "offex/render/html_report.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/columns/batch.hpp"

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
