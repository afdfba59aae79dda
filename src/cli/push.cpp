#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "offex/cli/console.hpp"

#include "cli/push_internal.hpp"
#include "cli/score_source_internal.hpp"

namespace offex::cli {

Result<std::unique_ptr<publish::Target>> connect_target(const std::string& url,
                                                        std::size_t chunk_rows,
                                                        const Invocation& invocation) {
  OFFEX_ASSIGN(std::optional<publish::TargetAddress> address,
               publish::find_target(url, invocation.environment));
  if (!address) return std::unique_ptr<publish::Target>{};
  address->chunk_rows = chunk_rows;
  return publish::open_target(*address, invocation.log);
}

publish::PushRequest push_request(const Invocation& invocation) {
  publish::PushRequest out = publish::push_request(invocation.environment);
  out.as_of = invocation.settings.as_of;
  out.now = market::Instant::from_nanos(invocation.clock->now_nanos());
  out.threads = thread_count(invocation.settings);
  return out;
}

Result<std::vector<publish::Delivery>> push_and_tell(const store::Reader& reader,
                                                     publish::Target& target,
                                                     std::span<const publish::PushRequest> requests,
                                                     Invocation& invocation) {
  Result<std::vector<publish::PushReport>> reports = [&] {
    ProgressBar bar{invocation, "push", "days"};
    return publish::push_all(reader, target, requests, [&bar](std::size_t done, std::size_t total) {
      bar.update(done, total);
    });
  }();
  if (!reports) {
    if (!target.transactional()) {
      invocation.say("what was sent before stays there: the same push completes it");
    }
    return std::unexpected{std::move(reports).error()};
  }
  std::vector<publish::Delivery> out;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const publish::PushReport& report = (*reports)[i];
    for (const std::string& warning : report.warnings) invocation.warn(warning);
    for (const market::Day day : report.no_rows) {
      invocation.say(fmt::format("{}: no rows of {}", requests[i].table, day.iso()));
    }
    std::ranges::copy(report.deliveries, std::back_inserter(out));
  }
  for (const publish::Delivery& part : out) {
    invocation.say(fmt::format(
        "{}: {} rows: {} new, {} changed, {} the same; {} counted back at {}", part.table,
        part.rows, part.inserted, part.updated, part.unchanged, part.counted, target.describe()));
  }
  return out;
}

}  // namespace offex::cli
