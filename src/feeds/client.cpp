#include "offex/feeds/client.hpp"

#include <future>
#include <thread>
#include <utility>

#include "feeds/loop_internal.hpp"

namespace offex::feeds {
namespace {

/// The name of the variable that a request needs and that is not set.
const char* missing_secret(const Request& request, const Credentials& credentials) {
  if (request.identity == Identity::PolygonKey && credentials.polygon_key.empty()) {
    return "POLYGON_API_KEY";
  }
  if (request.identity == Identity::FlatFileKey && credentials.flat_file_key.empty()) {
    return "POLYGON_S3_ACCESS_KEY_ID";
  }
  if (request.identity == Identity::PostgrestKey && credentials.postgrest_key.empty()) {
    return "SUPABASE_SERVICE_ROLE_KEY";
  }
  return nullptr;
}

FeedSettings usable(FeedSettings settings) {
  if (settings.limits.connections == 0) settings.limits.connections = 1;
  if (settings.limits.attempts == 0) settings.limits.attempts = 1;
  return settings;
}

}  // namespace

class Client::Impl {
 public:
  Impl(FeedSettings settings, base::LogSink* log, std::uint64_t seed)
      : settings_{usable(std::move(settings))},
        loop_{settings_, log, seed, box_},
        thread_{[this] { loop_.run(); }} {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  Impl(Impl&&) = delete;
  Impl& operator=(Impl&&) = delete;
  ~Impl() {
    {
      const std::lock_guard lock{box_.mutex};
      box_.stop = true;
    }
    loop_.wake();
    thread_.join();
  }

  void submit(Job job) {
    job.url = job.request.url;
    const char* const missing = missing_secret(job.request, settings_.credentials);
    std::unique_lock lock{box_.mutex};
    if (!job.asked) ++box_.pending;
    if (missing == nullptr) {
      box_.incoming.push_back(std::move(job));
      lock.unlock();
      loop_.wake();
      return;
    }
    lock.unlock();
    std::string text = job.request.what + ": needs a key; set " + missing;
    box_.deliver(std::move(job), fail(base::ErrorCode::Credentials, std::move(text)));
  }

  std::optional<Finished> take(std::chrono::milliseconds patience) {
    std::unique_lock lock{box_.mutex};
    const auto ready = [this] { return !box_.done.empty() || box_.pending == 0; };
    if (!box_.changed.wait_for(lock, patience, ready) || box_.done.empty()) return std::nullopt;
    Finished out = std::move(box_.done.front());
    box_.done.pop_front();
    return out;
  }

  std::size_t pending() {
    const std::lock_guard lock{box_.mutex};
    return box_.pending;
  }

  void cancel() {
    {
      const std::lock_guard lock{box_.mutex};
      box_.cancelled = true;
    }
    loop_.wake();
  }

  std::array<Traffic, kNumUpstreams> traffic() {
    const std::lock_guard lock{box_.mutex};
    return box_.traffic;
  }

 private:
  const FeedSettings settings_;
  Mailbox box_;
  Loop loop_;
  std::thread thread_;  // last: it uses all of the above
};

Client::Client(FeedSettings settings, base::LogSink* log, std::uint64_t seed)
    : impl_{std::make_unique<Impl>(std::move(settings), log, seed)} {}

Client::~Client() = default;

void Client::submit(std::uint64_t id, Request request) {
  Job job;
  job.id = id;
  job.request = std::move(request);
  impl_->submit(std::move(job));
}

std::optional<Finished> Client::take(std::chrono::milliseconds patience) {
  return impl_->take(patience);
}

std::size_t Client::pending() const { return impl_->pending(); }

void Client::cancel() { impl_->cancel(); }

Result<Reply> Client::ask(Request request) {
  Job job;
  job.request = std::move(request);
  job.asked = std::make_shared<std::promise<Result<Reply>>>();
  std::future<Result<Reply>> answer = job.asked->get_future();
  impl_->submit(std::move(job));
  return answer.get();
}

std::array<Traffic, kNumUpstreams> Client::traffic() const { return impl_->traffic(); }

}  // namespace offex::feeds
