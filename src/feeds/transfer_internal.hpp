#pragma once

#include <array>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <curl/curl.h>

#include "offex/base/result.hpp"
#include "offex/feeds/request.hpp"

#include "feeds/judge_internal.hpp"
#include "feeds/pace_internal.hpp"
#include "feeds/part_file_internal.hpp"

namespace offex::feeds {

/// A request on its way through the client.
struct Job {
  std::uint64_t id{0};
  Request request;
  std::shared_ptr<std::promise<Result<Reply>>> asked{};  ///< of `Client::ask`; else it is taken
  std::string url;       ///< where it goes now: the request's, or where a redirect points
  std::string token{};   ///< that it was sent with
  unsigned sends{0};     ///< attempts
  unsigned failures{0};  ///< attempts that count against the limit
  unsigned redirects{0};
  bool renewed{false};    ///< its token was dropped once
  bool for_token{false};  ///< our own question for a token
  bool refused{false};    ///< credentials were, which is for good; a spent quota is not
};

/// How a transfer ended.
struct Ended {
  CURLcode code{CURLE_OK};
  std::string message;  ///< of libcurl
  Received received;
  std::optional<base::Error> broken{};  ///< of our own disk: no attempt mends it
  bool too_large{false};
  bool wrong_range{false};  ///< the part on the disk cannot be continued
};

/// One easy handle with what it received. Reused from request to request, so that nothing is
/// allocated anew; connections belong to the multi handle.
class Transfer {
 public:
  Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  Transfer(Transfer&&) = delete;
  Transfer& operator=(Transfer&&) = delete;
  ~Transfer();

  /// Sets the handle up for one attempt. \param secrets whether they may go to the job's address
  [[nodiscard]] Result<void> prepare(Job job, const FeedSettings& settings, bool secrets);
  [[nodiscard]] CURL* easy() const { return easy_; }
  [[nodiscard]] const Job& job() const { return job_; }
  /// When the patience with a server ends that is silent, or that only dribbles.
  [[nodiscard]] SteadyTime deadline() const;
  /// Says which of them it was. \pre the deadline is over
  [[nodiscard]] const char* why_late() const;
  /// Collects the result. The handle must not be in a multi handle any more.
  [[nodiscard]] Ended end(CURLcode code);
  [[nodiscard]] Job take_job() { return std::move(job_); }
  /// Checks the length of the file and moves it to its place. Returns false when it is not whole.
  [[nodiscard]] Result<bool> finish_file(const Received& received);
  /// Closes what the attempt had open.
  void rest() { part_.reset(); }

 private:
  static std::size_t on_header(char* data, std::size_t one, std::size_t size, void* self) noexcept;
  static std::size_t on_body(char* data, std::size_t one, std::size_t size, void* self) noexcept;
  static int on_connected(void* self, char* to, char* from, int to_port, int from_port) noexcept;
  void came(std::size_t bytes);
  [[nodiscard]] SteadyTime silence_ends() const;
  [[nodiscard]] bool take_body(std::string_view bytes);
  [[nodiscard]] bool take_file(std::string_view bytes);
  [[nodiscard]] Result<void> set_headers(const FeedSettings& settings, bool secrets);
  [[nodiscard]] Result<void> add_header(const std::string& name, const std::string& value);
  void judge_range();
  void set_identity(const FeedSettings& settings);
  void set_transport(const FeedSettings& settings);
  void clear();

  CURL* easy_;
  curl_slist* headers_{nullptr};
  std::array<char, CURL_ERROR_SIZE> message_{};
  Job job_;
  Ended ended_;
  std::unique_ptr<PartFile> part_;  // of a request with a file
  std::optional<PartFile::Continuation> continued_;
  SteadyTime progress_;
  std::chrono::milliseconds patience_{0};
  SteadyTime span_begin_;  // a span has to bring its least bytes
  std::uint64_t span_bytes_{0};
  bool connected_{false};
};

}  // namespace offex::feeds
