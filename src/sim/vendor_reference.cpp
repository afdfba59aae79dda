#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include <fmt/format.h>

#include "offex/market/trade_rules.hpp"

#include "sim/reference_internal.hpp"

// What the vendor says about exchanges and conditions. These are facts, nothing is drawn.
namespace offex::sim {
namespace {

struct Exchange {
  std::uint8_t id;
  std::string_view type, name, acronym, mic;
};
constexpr std::array kExchangeList{
    Exchange{1, "exchange", "NYSE American, LLC", "AMEX", "XASE"},
    Exchange{2, "exchange", "Nasdaq OMX BX, Inc.", "", "XBOS"},
    Exchange{3, "exchange", "NYSE National, Inc.", "NSX", "XCIS"},
    Exchange{4, "TRF", "FINRA NYSE TRF", "", "FINY"},
    Exchange{4, "TRF", "FINRA Nasdaq TRF Carteret", "", "FINN"},
    Exchange{4, "TRF", "FINRA Nasdaq TRF Chicago", "", "FINC"},
    Exchange{4, "TRF", "FINRA Alternative Display Facility", "", "XADF"},
    Exchange{5, "SIP", "Unlisted Trading Privileges", "", ""},
    Exchange{7, "exchange", "Cboe EDGA", "", "EDGA"},
    Exchange{8, "exchange", "Cboe EDGX", "", "EDGX"},
    Exchange{9, "exchange", "NYSE Chicago, Inc.", "", "XCHI"},
    Exchange{10, "exchange", "New York Stock Exchange", "NYSE", "XNYS"},
    Exchange{11, "exchange", "NYSE Arca, Inc.", "", "ARCX"},
    Exchange{12, "exchange", "Nasdaq", "", "XNAS"},
    Exchange{13, "SIP", "Consolidated Tape Association", "", ""},
    Exchange{14, "exchange", "Long-Term Stock Exchange", "", "LTSE"},
    Exchange{15, "exchange", "Investors Exchange", "", "IEXG"},
    Exchange{17, "exchange", "Nasdaq Philadelphia Exchange LLC", "", "XPHL"},
    Exchange{18, "exchange", "Cboe BYX", "", "BATY"},
    Exchange{19, "exchange", "Cboe BZX", "", "BATS"},
    Exchange{20, "exchange", "MIAX Pearl", "", "EPRL"},
    Exchange{21, "exchange", "Members Exchange", "MEMX", "MEMX"},
};

// Those that the vendor's reply lists.
constexpr std::array<std::int64_t, 21> kListedConditions{0,  1,  2,  7,  8,  9,  10, 12, 13, 14, 15,
                                                         16, 21, 22, 25, 33, 37, 38, 41, 52, 53};
constexpr std::int64_t kTradeThroughExempt = 41;  // the reply has no letter for it

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
    items += fmt::format(",\"participant_id\":\"{}\"}}", market::exchange_letter(exchange.id));
  }
  return reply(std::move(items), kExchangeList.size());
}

FileText conditions_reply() {
  std::string items;
  for (const market::TradeCondition& condition : market::trade_conditions()) {
    if (std::ranges::find(kListedConditions, condition.id) == kListedConditions.end()) continue;
    if (!items.empty()) items.push_back(',');
    const std::string rules =
        fmt::format("{{\"updates_high_low\":{},\"updates_open_close\":{},\"updates_volume\":{}}}",
                    condition.high_low == market::PriceUpdate::Yes,
                    condition.last == market::PriceUpdate::Yes, condition.volume);
    items += fmt::format(
        "{{\"id\":{},\"type\":\"sale_condition\",\"name\":\"{}\","
        "\"asset_class\":\"stocks\",\"sip_mapping\":{{",
        condition.id, condition.name);
    if (!condition.sip.empty() && condition.id != kTradeThroughExempt) {
      items += fmt::format("\"CTA\":\"{0}\",\"UTP\":\"{0}\"", condition.sip);
    }
    items += fmt::format(
        "}},\"update_rules\":{{\"consolidated\":{0},\"market_center\":{0}}},"
        "\"data_types\":[\"trade\"]}}",
        rules);
  }
  return reply(std::move(items), kListedConditions.size());
}

}  // namespace offex::sim
