#pragma once

#include <array>
#include <cstddef>

// The pieces of the special functions that scalar code and vectorised loops share.
namespace offex::kernels::detail {

/// Coefficients of one rational function, lowest power first.
using Coefficients = std::array<double, 8>;

inline double polynomial(const Coefficients& c, double x) {
  return ((((((c[7] * x + c[6]) * x + c[5]) * x + c[4]) * x + c[3]) * x + c[2]) * x + c[1]) * x +
         c[0];
}

// Wichura 1988, AS241, PPND16: the centre |q| <= 0.425, then two tails.
inline constexpr Coefficients kCentreAbove{3.3871328727963666080e0, 1.3314166789178437745e2,
                                           1.9715909503065514427e3, 1.3731693765509461125e4,
                                           4.5921953931549871457e4, 6.7265770927008700853e4,
                                           3.3430575583588128105e4, 2.5090809287301226727e3};
inline constexpr Coefficients kCentreBelow{1.0,
                                           4.2313330701600911252e1,
                                           6.8718700749205790830e2,
                                           5.3941960214247511077e3,
                                           2.1213794301586595867e4,
                                           3.9307895800092710610e4,
                                           2.8729085735721942674e4,
                                           5.2264952788528545610e3};
inline constexpr Coefficients kNearAbove{1.42343711074968357734e0,  4.63033784615654529590e0,
                                         5.76949722146069140550e0,  3.64784832476320460504e0,
                                         1.27045825245236838258e0,  2.41780725177450611770e-1,
                                         2.27238449892691845833e-2, 7.74545014278341407640e-4};
inline constexpr Coefficients kNearBelow{1.0,
                                         2.05319162663775882187e0,
                                         1.67638483018380384940e0,
                                         6.89767334985100004550e-1,
                                         1.48103976427480074590e-1,
                                         1.51986665636164571966e-2,
                                         5.47593808499534494600e-4,
                                         1.05075007164441684324e-9};
inline constexpr Coefficients kFarAbove{6.65790464350110377720e0,  5.46378491116411436990e0,
                                        1.78482653991729133580e0,  2.96560571828504891230e-1,
                                        2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                        2.71155556874348757815e-5, 2.01033439929228813265e-7};
inline constexpr Coefficients kFarBelow{1.0,
                                        5.99832206555887937690e-1,
                                        1.36929880922735805310e-1,
                                        1.48753612908506148525e-2,
                                        7.86869131145613259100e-4,
                                        1.84631831751005468180e-5,
                                        1.42151175831644588870e-7,
                                        2.04426310338993978564e-15};

inline constexpr double kCentre = 0.425;  // |p - 1/2| up to which the centre is used
inline constexpr double kFar = 5.0;       // sqrt(-log p) beyond which the far tail is used

/// Returns the normal quantile of 1/2 + q. \pre |q| <= kCentre
inline double normal_centre(double q) {
  const double r = 0.180625 - q * q;
  return q * polynomial(kCentreAbove, r) / polynomial(kCentreBelow, r);
}

/// Returns the z with an upper tail of p, given r = sqrt(-log p). \pre p < 1/2 - kCentre
inline double normal_tail(double r) {
  return r <= kFar ? polynomial(kNearAbove, r - 1.6) / polynomial(kNearBelow, r - 1.6)
                   : polynomial(kFarAbove, r - kFar) / polynomial(kFarBelow, r - kFar);
}

/// Two-sided tail from which on a score is computed from the probability of the centre.
inline constexpr double kCentreFrom = 0.15;
/// Largest score that is given out.
inline constexpr double kLargestScore = 38.0;

/// student_to_normal for any nu >= 1 and any t that is a number, by the general incomplete beta
/// function: slow, and the measure for the fast one.
[[nodiscard]] double general_student_to_normal(double t, double nu);

/// Most lanes that are computed at once.
inline constexpr std::size_t kStudentTile = 64;

/// student_to_normal of at most kStudentTile values with a two-sided tail of kCentreFrom or more.
/// A result depends on its own t and nu only. \pre 3 <= nu <= 256
void student_centre(const double* t, const double* nu, std::size_t size, double* z);

/// The same for values with a smaller tail. \param levels of the continued fraction, a multiple
/// of 4
void student_tail(const double* t, const double* nu, std::size_t size, int levels, double* z);

}  // namespace offex::kernels::detail
