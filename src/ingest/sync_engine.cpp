#include <algorithm>
#include <set>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "ingest/sync_engine_internal.hpp"

namespace offex::ingest {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// What lies in the spool for longer may have been corrected meanwhile.
constexpr std::int64_t kSpoolNanos = 6LL * 3'600'000'000'000;

unsigned thread_count(unsigned asked) {
  return asked > 0 ? asked : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

SyncEngine::SyncEngine(store::Writer& writer, const SyncContext& context,
                       const SyncRequest& request, feeds::Client& client)
    : writer_{writer},
      context_{context},
      request_{request},
      client_{client},
      threads_{thread_count(request.threads)},
      spool_{context.home / "incoming"},
      known_{writer},
      decoder_{import_, context.home, known_},
      storer_{writer, context.home},
      queue_{decoder_, threads_},
      last_commit_{steady_clock::now()} {}

Result<SyncReport> SyncEngine::run(TaskPlan plan, const SyncProgress& progress,
                                   const std::function<bool()>& stop) {
  OFFEX_TRY(storer_.record(plan.waiting));
  report_.due = std::move(plan.waiting);
  report_.notes = std::move(plan.notes);
  std::set<std::string> slugs;
  for (Task& task : plan.tasks) {
    slugs.insert(slug_of(task));
    if (task.otherwise) slugs.insert(slug_of(*task.otherwise));
    works_.push_back({.task = std::move(task), .transfer = {}});
  }
  // What other commands left may be gigabytes that they will go on with.
  constexpr std::chrono::hours kWeek{7 * 24};
  spool_.sweep(slugs, plan.stored_slugs, kWeek);
  report_.partitions = works_.size();
  OFFEX_TRY(loop(progress, stop));
  OFFEX_TRY(judge_absences());
  OFFEX_TRY(commit());
  return std::move(report_);
}

Result<void> SyncEngine::loop(const SyncProgress& progress, const std::function<bool()>& stop) {
  std::size_t told = 0;
  while (done_ < works_.size()) {
    if (stop && stop()) {
      client_.cancel();
      while (auto finished = client_.take(milliseconds{0})) {
        OFFEX_TRY(take_finished(std::move(*finished)));
      }
      OFFEX_TRY(commit());
      return fail(base::ErrorCode::Interrupted,
                  fmt::format("stopped after {} of {} partitions; the same command goes on from "
                              "there",
                              done_, works_.size()));
    }
    OFFEX_TRY(turn());
    if (progress && done_ != told) {
      told = done_;
      progress(done_, works_.size());
    }
  }
  return {};
}

Result<void> SyncEngine::start_more() {
  // Enough to keep the connections busy while this thread stores, little enough that a kill loses
  // few answers that are not in the spool yet.
  const std::size_t most = std::size_t{context_.feeds.limits.connections} * 2;
  const std::size_t ahead = std::size_t{threads_} * 8 + 16;
  while (next_ < works_.size() && asked_ < most && queue_.size() < ahead) {
    OFFEX_TRY(start(next_++));
  }
  return {};
}

Result<void> SyncEngine::start(std::size_t id) {
  Work& work = works_[id];
  work.transfer =
      std::make_unique<Transfer>(work.task, context_.feeds.endpoints, spool_, request_.max_pages);
  auto step = work.transfer->start(market::Instant::from_nanos(now().nanos() - kSpoolNanos));
  report_.resumed += work.transfer->resumed();
  return follow(id, std::move(step), nullptr);
}

void SyncEngine::send_due() {
  const SteadyTime moment = steady_clock::now();
  for (std::size_t i = 0; i < later_.size();) {
    if (later_[i].when > moment) {
      ++i;
      continue;
    }
    ask(later_[i].id, std::move(later_[i].request));
    later_.erase(later_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

Result<void> SyncEngine::follow(std::size_t id, Result<Step> step, const feeds::Request* asked) {
  if (!step) return retry(id, step.error(), asked);
  switch (step->want) {
    case Want::Ask:
      ask(id, std::move(step->request));
      return {};
    case Want::Later:
      later_.push_back({.when = steady_clock::now() + request_.poll,
                        .id = id,
                        .request = std::move(step->request)});
      return {};
    case Want::Whole:
      queue_.push(works_[id].transfer->bundle());
      decoding_.push_back(id);
      return {};
    case Want::None:
      break;
  }
  if (!works_[id].task.revisited.empty()) return finish_restated(id, {}, {});
  if (works_[id].task.may_be_empty) return finish_stored(id, {}, "", {}, "");
  return finish_absent(id, "the answer has no rows", false);
}

void SyncEngine::ask(std::size_t id, feeds::Request request) {
  client_.submit(id, std::move(request));
  asked_ += 1;
}

Result<void> SyncEngine::take_finished(feeds::Finished finished) {
  asked_ -= 1;
  const auto id = static_cast<std::size_t>(finished.id);
  if (!finished.reply) {
    if (finished.reply.error().code == base::ErrorCode::Interrupted) return {};
    return finish_failed(id, finished.reply.error());
  }
  return take_reply(id, finished.request, *finished.reply);
}

Result<void> SyncEngine::take_reply(std::size_t id, const feeds::Request& asked,
                                    const feeds::Reply& reply) {
  switch (reply.kind) {
    case feeds::ReplyKind::NotModified:
      return finish_unchanged(id);
    case feeds::ReplyKind::Absent:
      return finish_absent(id, fmt::format("the server has no such file ({})", reply.status), true);
    case feeds::ReplyKind::NotEntitled:
      return finish_absent(id, "not in the plan of the key", true);
    case feeds::ReplyKind::Body:
    case feeds::ReplyKind::Empty:
    case feeds::ReplyKind::Accepted:
      break;
  }
  return follow(id, works_[id].transfer->take(asked, reply, now()), &asked);
}

// A damaged reply is asked for again; when that does not help, or the answer as a whole is wrong,
// everything is forgotten and asked for from the start.
Result<void> SyncEngine::retry(std::size_t id, const base::Error& error,
                               const feeds::Request* asked) {
  Work& work = works_[id];
  const bool damage =
      error.code == base::ErrorCode::Integrity || error.code == base::ErrorCode::UnknownLayout;
  if (error.code == base::ErrorCode::Io) return std::unexpected{error};
  work.failures += 1;
  if (!damage || work.failures >= context_.feeds.limits.attempts) {
    work.transfer->reset();
    return finish_failed(id, error);
  }
  if (asked != nullptr && work.failures % 2 == 1) {
    ask(id, *asked);
    return {};
  }
  work.transfer->reset();
  return start(id);
}

Result<void> SyncEngine::turn() {
  OFFEX_TRY(start_more());
  send_due();
  // Answers go to the spool before anything is stored: there they survive a kill.
  const bool storing = queue_.size() > 0;
  milliseconds patience{storing ? 0 : 20};
  while (auto finished = client_.take(patience)) {
    OFFEX_TRY(take_finished(std::move(*finished)));
    patience = milliseconds{0};
  }
  if (queue_.ready() || (storing && asked_ == 0)) {
    OFFEX_TRY(store_next());
  } else if (storing) {
    // Both are at work, the network and the decoders.
    if (auto finished = client_.take(milliseconds{2})) {
      OFFEX_TRY(take_finished(std::move(*finished)));
    }
  } else if (asked_ == 0 && !later_.empty()) {
    std::this_thread::sleep_for(milliseconds{20});
  }
  constexpr std::chrono::seconds kCommitEvery{5};
  if (storer_.is_full() || steady_clock::now() - last_commit_ > kCommitEvery) OFFEX_TRY(commit());
  return {};
}

Result<void> SyncEngine::store_next() {
  const std::size_t id = decoding_.front();
  decoding_.pop_front();
  std::vector<Decoded> answer = queue_.take();
  const SteadyTime start = steady_clock::now();
  OFFEX_TRY(store_answer(id, std::move(answer)));
  report_.store_seconds += std::chrono::duration<double>(steady_clock::now() - start).count();
  return {};
}

Result<void> SyncEngine::commit() {
  const SteadyTime start = steady_clock::now();
  OFFEX_TRY(storer_.commit());
  for (const std::string& slug : done_slugs_) spool_.drop(slug);
  done_slugs_.clear();
  last_commit_ = steady_clock::now();
  report_.store_seconds += std::chrono::duration<double>(last_commit_ - start).count();
  return {};
}

market::Instant SyncEngine::now() const {
  return market::Instant::from_nanos(context_.clock.now_nanos());
}

void SyncEngine::finished_one() { done_ += 1; }

}  // namespace offex::ingest
