#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Numbers as text. All are exact: no floating point is ever printed.
namespace offex::sim {

inline constexpr std::int64_t kShare = 1'000'000;  ///< millionths in a share
inline constexpr std::int64_t kDollar = 10'000;    ///< price units in a dollar

/// Text of one file and its number of data rows.
struct FileText {
  std::string text;
  std::uint64_t rows{0};
};

void append_int(std::string& out, std::int64_t value);

/// Appends a point and `places` digits. \pre 0 <= fraction < 10^places, places <= 8
void append_fraction(std::string& out, std::int64_t fraction, int places);

/// Appends millionths as FINRA prints them: a whole number, or six decimals.
void append_shares(std::string& out, std::int64_t millionths);

/// Appends price units as a whole number of dollars, or with two or four decimals.
void append_dollars(std::string& out, std::int64_t units);

/// Appends cents as the Query API writes notional sums since December 2025 (`1.24565864E9`).
void append_scientific(std::string& out, std::int64_t cents);

}  // namespace offex::sim
