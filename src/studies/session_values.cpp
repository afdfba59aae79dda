#include <cmath>

#include "offex/columns/panel.hpp"
#include "offex/studies/scan.hpp"

#include "studies/session_values_internal.hpp"

namespace offex::studies {

double return_of(const ScanSession& session, std::size_t position) {
  const double before = session.previous_close[position];
  const double now = session.close[position];
  const bool split =
      session.split[position] != 0 || !std::isnan(split_like(session.open[position], before));
  return split || !(before > 0.0) || !(now > 0.0) ? columns::Panel::kMissing : now / before - 1.0;
}

}  // namespace offex::studies
