#include "offex/sim/server.hpp"

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "sim/serve_control_internal.hpp"
#include "sim/serve_flat_internal.hpp"
#include "sim/serve_internal.hpp"
#include "sim/serve_polygon_internal.hpp"
#include "sim/serve_postgrest_internal.hpp"
#include "sim/serve_query_internal.hpp"
#include "sim/server_socket_internal.hpp"

namespace offex::sim {
namespace {

namespace fs = std::filesystem;

Result<void> write_if_missing(const MarketSpec& spec, const fs::path& folder,
                              const ServerOptions& options) {
  std::error_code error;
  if (fs::exists(folder / "short", error)) return {};
  WriteOptions write;
  write.tape_days = std::min(options.tape_days, static_cast<std::size_t>(std::max(spec.days, 0)));
  write.tape_symbols = options.tape_symbols;
  write.rest_symbols = 0;
  write.firm_weeks = options.firm_weeks;
  write.progress = options.progress;
  OFFEX_TRY(write_market(spec, folder, write));
  return {};
}

}  // namespace

class Server::Impl {
 public:
  Impl(fs::path folder, const ServerOptions& options, MarketIndex index)
      : site_{std::move(folder), options, std::move(index)}, dice_{options.faults} {}

  Result<void> start() {
    OFFEX_TRY(tables_.open());
    return socket_.listen(site_.options.port);
  }
  [[nodiscard]] std::uint16_t port() const { return socket_.port(); }
  [[nodiscard]] Site& site() { return site_; }
  [[nodiscard]] FaultDice& dice() { return dice_; }
  [[nodiscard]] ServedLog& log() { return log_; }

 private:
  Outgoing respond(const HttpRequest& request) {
    if (request.path.starts_with("/control")) return {.reply = control_.answer(request)};
    const auto mishap = dice_.roll(request);
    if (!mishap) return {.reply = route(request)};
    switch (mishap->kind) {
      case Fault::TooMany:
      case Fault::ServerError:
      case Fault::GatewayPage:
        return {.reply = error_reply(*mishap, request.path.starts_with("/polygon/")),
                .faulty = true};
      case Fault::ExpiredToken:
      case Fault::SilentCap:
      case Fault::ReorderedPage:
        return api(request, mishap);
      default:
        return {.reply = route(request), .cut = mishap, .stall = dice_.plan().stall};
    }
  }

  HttpReply route(const HttpRequest& request) {
    const std::string_view path = request.path;
    if (path.starts_with("/cdn/")) return cdn_.answer(request);
    if (path.starts_with("/fip/")) return tokens_.answer(request);
    if (path.starts_with("/api/")) return api(request, {}).reply;
    if (path.starts_with("/polygon/")) return polygon_.answer(request);
    if (path.starts_with("/s3/")) return flat_.answer(request);
    if (path.starts_with("/nasdaq/")) return nasdaq_.answer(request);
    if (path.starts_with("/supabase/")) return tables_.answer(request);
    return plain_reply(404, "text/plain", "Not Found\n");
  }

  Outgoing api(const HttpRequest& request, const std::optional<Mishap>& mishap) {
    const bool expire = mishap && mishap->kind == Fault::ExpiredToken;
    if (auto refused = tokens_.refuse(request, expire)) {
      return {.reply = std::move(*refused), .faulty = expire};
    }
    bool spoilt = false;
    HttpReply reply = query_.answer(request, expire ? std::nullopt : mishap, spoilt);
    return {.reply = std::move(reply), .faulty = spoilt};
  }

  Site site_;
  FaultDice dice_;
  ServedLog log_;
  CdnPart cdn_{site_};
  NasdaqPart nasdaq_{site_};
  TokenPart tokens_{site_};
  QueryPart query_{site_};
  PolygonPart polygon_{site_};
  FlatFilePart flat_{site_};
  PostgrestPart tables_{site_};
  ControlPart control_{site_, dice_, log_};
  SocketServer socket_{[this](const HttpRequest& request) { return respond(request); },
                       [this](const HttpRequest& request, int status, std::uint64_t bytes,
                              bool faulty) { log_.add(request, status, bytes, faulty); }};
};

Server::Server(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;
Server::~Server() = default;

Result<Server> Server::start(const MarketSpec& spec, const fs::path& folder,
                             const ServerOptions& options) {
  OFFEX_TRY(write_if_missing(spec, folder, options));
  OFFEX_ASSIGN(MarketIndex index, index_market(folder));
  ServerOptions chosen = options;
  if (chosen.now == market::Instant{})
    chosen.now = market::from_new_york(index.sessions.back(), 20);
  auto impl = std::make_unique<Impl>(folder, chosen, std::move(index));
  OFFEX_TRY(impl->start());
  return Server{std::move(impl)};
}

std::string Server::url() const { return fmt::format("http://127.0.0.1:{}", impl_->port()); }
market::Instant Server::now() const { return impl_->site().now(); }
void Server::set_now(market::Instant now) { impl_->site().set_now(now); }
void Server::set_faults(const FaultPlan& plan) { impl_->dice().set(plan); }
void Server::publish_correction() { impl_->site().publish_correction(); }
std::vector<ServedRequest> Server::served() const { return impl_->log().all(); }
void Server::forget_served() { impl_->log().clear(); }

}  // namespace offex::sim
