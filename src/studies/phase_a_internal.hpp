#pragma once

#include <span>

#include "offex/studies/phase_a.hpp"

#include "studies/catalogue_internal.hpp"

namespace offex::studies {

/// Rules 17 to 24: the weekly columns, otc_status, data_quality and has_otc.
void phase_a_weekly(const PhaseAInputs& inputs, std::span<const market::Day> days,
                    MetricPanels& out);

/// The other flags, the score, confidence and label. Everything else must be there.
void phase_a_score(ScoreSource source, MetricPanels& out);

}  // namespace offex::studies
