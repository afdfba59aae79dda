#include <algorithm>
#include <cmath>
#include <functional>

#include "offex/kernels/significance.hpp"

#include "studies/eval_internal.hpp"

namespace offex::studies {
namespace {

/// A group of hits: all, the discoveries, or those of one tag.
struct Group {
  std::string_view name;
  std::function<bool(const ScanEvent&)> takes;
};

std::vector<Group> groups() {
  const auto tagged = [](Tag tag) {
    return [tag](const ScanEvent& hit) { return hit.tag == tag; };
  };
  return {{"ALL", [](const ScanEvent&) { return true; }},
          {"DISCOVERY", [](const ScanEvent& hit) { return hit.discovery; }},
          {"SURGE+SHORT", tagged(Tag::SurgeShort)},
          {"SURGE+LONG", tagged(Tag::SurgeLong)},
          {"SURGE", tagged(Tag::Surge)},
          {"SHORT", tagged(Tag::Short)},
          {"LONG", tagged(Tag::Long)},
          {"NONE", tagged(Tag::None)}};
}

/// What followed one hit.
struct Outcome {
  double hit{kEvalMissing};
  double control{kEvalMissing};
  bool known{false};  ///< the end of the horizon is not in the future

  [[nodiscard]] bool complete() const { return !std::isnan(hit) && !std::isnan(control); }
};

double mean_control(const ScanEvent& event, std::span<const double> returns) {
  double sum = 0.0;
  std::size_t count = 0;
  for (const std::uint32_t symbol : event.controls) {
    if (!std::isnan(returns[symbol])) {
      sum += returns[symbol];
      ++count;
    }
  }
  return count == 0 ? kEvalMissing : sum / static_cast<double>(count);
}

std::vector<Outcome> outcomes(const EvalPanels& panels, std::span<const ScanEvent> events,
                              LabelAt at) {
  std::vector<Outcome> out(events.size());
  std::vector<double> returns(panels.num_symbols());
  for (std::size_t index = 0; index < events.size(); ++index) {
    const ScanEvent& event = events[index];
    if (index == 0 || events[index - 1].day != event.day) {
      static_cast<void>(forward_returns(panels, event.day, at.horizon, at.label, returns));
    }
    out[index] = {.hit = returns[event.symbol],
                  .control = mean_control(event, returns),
                  .known = event.day + static_cast<std::size_t>(at.horizon) < panels.days.size()};
  }
  return out;
}

/// Means over the hits that are complete.
void fill_means(std::span<const ScanEvent> events, std::span<const Outcome> results,
                const Group& group, EventEstimate& out) {
  double hit = 0.0;
  double control = 0.0;
  for (std::size_t at = 0; at < events.size(); ++at) {
    if (!group.takes(events[at]) || !results[at].known) {
      continue;
    }
    if (!results[at].complete()) {
      ++out.left_out;
      continue;
    }
    hit += results[at].hit;
    control += results[at].control;
    ++out.hits;
  }
  if (out.hits > 0) {
    out.hit = hit / static_cast<double>(out.hits);
    out.control = control / static_cast<double>(out.hits);
    out.excess = out.hit - out.control;
  }
}

void fill_error(const EvalPanels& panels, std::span<const ScanEvent> events,
                std::span<const Outcome> results, const Group& group, EventEstimate& out) {
  std::vector<double> sums(panels.days.size(), 0.0);
  std::vector<std::uint8_t> with_hit(panels.days.size(), 0);
  for (std::size_t at = 0; at < events.size(); ++at) {
    if (group.takes(events[at]) && results[at].known && results[at].complete()) {
      sums[events[at].day] += results[at].hit - results[at].control - out.excess;
      with_hit[events[at].day] = 1;
    }
  }
  out.sessions = static_cast<std::size_t>(std::ranges::count(with_hit, 1));
  out.error =
      clustered_error(sums, out.sessions, out.hits, static_cast<std::size_t>(out.horizon) - 1);
  out.t = out.excess / out.error;
  out.z = score_of_t(out.t, out.sessions, static_cast<std::size_t>(out.horizon) - 1);
  out.p = kernels::p_two_sided(out.z);
}

void correct_events(std::vector<EventEstimate>& events) {
  std::vector<Estimate> estimates(events.size());
  std::vector<Estimate*> family;
  for (std::size_t at = 0; at < events.size(); ++at) {
    estimates[at].p = events[at].p;
    family.push_back(&estimates[at]);
  }
  correct_for_many(family);
  for (std::size_t at = 0; at < events.size(); ++at) {
    events[at].q = estimates[at].q;
  }
}

}  // namespace

std::vector<std::uint32_t> nearest_controls(
    std::span<const std::pair<double, std::uint32_t>> candidates, double baseline,
    std::size_t count) {
  auto after =
      std::ranges::lower_bound(candidates, baseline, {}, &std::pair<double, std::uint32_t>::first);
  auto before = after;
  std::vector<std::uint32_t> out;
  while (out.size() < count && (before != candidates.begin() || after != candidates.end())) {
    const bool lower =
        before != candidates.begin() &&
        (after == candidates.end() || baseline - (before - 1)->first <= after->first - baseline);
    if (lower) {
      --before;
    }
    out.push_back(lower ? before->second : after->second);
    if (!lower) {
      ++after;
    }
  }
  return out;
}

std::vector<EventEstimate> event_study(const EvalPanels& panels, std::span<const ScanEvent> events,
                                       const EvalOptions& options) {
  std::vector<EventEstimate> out;
  const std::vector<Group> all = groups();
  for (const LabelAt& at : labels_of(options)) {
    const std::vector<Outcome> results = outcomes(panels, events, at);
    for (const Group& group : all) {
      EventEstimate one{.group = group.name, .label = at.label, .horizon = at.horizon};
      fill_means(events, results, group, one);
      if (one.hits == 0 && one.left_out == 0) {
        continue;
      }
      if (one.hits > 0) {
        fill_error(panels, events, results, group, one);
      }
      out.push_back(one);
    }
  }
  correct_events(out);
  return out;
}

}  // namespace offex::studies
