#include <array>
#include <string_view>

#include <fmt/format.h>

#include "sim/reference_internal.hpp"

// What the vendor says about exchanges and conditions. These are facts, nothing is drawn.
namespace offex::sim {
namespace {

struct Exchange {
  int id;
  std::string_view type, name, acronym, mic, participant;
};
constexpr std::array kExchangeList{
    Exchange{1, "exchange", "NYSE American, LLC", "AMEX", "XASE", "A"},
    Exchange{2, "exchange", "Nasdaq OMX BX, Inc.", "", "XBOS", "B"},
    Exchange{3, "exchange", "NYSE National, Inc.", "NSX", "XCIS", "C"},
    Exchange{4, "TRF", "FINRA NYSE TRF", "", "FINY", "D"},
    Exchange{4, "TRF", "FINRA Nasdaq TRF Carteret", "", "FINN", "D"},
    Exchange{4, "TRF", "FINRA Nasdaq TRF Chicago", "", "FINC", "D"},
    Exchange{4, "TRF", "FINRA Alternative Display Facility", "", "XADF", "D"},
    Exchange{5, "SIP", "Unlisted Trading Privileges", "", "", "E"},
    Exchange{7, "exchange", "Cboe EDGA", "", "EDGA", "J"},
    Exchange{8, "exchange", "Cboe EDGX", "", "EDGX", "K"},
    Exchange{9, "exchange", "NYSE Chicago, Inc.", "", "XCHI", "M"},
    Exchange{10, "exchange", "New York Stock Exchange", "NYSE", "XNYS", "N"},
    Exchange{11, "exchange", "NYSE Arca, Inc.", "", "ARCX", "P"},
    Exchange{12, "exchange", "Nasdaq", "", "XNAS", "T"},
    Exchange{13, "SIP", "Consolidated Tape Association", "", "", "S"},
    Exchange{14, "exchange", "Long-Term Stock Exchange", "", "LTSE", "L"},
    Exchange{15, "exchange", "Investors Exchange", "", "IEXG", "V"},
    Exchange{17, "exchange", "Nasdaq Philadelphia Exchange LLC", "", "XPHL", "X"},
    Exchange{18, "exchange", "Cboe BYX", "", "BATY", "Y"},
    Exchange{19, "exchange", "Cboe BZX", "", "BATS", "Z"},
    Exchange{20, "exchange", "MIAX Pearl", "", "EPRL", "H"},
    Exchange{21, "exchange", "Members Exchange", "MEMX", "MEMX", "U"},
};

struct Condition {
  int id;
  std::string_view letter, name;
  bool high_low, open_close, volume;
};
constexpr std::array kConditionList{
    Condition{0, "@", "Regular Sale", true, true, true},
    Condition{1, "A", "Acquisition", true, true, true},
    Condition{2, "W", "Average Price Trade", false, false, true},
    Condition{7, "C", "Cash Sale", false, false, true},
    Condition{8, "6", "Closing Prints", true, true, true},
    Condition{9, "X", "Cross Trade", true, true, true},
    Condition{10, "4", "Derivatively Priced", true, false, true},
    Condition{12, "T", "Form T", false, false, true},
    Condition{13, "U", "Extended Trading Hours (Sold Out of Sequence)", false, false, true},
    Condition{14, "F", "Intermarket Sweep", true, true, true},
    Condition{15, "M", "Market Center Official Close", false, false, false},
    Condition{16, "Q", "Market Center Official Open", false, false, false},
    Condition{21, "H", "Price Variation Trade", false, false, true},
    Condition{22, "P", "Prior Reference Price", true, false, true},
    Condition{25, "O", "Opening Prints", true, true, true},
    Condition{33, "Z", "Sold (out of Sequence)", true, false, true},
    Condition{37, "I", "Odd Lot Trade", false, false, true},
    Condition{38, "9", "Corrected Consolidated Close (per listing market)", true, true, false},
    Condition{41, "", "Trade Thru Exempt", true, true, true},
    Condition{52, "V", "Contingent Trade", false, false, true},
    Condition{53, "7", "Qualified Contingent Trade (QCT)", false, false, true},
};

FileText reply(std::string items, std::uint64_t rows) {
  return {.text = fmt::format("{{\"results\":[{}],\"status\":\"OK\",\"request_id\":\"simulated\","
                              "\"count\":{}}}\n",
                              items, rows),
          .rows = rows};
}

}  // namespace

FileText exchanges_reply() {
  std::string items;
  for (const Exchange& exchange : kExchangeList) {
    if (!items.empty()) items.push_back(',');
    items += fmt::format(
        "{{\"id\":{},\"type\":\"{}\",\"asset_class\":\"stocks\",\"locale\":\"us\",\"name\":\"{}\"",
        exchange.id, exchange.type, exchange.name);
    if (!exchange.acronym.empty()) items += fmt::format(",\"acronym\":\"{}\"", exchange.acronym);
    if (!exchange.mic.empty()) items += fmt::format(",\"mic\":\"{}\"", exchange.mic);
    items += fmt::format(",\"participant_id\":\"{}\"}}", exchange.participant);
  }
  return reply(std::move(items), kExchangeList.size());
}

FileText conditions_reply() {
  std::string items;
  for (const Condition& condition : kConditionList) {
    if (!items.empty()) items.push_back(',');
    const std::string rules =
        fmt::format("{{\"updates_high_low\":{},\"updates_open_close\":{},\"updates_volume\":{}}}",
                    condition.high_low, condition.open_close, condition.volume);
    items += fmt::format(
        "{{\"id\":{},\"type\":\"sale_condition\",\"name\":\"{}\","
        "\"asset_class\":\"stocks\",\"sip_mapping\":{{",
        condition.id, condition.name);
    if (!condition.letter.empty()) {
      items += fmt::format("\"CTA\":\"{0}\",\"UTP\":\"{0}\"", condition.letter);
    }
    items += fmt::format(
        "}},\"update_rules\":{{\"consolidated\":{0},\"market_center\":{0}}},"
        "\"data_types\":[\"trade\"]}}",
        rules);
  }
  return reply(std::move(items), kConditionList.size());
}

}  // namespace offex::sim
