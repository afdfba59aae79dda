#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "offex/base/check.hpp"

#include "feeds/transfer_internal.hpp"
#include "feeds/url_internal.hpp"

namespace offex::feeds {
namespace {

using base::ErrorCode;

constexpr std::size_t kMostBytes = std::size_t{512} << 20U;      // of a body in memory
constexpr std::size_t kMostErrorBytes = std::size_t{64} << 10U;  // of a body that only explains
// What has to come in each span of so many timeouts. A header or byte now and then is no silence,
// but would keep a slot for ever.
constexpr std::int64_t kLeastRate = 100;  // bytes a second
constexpr int kSpanTimeouts = 6;
// SHA-256 of nothing: storage wants the digest of the body among the signed headers.
constexpr const char* kEmptyDigest =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  OFFEX_CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

bool compresses(Upstream upstream) {
  return upstream == Upstream::FinraApi || upstream == Upstream::Polygon ||
         upstream == Upstream::Postgrest;
}

/// A key of the newer kind is no token: as one it would be refused.
bool is_token(const std::string& postgrest_key) { return !postgrest_key.starts_with("sb_"); }

}  // namespace

Transfer::Transfer() : easy_{curl_easy_init()} { OFFEX_CHECK(easy_ != nullptr); }

Transfer::~Transfer() {
  curl_easy_cleanup(easy_);
  curl_slist_free_all(headers_);
}

void Transfer::clear() {
  curl_easy_reset(easy_);
  curl_slist_free_all(headers_);
  headers_ = nullptr;
  message_.front() = '\0';
  ended_ = Ended{};
  part_.reset();
  continued_.reset();
  connected_ = false;
  span_bytes_ = 0;
}

Result<void> Transfer::prepare(Job job, const FeedSettings& settings, bool secrets) {
  clear();
  job_ = std::move(job);
  patience_ = settings.limits.timeout;
  progress_ = std::chrono::steady_clock::now();
  if (!job_.request.file.empty()) {
    part_ = std::make_unique<PartFile>(job_.request.file);
    continued_ = part_->continuation();
  }
  set_transport(settings);
  OFFEX_TRY(set_headers(settings, secrets));
  if (secrets) set_identity(settings);
  return {};
}

void Transfer::set_transport(const FeedSettings& settings) {
  const Request& request = job_.request;
  set(easy_, CURLOPT_URL, job_.url.c_str());
  set(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy_, CURLOPT_NOSIGNAL, 1L);
  set(easy_, CURLOPT_QUICK_EXIT, 1L);  // do not wait for a resolver that hangs
  set(easy_, CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::max<std::int64_t>(patience_.count(), 1)));
  set(easy_, CURLOPT_USERAGENT, settings.limits.user_agent.c_str());
  set(easy_, CURLOPT_ERRORBUFFER, message_.data());
  set(easy_, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(easy_, CURLOPT_HEADERDATA, this);
  set(easy_, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(easy_, CURLOPT_WRITEDATA, this);
  set(easy_, CURLOPT_PREREQFUNCTION, &Transfer::on_connected);
  set(easy_, CURLOPT_PREREQDATA, this);
  set(easy_, CURLOPT_PRIVATE, this);
  // Only a wish: a handle whose last request never left may still hold its old buffer.
  curl_easy_setopt(easy_, CURLOPT_BUFFERSIZE, 128L * 1'024L);
  const std::optional<Address> address = split_address(job_.url);
  if (address && is_loopback(*address)) set(easy_, CURLOPT_PROXY, "");
  if (compresses(request.upstream) && request.file.empty() && !job_.for_token) {
    set(easy_, CURLOPT_ACCEPT_ENCODING, "gzip");
  }
  if (request.method == Method::Post) {
    set(easy_, CURLOPT_POST, 1L);
    set(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(easy_, CURLOPT_POSTFIELDS, request.body.data());
  }
}

Result<void> Transfer::add_header(const std::string& name, const std::string& value) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::ranges::any_of(name, control) || std::ranges::any_of(value, control)) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: header {} holds a control character", job_.request.what,
                            base::printable_excerpt(name)));
  }
  curl_slist* const longer = curl_slist_append(headers_, (name + ": " + value).c_str());
  OFFEX_CHECK(longer != nullptr);
  headers_ = longer;
  return {};
}

