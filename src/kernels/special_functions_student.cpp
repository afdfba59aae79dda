#include <algorithm>
#include <array>
#include <cstdint>

#include "offex/base/check.hpp"
#include "offex/base/multiversion.hpp"
#include "offex/kernels/special_functions.hpp"

#include "kernels/special_functions_internal.hpp"

// student_to_normal over spans. A block of values is sorted into classes by what they need: the
// centre a short series, the tails a continued fraction of a fixed number of levels. A class is
// computed in lanes, one value a lane, by plain loops that compilers turn into vectors. The class
// of a value and the arithmetic on it depend on nothing but the value.
namespace offex::kernels {
namespace {

constexpr std::size_t kBlock = 512;  // values that are sorted together
constexpr std::size_t kPad = 8;      // lanes are filled up to whole vectors

constexpr double kLeastFreedom = 3.0;  // outside the general way is taken
constexpr double kMostFreedom = 256.0;
constexpr double kLargestSquare = 1e200;

/// Levels of the continued fraction that leave an error below a rounding, by class of tail.
constexpr std::array<int, 4> kLevels{16, 28, 40, 60};
constexpr std::size_t kCentreClass = kLevels.size();
constexpr std::size_t kGeneralClass = kCentreClass + 1;
constexpr std::size_t kClasses = kGeneralClass + 1;

/// t^2 at which the two-sided tail is kCentreFrom, to 2e-5, for kLeastFreedom and more.
inline double centre_square(double nu) {
  const double v = 1.0 / nu;
  return 2.07228158 + v * (3.179897033 + v * (3.783017193 + v * (2.732365035 + v * 3.985575277)));
}

/// The continued fraction needs at most 9.2 / sqrt(y) levels, y = t^2 / (nu + t^2), and fewer for
/// large t.
OFFEX_WIDE_CLONES void classify(const double* t, const double* nu, std::size_t size,
                                std::uint8_t* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const double square = t[i] * t[i];
    const double whole = nu[i] + square;
    const bool good =
        (nu[i] >= kLeastFreedom) & (nu[i] <= kMostFreedom) & (square < kLargestSquare);
    const bool centre = square <= centre_square(nu[i]);
    const bool over16 = (square < 0.33 * whole) & (square < 3.5 * 3.5);
    const bool over28 = (square < 0.108 * whole) & (square < 2.4 * 2.4);
    const bool over40 = over28 & (nu[i] > 72.0);
    const int tail = static_cast<int>(over16) + static_cast<int>(over28) + static_cast<int>(over40);
    const int fast = centre ? static_cast<int>(kCentreClass) : tail;
    out[i] = static_cast<std::uint8_t>(good ? fast : static_cast<int>(kGeneralClass));
  }
}

/// Values of one class, gathered.
struct Gathered {
  std::array<double, kBlock + kPad> t, nu, z;
};

void compute_class(std::size_t kind, Gathered& part, std::size_t size) {
  if (kind == kGeneralClass) {
    for (std::size_t i = 0; i < size; ++i) {
      const bool missing = part.t[i] != part.t[i] || part.nu[i] != part.nu[i];
      part.z[i] = missing ? part.t[i] + part.nu[i]
                          : detail::general_student_to_normal(part.t[i], part.nu[i]);
    }
    return;
  }
  const std::size_t padded = (size + kPad - 1) / kPad * kPad;
  std::fill(part.t.begin() + static_cast<std::ptrdiff_t>(size),
            part.t.begin() + static_cast<std::ptrdiff_t>(padded), part.t[size - 1]);
  std::fill(part.nu.begin() + static_cast<std::ptrdiff_t>(size),
            part.nu.begin() + static_cast<std::ptrdiff_t>(padded), part.nu[size - 1]);
  for (std::size_t at = 0; at < padded; at += detail::kStudentTile) {
    const std::size_t lanes = std::min(detail::kStudentTile, padded - at);
    const double* const t = part.t.data() + at;
    const double* const nu = part.nu.data() + at;
    if (kind == kCentreClass) {
      detail::student_centre(t, nu, lanes, part.z.data() + at);
    } else {
      detail::student_tail(t, nu, lanes, kLevels.at(kind), part.z.data() + at);
    }
  }
}

/// At most kBlock values.
void convert_block(const double* t, const double* nu, std::size_t size, double* z) {
  std::array<std::uint8_t, kBlock> kinds;   // NOLINT(*-member-init): filled before it is read
  std::array<std::uint16_t, kBlock> order;  // NOLINT(*-member-init): filled before it is read
  std::array<std::uint16_t, kClasses + 1> begin{};
  classify(t, nu, size, kinds.data());
  for (std::size_t i = 0; i < size; ++i) {
    ++begin[kinds[i] + std::size_t{1}];
  }
  for (std::size_t kind = 0; kind < kClasses; ++kind) {
    begin[kind + 1] = static_cast<std::uint16_t>(begin[kind + 1] + begin[kind]);
  }
  std::array<std::uint16_t, kClasses + 1> next = begin;
  for (std::size_t i = 0; i < size; ++i) {
    order[next[kinds[i]]++] = static_cast<std::uint16_t>(i);
  }
  Gathered part;  // NOLINT(*-member-init): filled before it is read
  for (std::size_t kind = 0; kind < kClasses; ++kind) {
    const std::uint16_t* const members = order.data() + begin[kind];
    const std::size_t count = begin[kind + 1] - std::size_t{begin[kind]};
    if (count == 0) {
      continue;
    }
    for (std::size_t i = 0; i < count; ++i) {
      part.t[i] = t[members[i]];
      part.nu[i] = nu[members[i]];
    }
    compute_class(kind, part, count);
    for (std::size_t i = 0; i < count; ++i) {
      z[members[i]] = part.z[i];
    }
  }
}

}  // namespace

double student_to_normal(double t, double nu) {
  double z = 0.0;
  convert_block(&t, &nu, 1, &z);
  return z;
}

void student_to_normal(std::span<const double> t, std::span<const double> nu, std::span<double> z) {
  OFFEX_CHECK(t.size() == nu.size() && t.size() == z.size());
  for (std::size_t at = 0; at < z.size(); at += kBlock) {
    convert_block(t.data() + at, nu.data() + at, std::min(kBlock, z.size() - at), z.data() + at);
  }
}

}  // namespace offex::kernels
