#include <algorithm>
#include <array>

#include "formats/finra_layout_internal.hpp"
#include "formats/finra_names_internal.hpp"
#include "formats/table_layout_internal.hpp"

namespace offex::formats {
namespace {

using market::Dataset;

constexpr std::array kWeeklyFields = {
    FinraField{weekly::Week, "weekStartDate", "weekstartdate"},
    FinraField{weekly::Tier, "tierIdentifier", "tieridentifier"},
    FinraField{weekly::TierText, "tierDescription", "tierdescription"},
    FinraField{weekly::SummaryType, "summaryTypeCode", "summarytypecode"},
    FinraField{weekly::Symbol, "issueSymbolIdentifier", "issuesymbolidentifier"},
    FinraField{weekly::IssueName, "issueName", "issuename"},
    FinraField{weekly::AtsName, "marketParticipantName", "marketparticipantname"},
    FinraField{weekly::Mpid, "MPID", "mpid"},
    FinraField{weekly::Crd, "firmCRDNumber", "firmcrdnumber"},
    FinraField{weekly::Product, "productTypeCode", "producttypecode"},
    FinraField{weekly::Shares, "totalWeeklyShareQuantity", "totalweeklysharequantity"},
    FinraField{weekly::Trades, "totalWeeklyTradeCount", "totalweeklytradecount"},
    FinraField{weekly::Notional, "totalNotionalSum", "totalnotionalsum"},
    FinraField{weekly::Published, "initialPublishedDate", "initialpublisheddate"},
    FinraField{weekly::Updated, "lastUpdateDate", "lastupdatedate"},
};

constexpr std::array kLegacyFields = {
    FinraField{weekly::TierText, "Report_Type", "reporttype"},
    FinraField{weekly::Symbol, "Symbol", "symbol"},
    FinraField{weekly::IssueName, "Issue_Description", "issuedescription"},
    FinraField{weekly::AtsName, "ATS_Description", "atsdescription"},
    FinraField{weekly::NonAtsName, "OTC_Non-ATS_Description", "otcnonatsdescription"},
    FinraField{weekly::Mpid, "ATS_MPID", "atsmpid"},
    FinraField{weekly::Shares, "Shares", "shares"},
    FinraField{weekly::Trades, "Trades", "trades"},
    FinraField{weekly::Updated, "Shares_Last_Updated", "shareslastupdated"},
    FinraField{weekly::Updated2, "Trades_Last_Updated", "tradeslastupdated"},
};

constexpr std::array kAtsFields = {
    FinraField{weekly::Week, "Week", "week weekending"},
    FinraField{weekly::Symbol, "Symbol", "symbol"},
    FinraField{weekly::Mpid, "MarketParticipantIdentifier", "marketparticipantidentifier"},
    FinraField{weekly::Shares, "Shares", "shares"},
    FinraField{weekly::Shares2, "ShareVolume", "sharevolume"},
    FinraField{weekly::Shares3, "WeeklyShareVolume", "weeklysharevolume"},
    FinraField{weekly::Shares4, "TotalWeeklyShareVolumeSymbol", "totalweeklysharevolumesymbol"},
    FinraField{weekly::Trades, "Trades", "trades"},
    FinraField{weekly::Trades2, "TradeCount", "tradecount"},
    FinraField{weekly::Trades3, "WeeklyTradeCount", "weeklytradecount"},
    FinraField{weekly::TotalShares, "TotalWeeklyShareVolume", "totalweeklysharevolume"},
    FinraField{weekly::TotalTrades, "TotalWeeklyTradeCount", "totalweeklytradecount"},
};

constexpr std::array kRegShoFields = {
    FinraField{reg_sho::ReportDate, "tradeReportDate", "tradereportdate"},
    FinraField{reg_sho::Facility, "reportingFacilityCode", "reportingfacilitycode"},
    FinraField{reg_sho::ReportSymbol, "securitiesInformationProcessorSymbolIdentifier",
               "securitiesinformationprocessorsymbolidentifier"},
    FinraField{reg_sho::Market, "marketCode", "marketcode"},
    FinraField{reg_sho::Short, "shortParQuantity", "shortparquantity"},
    FinraField{reg_sho::Exempt, "shortExemptParQuantity", "shortexemptparquantity"},
    FinraField{reg_sho::Total, "totalParQuantity", "totalparquantity"},
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
                                     weekly::NumSlots,         kWeeklyIgnored};
constexpr FinraLayout kWeeklyDownload{FinraKind::WeeklyDownload, Dataset::WeeklyDownload,
                                      "weekly download",         kWeeklyFields,
                                      weekly::NumSlots,          kWeeklyIgnored};
constexpr FinraLayout kLegacyDownload{FinraKind::LegacyDownload,
                                      Dataset::WeeklyDownload,
                                      "weekly download of before 2020",
                                      kLegacyFields,
                                      weekly::NumSlots,
                                      ""};
constexpr FinraLayout kAtsSummary{FinraKind::AtsSummary, Dataset::AtsSummary,
                                  "ATS weekly summary",  kAtsFields,
                                  weekly::NumSlots,      ""};
constexpr FinraLayout kRegSho{FinraKind::RegSho, Dataset::RegShoApi, "regShoDaily reply",
                              kRegShoFields,     reg_sho::NumSlots,  ""};
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