Result<void> Transfer::set_headers(const FeedSettings& settings, bool secrets) {
  const Request& request = job_.request;
  for (const auto& [name, value] : request.headers) OFFEX_TRY(add_header(name, value));
  if (request.upstream == Upstream::FinraCdn || request.upstream == Upstream::NasdaqTrader) {
    // What is archived are the publisher's bytes.
    OFFEX_TRY(add_header("Accept-Encoding", "identity"));
  }
  if (continued_) {
    OFFEX_TRY(add_header("Range", fmt::format("bytes={}-", continued_->from)));
    OFFEX_TRY(add_header("If-Range", continued_->etag));
  }
  if (secrets && request.identity == Identity::FinraToken && !job_.token.empty()) {
    OFFEX_TRY(add_header("Authorization", "Bearer " + job_.token));
  }
  if (secrets && request.identity == Identity::PolygonKey) {
    OFFEX_TRY(add_header("Authorization", "Bearer " + settings.credentials.polygon_key));
  }
  if (request.upstream == Upstream::Postgrest && request.method == Method::Post) {
    // libcurl would ask before a body of a mebibyte, and wait a second where nobody answers.
    OFFEX_TRY(add_header("Expect", ""));
  }
  if (secrets && request.identity == Identity::PostgrestKey) {
    const std::string& key = settings.credentials.postgrest_key;
    OFFEX_TRY(add_header("apikey", key));
    if (is_token(key)) OFFEX_TRY(add_header("Authorization", "Bearer " + key));
  }
  if (secrets && request.identity == Identity::FlatFileKey) {
    OFFEX_TRY(add_header("x-amz-content-sha256", kEmptyDigest));
  }
  set(easy_, CURLOPT_HTTPHEADER, headers_);
  return {};
}

