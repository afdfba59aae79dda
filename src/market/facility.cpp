#include "offex/market/facility.hpp"

#include <array>
#include <cstddef>

namespace offex::market {
namespace {

struct FacilityRow {
  Facility facility;
  std::string_view prefix;
  std::string_view name;
  bool exchange;
};

// In the order of the enumeration.
constexpr std::array kFacilities{
    FacilityRow{Facility::Cnms, "CNMS", "FINRA consolidated NMS", false},
    FacilityRow{Facility::Fnsq, "FNSQ", "FINRA/Nasdaq TRF Carteret", false},
    FacilityRow{Facility::Fnyx, "FNYX", "FINRA/NYSE TRF", false},
    FacilityRow{Facility::Fnqc, "FNQC", "FINRA/Nasdaq TRF Chicago", false},
    FacilityRow{Facility::Fnra, "FNRA", "FINRA Alternative Display Facility", false},
    FacilityRow{Facility::Forf, "FORF", "FINRA OTC Reporting Facility", false},
    FacilityRow{Facility::Nqbx, "NQBX", "Nasdaq BX exchange", true},
    FacilityRow{Facility::Npsx, "NPSX", "Nasdaq PSX exchange", true},
};

constexpr bool in_enumeration_order() {
  for (std::size_t index = 0; index < kFacilities.size(); ++index) {
    if (static_cast<std::size_t>(kFacilities[index].facility) != index) return false;
  }
  return true;
}
static_assert(in_enumeration_order());

constexpr const FacilityRow& row_of(Facility facility) {
  return kFacilities[static_cast<std::size_t>(facility)];
}

// The bit of a letter is one shifted by its place here.
constexpr std::string_view kMarketLetters = "BQNDOX";

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

std::string_view to_string(Facility facility) { return row_of(facility).prefix; }

std::optional<Facility> parse_facility(std::string_view text) {
  for (const FacilityRow& row : kFacilities) {
    if (row.prefix == text) return row.facility;
  }
  return std::nullopt;
}

std::string_view describe(Facility facility) { return row_of(facility).name; }

bool is_exchange(Facility facility) { return row_of(facility).exchange; }

std::optional<Facility> facility_of_market(std::string_view market) {
  const auto mask = parse_market_mask(market);
  if (!mask || trim(market) == "X") return std::nullopt;
  switch (*mask) {
    case 1:
      return Facility::Fnqc;
    case 2:
      return Facility::Fnsq;
    case 4:
      return Facility::Fnyx;
    case 8:
      return Facility::Fnra;
    case 16:
      return Facility::Forf;
    default:
      return Facility::Cnms;
  }
}

std::optional<std::uint8_t> parse_market_mask(std::string_view text) {
  unsigned mask = 0;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view letter = trim(text.substr(0, comma));
    if (letter.size() != 1) return std::nullopt;
    const std::size_t place = kMarketLetters.find(letter.front());
    if (place == std::string_view::npos || ((mask >> place) & 1U) != 0) return std::nullopt;
    mask |= 1U << place;
    if (comma == std::string_view::npos) return static_cast<std::uint8_t>(mask);
    text.remove_prefix(comma + 1);
  }
}

std::string market_text(std::uint8_t mask) {
  std::string out;
  for (std::size_t place = 0; place < kMarketLetters.size(); ++place) {
    if (((unsigned{mask} >> place) & 1U) == 0) continue;
    if (!out.empty()) out += ',';
    out += kMarketLetters[place];
  }
  return out;
}

}  // namespace offex::market
