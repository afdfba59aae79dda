#include <algorithm>
#include <iterator>
#include <utility>

#include "offex/base/check.hpp"

#include "feeds/loop_internal.hpp"
#include "feeds/url_internal.hpp"

namespace offex::feeds {
namespace {

using std::chrono::steady_clock;

std::size_t index_of(Upstream upstream) { return static_cast<std::size_t>(upstream); }

}  // namespace

void Mailbox::deliver(Job job, Result<Reply> reply) {
  if (job.asked) {
    job.asked->set_value(std::move(reply));
    return;
  }
  const std::lock_guard lock{mutex};
  done.push_back({job.id, std::move(job.request), std::move(reply)});
  --pending;
  changed.notify_all();
}

Loop::Loop(const FeedSettings& settings, base::LogSink* log, std::uint64_t seed, Mailbox& box)
    : settings_{settings}, log_{log}, jitter_{seed}, box_{box} {
  static std::once_flag once;
  std::call_once(once, [] { OFFEX_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); });
  multi_ = curl_multi_init();
  OFFEX_CHECK(multi_ != nullptr);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS,
                    static_cast<long>(settings_.limits.connections + kNumUpstreams));
  const Limits& limits = settings_.limits;
  rates_[index_of(Upstream::FinraApi)] = {limits.finra_rate, std::chrono::seconds{1}};
  rates_[index_of(Upstream::Polygon)] = {limits.polygon_rate, std::chrono::minutes{1}};
}

Loop::~Loop() {
  drop_all();
  idle_.clear();
  curl_multi_cleanup(multi_);
}

void Loop::run() {
  while (accept()) {
    start_ready();
    int running = 0;
    curl_multi_perform(multi_, &running);
    collect();
    expire();
    curl_multi_poll(multi_, nullptr, 0, wait_millis(), nullptr);
  }
  drop_all();
}

/// Takes what was submitted. Returns false when the thread has to end.
bool Loop::accept() {
  std::vector<Job> jobs;
  bool cancelled = false;
  {
    const std::lock_guard lock{box_.mutex};
    if (box_.stop) return false;
    jobs.swap(box_.incoming);
    cancelled = box_.cancelled;
  }
  for (Job& job : jobs) ready_[index_of(job.request.upstream)].push_back(std::move(job));
  if (cancelled) drop_all();
  return true;
}

void Loop::start_ready() {
  const SteadyTime now = steady_clock::now();
  while (!delayed_.empty() && delayed_.begin()->first <= now) {
    Job job = std::move(delayed_.begin()->second);
    delayed_.erase(delayed_.begin());
    if (job.for_token) {
      launch(std::move(job));
    } else {
      // Before those that never started: what has begun ends first.
      ready_[index_of(job.request.upstream)].push_front(std::move(job));
    }
  }
  // To ask again and again with keys that were refused may lock the account.
  if (refusal_) fail_waiting_for_token(*refusal_);
  // In turns, so that a long queue of one upstream does not keep the others waiting.
  std::size_t refused = 0;
  while (refused < kNumUpstreams && slots_free()) {
    refused = start_one(static_cast<Upstream>(turn_)) ? 0 : refused + 1;
    turn_ = (turn_ + 1) % kNumUpstreams;
  }
}

bool Loop::start_one(Upstream upstream) {
  std::deque<Job>& queue = ready_[index_of(upstream)];
  if (queue.empty()) return false;
  const SteadyTime now = steady_clock::now();
  const bool with_token = needs_token(queue.front());
  if (with_token && !token_good(now)) {
    want_token();
    return false;
  }
  if (admission(upstream, now) > now) return false;
  Job job = std::move(queue.front());
  queue.pop_front();
  job.token = with_token ? token_ : std::string{};
  rates_[index_of(upstream)].take(now);
  launch(std::move(job));
  return true;
}

SteadyTime Loop::admission(Upstream upstream, SteadyTime now) const {
  return std::max(rates_[index_of(upstream)].next(now), held_until_[index_of(upstream)]);
}

bool Loop::own_address(const Job& job) const {
  const std::optional<Address> own =
      split_address(job.for_token ? settings_.endpoints.finra_token
                                  : endpoint_of(settings_.endpoints, job.request.upstream));
  const std::optional<Address> asked = split_address(job.url);
  return own && asked && same_origin(*own, *asked);
}

bool Loop::needs_token(const Job& job) const {
  return job.request.identity == Identity::FinraToken && !settings_.credentials.finra_key.empty() &&
         own_address(job);
}

