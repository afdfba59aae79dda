#include "offex/market/wholesaler.hpp"

#include <algorithm>
#include <array>

namespace offex::market {
namespace {

// Names as in FINRA's OTC (non-ATS) transparency data, without the legal form; who they are comes
// from the order routing reports (Rule 606) of retail brokers of 2020 to 2025. Former names stay,
// so that old weeks are grouped like new ones.
constexpr std::array kWholesalers{
    Wholesaler{"CITADEL SECURITIES", "first or second of most retail brokers' reports"},
    Wholesaler{"VIRTU AMERICAS", "first or second of most retail brokers' reports"},
    Wholesaler{"KCG AMERICAS", "Virtu Americas before 2017"},
    Wholesaler{"KNIGHT CAPITAL AMERICAS", "KCG Americas before 2013"},
    Wholesaler{"G1 EXECUTION SERVICES", "retail execution of the Susquehanna group"},
    Wholesaler{"E*TRADE CAPITAL MARKETS", "G1 Execution Services before 2014"},
    Wholesaler{"SUSQUEHANNA SECURITIES", "market maker of the Susquehanna group"},
    Wholesaler{"JANE STREET CAPITAL", "in retail brokers' reports since 2020"},
    Wholesaler{"TWO SIGMA SECURITIES", "in retail brokers' reports"},
    Wholesaler{"HRT EXECUTION SERVICES",
               "Hudson River Trading, in retail brokers' reports since 2023"},
    Wholesaler{"HRT FINANCIAL", "Hudson River Trading"},
    Wholesaler{"HUDSON RIVER TRADING", "Hudson River Trading, spelled out"},
    Wholesaler{"SIMULATED WHOLESALER", "firms of the simulated market"},
};

constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

constexpr bool is_part_of_word(char c) {
  return (upper(c) >= 'A' && upper(c) <= 'Z') || (c >= '0' && c <= '9');
}

bool starts_with_name(std::string_view text, std::string_view name) {
  if (text.size() < name.size()) return false;
  if (!std::ranges::equal(text.substr(0, name.size()), name, {}, upper)) return false;
  return text.size() == name.size() || !is_part_of_word(text[name.size()]);
}

}  // namespace

std::span<const Wholesaler> wholesalers() { return kWholesalers; }

bool is_wholesaler(std::string_view firm_name) {
  return std::ranges::any_of(kWholesalers, [firm_name](const Wholesaler& wholesaler) {
    return starts_with_name(firm_name, wholesaler.name);
  });
}

}  // namespace offex::market
