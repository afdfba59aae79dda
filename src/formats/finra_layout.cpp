#include <algorithm>
#include <array>

#include "formats/finra_layout_internal.hpp"
#include "formats/finra_names_internal.hpp"
#include "formats/table_layout_internal.hpp"

namespace offex::formats {
namespace {

using market::Dataset;

constexpr std::array kWeeklyFields = {
    FinraField{kWeek, "weekStartDate", "weekstartdate"},
    FinraField{kTier, "tierIdentifier", "tieridentifier"},
    FinraField{kTierText, "tierDescription", "tierdescription"},
    FinraField{kSummaryType, "summaryTypeCode", "summarytypecode"},
    FinraField{kSymbol, "issueSymbolIdentifier", "issuesymbolidentifier"},
    FinraField{kIssueName, "issueName", "issuename"},
    FinraField{kAtsName, "marketParticipantName", "marketparticipantname"},
    FinraField{kMpid, "MPID", "mpid"},
    FinraField{kCrd, "firmCRDNumber", "firmcrdnumber"},
    FinraField{kProduct, "productTypeCode", "producttypecode"},
    FinraField{kShares, "totalWeeklyShareQuantity", "totalweeklysharequantity"},
    FinraField{kTrades, "totalWeeklyTradeCount", "totalweeklytradecount"},
    FinraField{kNotional, "totalNotionalSum", "totalnotionalsum"},
    FinraField{kPublished, "initialPublishedDate", "initialpublisheddate"},
    FinraField{kUpdated, "lastUpdateDate", "lastupdatedate"},
};

constexpr std::array kLegacyFields = {
    FinraField{kTierText, "Report_Type", "reporttype"},
    FinraField{kSymbol, "Symbol", "symbol"},
    FinraField{kIssueName, "Issue_Description", "issuedescription"},
    FinraField{kAtsName, "ATS_Description", "atsdescription"},
    FinraField{kNonAtsName, "OTC_Non-ATS_Description", "otcnonatsdescription"},
    FinraField{kMpid, "ATS_MPID", "atsmpid"},
    FinraField{kShares, "Shares", "shares"},
    FinraField{kTrades, "Trades", "trades"},
    FinraField{kUpdated, "Shares_Last_Updated", "shareslastupdated"},
    FinraField{kUpdated2, "Trades_Last_Updated", "tradeslastupdated"},
};

constexpr std::array kAtsFields = {
    FinraField{kWeek, "Week", "week weekending"},
    FinraField{kSymbol, "Symbol", "symbol"},
    FinraField{kMpid, "MarketParticipantIdentifier", "marketparticipantidentifier"},
    FinraField{kShares, "Shares", "shares"},
    FinraField{kShares2, "ShareVolume", "sharevolume"},
    FinraField{kShares3, "WeeklyShareVolume", "weeklysharevolume"},
    FinraField{kShares4, "TotalWeeklyShareVolumeSymbol", "totalweeklysharevolumesymbol"},
    FinraField{kTrades, "Trades", "trades"},
    FinraField{kTrades2, "TradeCount", "tradecount"},
    FinraField{kTrades3, "WeeklyTradeCount", "weeklytradecount"},
    FinraField{kTotalShares, "TotalWeeklyShareVolume", "totalweeklysharevolume"},
    FinraField{kTotalTrades, "TotalWeeklyTradeCount", "totalweeklytradecount"},
};

constexpr std::array kRegShoFields = {
    FinraField{kReportDate, "tradeReportDate", "tradereportdate"},
    FinraField{kFacility, "reportingFacilityCode", "reportingfacilitycode"},
    FinraField{kReportSymbol, "securitiesInformationProcessorSymbolIdentifier",
               "securitiesinformationprocessorsymbolidentifier"},
    FinraField{kMarket, "marketCode", "marketcode"},
    FinraField{kShort, "shortParQuantity", "shortparquantity"},
    FinraField{kExempt, "shortExemptParQuantity", "shortexemptparquantity"},
    FinraField{kTotal, "totalParQuantity", "totalparquantity"},
};

constexpr std::array kInterestFields = {
    FinraField{0, "settlementDate", "settlementdate"},
    FinraField{1, "symbolCode", "symbolcode"},
    FinraField{2, "issueName", "issuename"},
    FinraField{3, "marketClassCode", "marketclasscode"},
    FinraField{4, "currentShortPositionQuantity", "currentshortpositionquantity"},
    FinraField{5, "previousShortPositionQuantity", "previousshortpositionquantity"},
    FinraField{6, "averageDailyVolumeQuantity", "averagedailyvolumequantity"},
    FinraField{7, "changePercent", "changepercent"},
    FinraField{8, "daysToCoverQuantity", "daystocoverquantity"},
    FinraField{9, "revisionFlag", "revisionflag"},
    FinraField{10, "stockSplitFlag", "stocksplitflag"},
};

constexpr std::array kThresholdFields = {
    FinraField{0, "tradeDate", "tradedate"},
    FinraField{1, "issueSymbolIdentifier", "issuesymbolidentifier"},
    FinraField{2, "regShoThresholdFlag", "regshothresholdflag"},
    FinraField{3, "marketCategoryCode", "marketcategorycode"},
};

constexpr std::string_view kWeeklyIgnored =
    "summarystartdate lastreporteddate historicalweek historicalmonth";

constexpr FinraLayout kWeeklySummary{FinraKind::WeeklySummary, Dataset::WeeklySummary,
                                     "weeklySummary reply",    kWeeklyFields,
                                     kNumWeeklySlots,          kWeeklyIgnored};
constexpr FinraLayout kWeeklyDownload{FinraKind::WeeklyDownload, Dataset::WeeklyDownload,
                                      "weekly download",         kWeeklyFields,
                                      kNumWeeklySlots,           kWeeklyIgnored};
constexpr FinraLayout kLegacyDownload{FinraKind::LegacyDownload,
                                      Dataset::WeeklyDownload,
                                      "weekly download of before 2020",
                                      kLegacyFields,
                                      kNumWeeklySlots,
                                      ""};
constexpr FinraLayout kAtsSummary{FinraKind::AtsSummary, Dataset::AtsSummary,
                                  "ATS weekly summary",  kAtsFields,
                                  kNumWeeklySlots,       ""};
constexpr FinraLayout kRegSho{FinraKind::RegSho, Dataset::RegShoApi, "regShoDaily reply",
                              kRegShoFields,     kNumRegShoSlots,    ""};
constexpr FinraLayout kShortInterest{
    FinraKind::ShortInterest,
    Dataset::ShortInterest,
    "consolidatedShortInterest reply",
    kInterestFields,
    kInterestFields.size(),
    "issuerservicesgroupexchangecode changepreviousnumber accountingyearmonthnumber"};
constexpr FinraLayout kThresholdList{FinraKind::ThresholdList, Dataset::ThresholdList,
                                     "thresholdList reply",    kThresholdFields,
                                     kThresholdFields.size(),  "issuename"};

bool has(std::span<const std::string> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool has_any(std::span<const std::string> names, std::string_view words) {
  return std::ranges::any_of(names,
                             [words](const std::string& name) { return is_one_of(name, words); });
}

bool is_ats_summary(std::span<const std::string> names, std::string_view file) {
  constexpr std::string_view kShareNames =
      "shares sharevolume weeklysharevolume totalweeklysharevolumesymbol";
  constexpr std::string_view kOwnNames =
      "week weekending marketparticipantidentifier totalweeklysharevolume totalweeklytradecount";
  return has(names, "symbol") && has_any(names, kShareNames) &&
         (has_any(names, kOwnNames) || says_ats_summary(file));
}

}  // namespace

const FinraLayout* find_finra_layout(std::span<const std::string> names, FinraSource source,
                                     std::string_view file) {
  if (has_any(names, "shortparquantity totalparquantity tradereportdate")) return &kRegSho;
  if (has_any(names, "currentshortpositionquantity previousshortpositionquantity")) {
    return &kShortInterest;
  }
  if (has(names, "regshothresholdflag")) return &kThresholdList;
  if (has(names, "totalweeklysharequantity")) {
    const bool reply =
        source == FinraSource::Json || has_any(names, "weekstartdate summarytypecode");
    return reply ? &kWeeklySummary : &kWeeklyDownload;
  }
  if (source == FinraSource::Json) return nullptr;
  if (has_any(names, "shareslastupdated tradeslastupdated otcnonatsdescription atsmpid")) {
    return &kLegacyDownload;
  }
  return is_ats_summary(names, file) ? &kAtsSummary : nullptr;
}

std::string_view finra_refusal(std::span<const std::string> names) {
  if (has_any(names, "totalmonthlysharequantity totalmonthlytradecount")) {
    return "monthly figures: offex keeps weekly ones, ask for weeklySummary";
  }
  if (has_any(names, "atsblockquantity atsblockcount averageblocksize")) {
    return "block statistics, which offex does not keep";
  }
  if (has(names, "weekstartdate")) {
    return "weekly rows without totalWeeklyShareQuantity: an index of weeks, or a reply that was "
           "not asked for the field";
  }
  return {};
}

std::optional<std::size_t> slot_of(const FinraLayout& layout, std::string_view name) {
  for (const FinraField& field : layout.fields) {
    if (is_one_of(name, field.names)) return field.slot;
  }
  return std::nullopt;
}

std::string_view name_of(const FinraLayout& layout, std::size_t slot) {
  const auto field = std::ranges::find(layout.fields, slot, &FinraField::slot);
  return field == layout.fields.end() ? std::string_view{} : field->name;
}

}  // namespace offex::formats