void Transfer::set_identity(const FeedSettings& settings) {
  const Credentials& credentials = settings.credentials;
  if (job_.for_token) {
    set(easy_, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    set(easy_, CURLOPT_USERNAME, credentials.finra_key.c_str());
    set(easy_, CURLOPT_PASSWORD, credentials.finra_secret.c_str());
  }
  if (job_.request.identity == Identity::FlatFileKey) {
    set(easy_, CURLOPT_AWS_SIGV4, "aws:amz:us-east-1:s3");
    set(easy_, CURLOPT_USERNAME, credentials.flat_file_key.c_str());
    set(easy_, CURLOPT_PASSWORD, credentials.flat_file_secret.c_str());
  }
}

SteadyTime Transfer::silence_ends() const {
  // libcurl watches over connecting by itself and has a better message; this is a net below it.
  const std::chrono::milliseconds grace{connected_ ? 0 : 2'000};
  return progress_ + patience_ + grace;
}

SteadyTime Transfer::deadline() const {
  if (!connected_) return silence_ends();
  return std::min(silence_ends(), span_begin_ + kSpanTimeouts * patience_);
}

const char* Transfer::why_late() const {
  return silence_ends() <= std::chrono::steady_clock::now()
             ? "the server fell silent"
             : "the server is too slow, with fewer than 100 bytes a second";
}

void Transfer::came(std::size_t bytes) {
  progress_ = std::chrono::steady_clock::now();
  span_bytes_ += bytes;
  const std::int64_t least = kLeastRate * kSpanTimeouts * patience_.count() / 1'000;
  if (span_bytes_ < static_cast<std::uint64_t>(least)) return;
  span_begin_ = progress_;
  span_bytes_ = 0;
}

std::size_t Transfer::on_header(char* data, std::size_t one, std::size_t size,
                                void* self) noexcept {
  auto* const transfer = static_cast<Transfer*>(self);
  transfer->came(one * size);
  read_header({data, one * size}, transfer->ended_.received);
  return one * size;
}

std::size_t Transfer::on_body(char* data, std::size_t one, std::size_t size, void* self) noexcept {
  auto* const transfer = static_cast<Transfer*>(self);
  transfer->came(one * size);
  return transfer->take_body({data, one * size}) ? one * size : 0;
}

int Transfer::on_connected(void* self, char* /*to*/, char* /*from*/, int /*to_port*/,
                           int /*from_port*/) noexcept {
  auto* const transfer = static_cast<Transfer*>(self);
  transfer->progress_ = std::chrono::steady_clock::now();
  transfer->span_begin_ = transfer->progress_;
  transfer->connected_ = true;
  return CURL_PREREQFUNC_OK;
}

bool Transfer::take_body(std::string_view bytes) {
  if (ended_.received.status == 0) {
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    ended_.received.status = static_cast<int>(status);
  }
  Received& received = ended_.received;
  const bool good = received.status == 200 || received.status == 206;
  const bool file = part_ != nullptr && good && (received.in_file || received.body.empty()) &&
                    (received.in_file || !is_web_page(bytes));
  if (file) return take_file(bytes);
  const std::size_t most = good ? kMostBytes : kMostErrorBytes;
  const std::size_t room = most - std::min(most, received.body.size());
  if (good && bytes.size() > room) {
    ended_.too_large = true;
    return false;
  }
  received.body += bytes.substr(0, room);
  return true;
}

bool Transfer::take_file(std::string_view bytes) {
  Received& received = ended_.received;
  if (!received.in_file) {
    std::uint64_t from = 0;
    if (received.status == 206) {
      const std::optional<ContentRange> range = read_content_range(received.content_range);
      if (!continued_ || !range || range->first != continued_->from) {
        ended_.wrong_range = true;
        return false;
      }
      from = continued_->from;
    }
    if (auto begun = part_->begin(from, received.etag); !begun) {
      ended_.broken = std::move(begun).error();
      return false;
    }
    received.in_file = true;
  }
  if (auto taken = part_->append(bytes); !taken) {
    ended_.broken = std::move(taken).error();
    return false;
  }
  return true;
}

Ended Transfer::end(CURLcode code) {
  ended_.code = code;
  ended_.message = message_.front() != '\0' ? message_.data() : curl_easy_strerror(code);
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  ended_.received.status = static_cast<int>(status);
  curl_off_t bytes = 0;
  curl_easy_getinfo(easy_, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
  ended_.received.bytes = static_cast<std::uint64_t>(bytes);
  curl_off_t micros = 0;
  curl_easy_getinfo(easy_, CURLINFO_TOTAL_TIME_T, &micros);
  ended_.received.seconds = 1e-6 * static_cast<double>(micros);
  if (part_ != nullptr) judge_range();
  return std::move(ended_);
}

/// A range that the server does not have: the part is whole, or of no use.
void Transfer::judge_range() {
  if (continued_ && ended_.received.status == 416) {
    const std::optional<ContentRange> range = read_content_range(ended_.received.content_range);
    const bool whole = range && range->total == continued_->from &&
                       part_->begin(continued_->from, continued_->etag).has_value();
    ended_.received.in_file = whole;
    ended_.wrong_range = !whole;
  }
  if (ended_.wrong_range) part_->discard();
}

Result<bool> Transfer::finish_file(const Received& received) {
  std::optional<std::uint64_t> total = received.content_length;
  if (received.status != 200) {
    const std::optional<ContentRange> range = read_content_range(received.content_range);
    total = range ? range->total : std::nullopt;
  }
  if (total && *total != part_->size()) {
    // More than there should be does not get better by going on.
    if (part_->size() > *total) part_->discard();
    return false;
  }
  OFFEX_TRY(part_->finish());
  return true;
}

}  // namespace offex::feeds
