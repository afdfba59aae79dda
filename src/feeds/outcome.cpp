#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "feeds/loop_internal.hpp"
#include "feeds/token_internal.hpp"
#include "feeds/url_internal.hpp"

namespace offex::feeds {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr unsigned kMostRedirects = 5;
constexpr std::size_t kShownAddress = 200;
constexpr std::uint64_t kProgressBytes = std::uint64_t{1} << 20U;

std::int64_t unix_millis() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<milliseconds>(since).count();
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// Resolves an address that a server gave against the one it was asked at.
std::optional<std::string> resolve(const std::string& base, const std::string& location) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url{curl_url(), &curl_url_cleanup};
  char* whole = nullptr;
  if (url == nullptr || curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK ||
      curl_url_set(url.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK ||
      curl_url_get(url.get(), CURLUPART_URL, &whole, 0) != CURLUE_OK) {
    return std::nullopt;
  }
  std::string out{whole};
  curl_free(whole);
  return out;
}

/// Says why a redirect is not followed; nothing when it may be.
std::string why_not_follow(const Job& job, int status, const std::string& url) {
  const std::optional<Address> from = split_address(job.url);
  const std::optional<Address> to = split_address(url);
  if (!from || !to) return fmt::format("a redirect ({}) to nowhere", status);
  const bool safe = to->scheme == "https" || (from->scheme == "http" && is_loopback(*to));
  if (!safe) return "a redirect to an address that is not https: " + origin_of(*to);
  if (job.request.method == Method::Post && status <= 303) {
    return fmt::format("a question was redirected ({})", status);
  }
  return {};
}

/// Failures of the transport that another attempt does not mend.
std::optional<ErrorCode> lasting(CURLcode code) {
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return ErrorCode::InvalidArgument;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return ErrorCode::Upstream;
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
      return ErrorCode::Internal;
    default:
      return std::nullopt;
  }
}

/// Makes the reply of what was received.
Reply make_reply(Received received, ReplyKind kind, const Job& job) {
  Reply out;
  out.kind = kind;
  out.status = received.status;
  out.body = std::move(received.body);
  out.etag = std::move(received.etag);
  if (const auto date = read_http_date(received.last_modified)) {
    out.published_at = market::Instant::from_nanos(*date * 1'000'000'000);
  }
  out.last_modified = std::move(received.last_modified);
  out.record_total = received.record_total;
  out.record_offset = received.record_offset;
  if (job.request.upstream == Upstream::Postgrest) {
    const RowRange range = read_row_range(received.content_range);
    out.record_total = range.total;
    out.record_offset = range.first;
  }
  if (!received.location.empty()) {
    out.location = resolve(job.url, received.location).value_or(std::move(received.location));
  }
  out.bytes = received.bytes;
  out.attempts = job.sends;
  out.seconds = received.seconds;
  return out;
}

}  // namespace

void Loop::finish(std::unique_ptr<Transfer> transfer, Ended ended) {
  count(transfer->job(), ended);
  judge_ended(*transfer, ended);
  transfer->rest();
  idle_.push_back(std::move(transfer));
}

void Loop::count(const Job& job, const Ended& ended) {
  const std::lock_guard lock{box_.mutex};
  Traffic& traffic = box_.traffic[static_cast<std::size_t>(job.request.upstream)];
  ++traffic.requests;
  if (job.sends > job.redirects + 1) ++traffic.retries;
  traffic.bytes += ended.received.bytes;
}

void Loop::judge_ended(Transfer& transfer, Ended& ended) {
  if (ended.broken) {
    deliver_broken(transfer.take_job(), *std::move(ended.broken));
    return;
  }
  if (ended.code != CURLE_OK || ended.wrong_range) {
    judge_failed(transfer.take_job(), ended);
    return;
  }
  Received& received = ended.received;
  if (is_redirect(received.status) && !transfer.job().for_token) {
    Job job = transfer.take_job();
    if (follow(job, received)) {
      ready_[static_cast<std::size_t>(job.request.upstream)].push_front(std::move(job));
    }
    return;
  }
  const Job& job = transfer.job();
  const Verdict verdict =
      job.for_token ? judge_token(received) : judge(job.request, received, !job.token.empty());
  switch (verdict.step) {
    case Step::Use:
      use(transfer, std::move(received), verdict.kind);
      return;
    case Step::Again:
      again(transfer.take_job(), verdict, received);
      return;
    case Step::Renew:
      renew(transfer.take_job(), verdict, received);
      return;
    case Step::Fail: {
      Job failed = transfer.take_job();
      failed.refused = verdict.code == ErrorCode::Credentials;
      fail_job(std::move(failed), verdict.code, verdict.why);
      return;
    }
  }
}

void Loop::deliver_broken(Job job, base::Error error) {
  error.message = fmt::format("{}: {}", job.request.what, error.message);
  box_.deliver(std::move(job), std::unexpected{std::move(error)});
}

void Loop::judge_failed(Job job, const Ended& ended) {
  if (ended.too_large) {
    fail_job(std::move(job), ErrorCode::Upstream, "the body is too large to be true");
    return;
  }
  if (const auto code = lasting(ended.code)) {
    fail_job(std::move(job), *code, ended.message);
    return;
  }
  const std::string why =
      ended.wrong_range ? "the part on the disk could not be continued" : ended.message;
  again(std::move(job), {.step = Step::Again, .why = why}, ended.received);
}

