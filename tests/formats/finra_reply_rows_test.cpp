// What each row of a reply of the Query API says, and what the name or the option says for it.
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/document_text.hpp"
#include "formats/finra_reply_text.hpp"

namespace offex::formats {
namespace {

using base::ErrorCode;
using test::cells;
using test::expect_refused;
using test::one_row;
using test::options_for;
using test::read_text;

constexpr std::string_view kWeekly =
    R"("weekStartDate":"2026-06-22","issueSymbolIdentifier":"AAPL","totalWeeklyShareQuantity":5,)"
    R"("summaryTypeCode":"ATS_W_SMBL")";

// Two rows, of which only the second has `field`, and a reply where only the first has it.
std::pair<std::string, std::string> uneven(std::string_view plain, std::string_view field) {
  return {fmt::format(R"([{{{0},"issueSymbolIdentifier":"A"}},
{{{0},"issueSymbolIdentifier":"B",{1}}}])",
                      plain, field),
          fmt::format(R"([{{{0},"issueSymbolIdentifier":"A",{1}}},
{{{0},"issueSymbolIdentifier":"B"}}])",
                      plain, field)};
}

TEST(WeeklyReplyRows, TakesTheTypeOfItsNameInEachRowThatHasNone) {
  const auto [later, earlier] =
      uneven(R"("weekStartDate":"2026-06-22","totalWeeklyShareQuantity":5)",
             R"("summaryTypeCode":"ATS_W_SMBL")");
  for (const std::string& text : {later, earlier}) {
    const auto document = read_text(text, options_for("x_ATS_W_SMBL_x.json"));

    EXPECT_EQ(cells(document, {"symbol", "summary_type"}, 0), "A ATS_W_SMBL");
    EXPECT_EQ(cells(document, {"symbol", "summary_type"}, 1), "B ATS_W_SMBL");
  }
  expect_refused(read_text(earlier, options_for("reply.json")),
                 {2, 1, "summaryTypeCode", "no value"});
}

TEST(WeeklyReplyRows, RefusesARowOfAnotherTypeThanItsName) {
  const auto [later, earlier] =
      uneven(R"("weekStartDate":"2026-06-22","totalWeeklyShareQuantity":5)",
             R"("summaryTypeCode":"OTC_W_SMBL")");
  expect_refused(read_text(later, options_for("x_ATS_W_SMBL_x.json")),
                 {2, 106, "summaryTypeCode", "the name says ATS_W_SMBL"});
  expect_refused(read_text(earlier, options_for("x_ATS_W_SMBL_x.json")),
                 {1, 107, "summaryTypeCode", "the name says ATS_W_SMBL"});
}

TEST(WeeklyReplyRows, TakesTheWeekOfTheOptionInEachRowThatHasNone) {
  const auto [later, earlier] =
      uneven(R"("summaryTypeCode":"ATS_W_SMBL","totalWeeklyShareQuantity":5)",
             R"("weekStartDate":"2025-12-29")");
  ReadOptions options = options_for("reply.json");
  options.week = *market::Day::parse("2025-12-29");
  for (const std::string& text : {later, earlier}) {
    const auto document = read_text(text, options);

    EXPECT_EQ(cells(document, {"symbol", "week_start_date"}, 0), "A 2025-12-29");
    EXPECT_EQ(cells(document, {"symbol", "week_start_date"}, 1), "B 2025-12-29");
  }
  expect_refused(read_text(earlier, options_for("reply.json")),
                 {2, 1, "weekStartDate", "no value"});
}

TEST(WeeklyReplyRows, RefusesARowOfAnotherWeekThanTheOption) {
  const auto [later, earlier] =
      uneven(R"("summaryTypeCode":"ATS_W_SMBL","totalWeeklyShareQuantity":5)",
             R"("weekStartDate":"2025-12-15")");
  ReadOptions options = options_for("reply.json");
  options.week = *market::Day::parse("2025-12-29");

  expect_refused(read_text(later, options),
                 {2, 106, "weekStartDate", "wrong week: this file is for the week of 2025-12-29"});
  expect_refused(read_text(earlier, options),
                 {1, 107, "weekStartDate", "wrong week: this file is for the week of 2025-12-29"});
}

TEST(WeeklyReplyRows, RefusesARowOfAnotherWeekThanItsName) {
  const std::string text = one_row(kWeekly);
  expect_refused(read_text(text, options_for("OTC_ats_2026-06-15.json")),
                 {1, 19, "weekStartDate", "wrong week: this file is for the week of 2026-06-15"});
  EXPECT_EQ(cells(read_text(text, options_for("OTC_ats_2026-06-22.json")), {"symbol"}), "AAPL");
}

TEST(WeeklyReplyRows, TakesADateInItsNameOnWhichItWasPublishedForNoWeek) {
  const auto document =
      read_text(one_row(fmt::format(R"({},"lastUpdateDate":"2026-07-13")", kWeekly)),
                options_for("OTC_ats_2026-07-13.json"));

  EXPECT_EQ(cells(document, {"symbol", "week_start_date"}), "AAPL 2026-06-22");
}

TEST(WeeklyReplyRows, RefusesAnOptionThatIsNoMonday) {
  ReadOptions options = options_for("reply.json");
  options.week = *market::Day::parse("2026-06-23");

  expect_refused(read_text(one_row(kWeekly), options),
                 {0, 0, "", "--week 2026-06-23 is no Monday", ErrorCode::InvalidArgument});
}

TEST(WeeklyReplyRows, OfFirmsMustNameThemAlsoWhereALaterRowIsTheFirstThatDoes) {
  const std::string plain =
      R"("weekStartDate":"2026-06-22","totalWeeklyShareQuantity":5,"summaryTypeCode":"ATS_W_SMBL_FIRM")";
  const auto [later, earlier] = uneven(plain, R"("MPID":"UBSA")");
  const std::string three = later.substr(0, later.size() - 1) +
                            fmt::format(",\n{{{},\"issueSymbolIdentifier\":\"C\"}}]", plain);

  expect_refused(read_text(three, options_for("reply.json")),
                 {3, 1, "MPID", "a row of one firm that names no firm"});
}

}  // namespace
}  // namespace offex::formats