bool Loop::token_good(SteadyTime now) const { return !token_.empty() && now < token_until_; }

void Loop::want_token() {
  if (token_asked_) return;
  token_asked_ = true;
  Job job;
  job.for_token = true;
  job.request.upstream = Upstream::FinraApi;
  job.request.method = Method::Post;
  job.request.url = token_question(settings_.endpoints);
  job.request.what = "token of FINRA's identity platform";
  job.url = job.request.url;
  launch(std::move(job));
}

void Loop::launch(Job job) {
  ++job.sends;
  std::unique_ptr<Transfer> transfer;
  if (idle_.empty()) {
    transfer = std::make_unique<Transfer>();
  } else {
    transfer = std::move(idle_.back());
    idle_.pop_back();
  }
  const bool secrets = job.for_token || own_address(job);
  const bool takes_slot = !job.for_token;
  if (auto prepared = transfer->prepare(std::move(job), settings_, secrets); !prepared) {
    fail_job(transfer->take_job(), prepared.error().code, prepared.error().message);
    idle_.push_back(std::move(transfer));
    return;
  }
  OFFEX_CHECK(curl_multi_add_handle(multi_, transfer->easy()) == CURLM_OK);
  if (takes_slot) ++slots_used_;
  active_.push_back(std::move(transfer));
}

std::unique_ptr<Transfer> Loop::remove(CURL* easy) {
  const auto at = std::ranges::find_if(
      active_, [easy](const auto& transfer) { return transfer->easy() == easy; });
  OFFEX_CHECK(at != active_.end());
  std::unique_ptr<Transfer> out = std::move(*at);
  active_.erase(at);
  curl_multi_remove_handle(multi_, easy);
  if (!out->job().for_token) --slots_used_;
  return out;
}

void Loop::collect() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;  // the message dies with the handle's removal
    std::unique_ptr<Transfer> transfer = remove(message->easy_handle);
    Ended ended = transfer->end(code);
    finish(std::move(transfer), std::move(ended));
  }
}

void Loop::expire() {
  const SteadyTime now = steady_clock::now();
  std::vector<CURL*> late;
  for (const auto& transfer : active_) {
    if (transfer->deadline() <= now) late.push_back(transfer->easy());
  }
  for (CURL* const easy : late) {
    std::unique_ptr<Transfer> transfer = remove(easy);
    const char* const why = transfer->why_late();
    Ended ended = transfer->end(CURLE_OPERATION_TIMEDOUT);
    ended.message = why;
    finish(std::move(transfer), std::move(ended));
  }
}

void Loop::drop_all() {
  std::vector<Job> jobs;
  while (!active_.empty()) {
    std::unique_ptr<Transfer> transfer = remove(active_.back()->easy());
    jobs.push_back(transfer->take_job());
    // Its connection is in the middle of something; a fresh handle is cheap, and the part closes.
    transfer.reset();
  }
  for (auto& queue : ready_) {
    std::ranges::move(queue, std::back_inserter(jobs));
    queue.clear();
  }
  for (auto& [when, job] : delayed_) jobs.push_back(std::move(job));
  delayed_.clear();
  {
    const std::lock_guard lock{box_.mutex};
    std::ranges::move(box_.incoming, std::back_inserter(jobs));
    box_.incoming.clear();
  }
  for (Job& job : jobs) {
    if (!job.for_token) fail_job(std::move(job), base::ErrorCode::Interrupted, "interrupted");
  }
  token_asked_ = false;
}

int Loop::wait_millis() const {
  const SteadyTime now = steady_clock::now();
  SteadyTime next = now + std::chrono::minutes{1};
  for (const auto& transfer : active_) next = std::min(next, transfer->deadline());
  if (!delayed_.empty()) next = std::min(next, delayed_.begin()->first);
  for (std::size_t upstream = 0; upstream < kNumUpstreams && slots_free(); ++upstream) {
    const std::deque<Job>& queue = ready_[upstream];
    if (queue.empty()) continue;
    // One that waits for a token is woken by the token's arrival.
    if (needs_token(queue.front()) && !token_good(now) && token_asked_) continue;
    next = std::min(next, admission(static_cast<Upstream>(upstream), now));
  }
  // Rounded up: waking just before the moment would mean to turn in circles until it comes.
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(next - now);
  return static_cast<int>(std::max<std::int64_t>(wait.count(), 0));
}

}  // namespace offex::feeds