void Loop::use(Transfer& transfer, Received received, ReplyKind kind) {
  if (received.in_file) {
    const Result<bool> whole = transfer.finish_file(received);
    if (!whole) {
      deliver_broken(transfer.take_job(), whole.error());
      return;
    }
    if (!*whole) {
      again(transfer.take_job(), {.step = Step::Again, .why = "the file is not whole"}, received);
      return;
    }
  }
  Job job = transfer.take_job();
  if (job.for_token) {
    GrantedToken granted = read_token(received.body).value_or(GrantedToken{});
    token_ = std::move(granted.value);
    token_until_ = steady_clock::now() + use_of(granted.lifetime);
    token_asked_ = false;
    return;
  }
  if (!job.token.empty()) keys_proven_ = true;
  if (kind == ReplyKind::Body) {
    const std::lock_guard lock{box_.mutex};
    ++box_.traffic[static_cast<std::size_t>(job.request.upstream)].bodies;
  }
  Reply reply = make_reply(std::move(received), kind, job);
  box_.deliver(std::move(job), std::move(reply));
}

/// Points the job to where the server sends it; false when it was ended because it must not go.
bool Loop::follow(Job& job, const Received& received) {
  const std::string url = received.location.empty()
                              ? std::string{}
                              : resolve(job.url, received.location).value_or(std::string{});
  std::string why = why_not_follow(job, received.status, url);
  if (why.empty() && ++job.redirects > kMostRedirects) why = "too many redirects";
  if (!why.empty()) {
    fail_job(std::move(job), ErrorCode::Upstream, why);
    return false;
  }
  job.url = url;
  return true;
}

void Loop::renew(Job job, const Verdict& verdict, const Received& received) {
  // Another request may have brought a new one meanwhile.
  if (job.token == token_) token_.clear();
  if (job.renewed && keys_proven_) {
    // The keys are good, so it is the server that stumbles.
    again(std::move(job), verdict, received);
    return;
  }
  if (job.renewed) {
    fail_job(std::move(job), verdict.code, verdict.why);
    return;
  }
  job.renewed = true;
  ready_[static_cast<std::size_t>(job.request.upstream)].push_front(std::move(job));
}

void Loop::again(Job job, const Verdict& verdict, const Received& received) {
  // A file of gigabytes outlives many connections: as long as each brings it on, none is the last.
  if (received.in_file && received.bytes >= kProgressBytes) job.failures = 0;
  const milliseconds most = settings_.limits.longest_retry_after;
  const auto asked = read_retry_after(received.retry_after, unix_millis() / 1'000);
  if (asked && *asked > most) {
    fail_job(std::move(job), verdict.code, too_long_a_wait(verdict.why, *asked, most));
    return;
  }
  if (++job.failures >= settings_.limits.attempts) {
    fail_job(std::move(job), verdict.code, verdict.why);
    return;
  }
  const milliseconds wait = wait_after(job, verdict, asked);
  const SteadyTime when = steady_clock::now() + wait;
  if (verdict.throttled) {
    SteadyTime& held = held_until_[static_cast<std::size_t>(job.request.upstream)];
    held = std::max(held, when);
  }
  say(base::LogLevel::Info, fmt::format("{}: {}; tried again in {:.1f} s", job.request.what,
                                        verdict.why, 1e-3 * static_cast<double>(wait.count())));
  job.url = job.request.url;
  job.redirects = 0;
  delayed_.emplace(when, std::move(job));
}

milliseconds Loop::wait_after(const Job& job, const Verdict& verdict,
                              std::optional<milliseconds> asked) {
  const Limits& limits = settings_.limits;
  const milliseconds backoff = jitter_.up_to(backoff_ceiling(limits, job.failures));
  if (asked) return std::max(*asked, backoff);
  if (verdict.throttled && job.request.upstream == Upstream::Polygon) {
    // The vendor counts by the minute and does not say when to come back.
    return std::min(std::max(until_next_minute(unix_millis()), backoff), limits.longest_wait);
  }
  return backoff;
}

void Loop::fail_job(Job job, ErrorCode code, const std::string& why) {
  std::string text = fmt::format("{}: {}", job.request.what, why);
  if (code != ErrorCode::Interrupted) {
    text += job.sends > 1 ? fmt::format(", after {} attempts", job.sends) : "";
    text += fmt::format(" ({})", base::printable_excerpt(public_url(job.url), kShownAddress));
  }
  base::Error error{code, redact(std::move(text), settings_.credentials, token_), {}};
  if (job.for_token) {
    token_asked_ = false;
    fail_waiting_for_token(error);
    if (job.refused) refusal_ = std::move(error);
    return;
  }
  box_.deliver(std::move(job), std::unexpected{std::move(error)});
}

void Loop::fail_waiting_for_token(const base::Error& error) {
  std::deque<Job> kept;
  for (Job& job : ready_[static_cast<std::size_t>(Upstream::FinraApi)]) {
    if (needs_token(job)) {
      base::Error own = error;
      own.message = fmt::format("{}: {}", job.request.what, error.message);
      box_.deliver(std::move(job), std::unexpected{std::move(own)});
    } else {
      kept.push_back(std::move(job));
    }
  }
  ready_[static_cast<std::size_t>(Upstream::FinraApi)] = std::move(kept);
}

void Loop::say(base::LogLevel level, const std::string& text) const {
  if (log_ != nullptr) log_->write(level, redact(text, settings_.credentials, token_));
}

}  // namespace offex::feeds
