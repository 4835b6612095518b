#include "serve_command.hpp"

#include <malloc.h>
#include <semaphore.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "limit_options.hpp"
#include "missing_memory.hpp"
#include "printable.hpp"
#include "service.hpp"

namespace portrait_depth::serve {
namespace {

constexpr double kMegabyte = 1e6;
constexpr std::uint16_t kUsualPort = 8080;

struct Options {
  Options() {
    limits.threads = 1;
    limits.timeout_seconds = 60;
  }
  http::ServerOptions server = {.port = kUsualPort};
  cli::JobOptions limits;
  cli::NetworkOptions networks;
  int workers = 0;
  std::size_t most_waiting = 16;
  double max_body_megabytes = 50, drain_seconds = 30;
  std::vector<std::string> host_names, origins;
  std::string tokens, site;
};

constexpr const char* kFooter =
    R"(Serves POST /v1/photo3d, /v1/depth and /v1/segment with the options of these subcommands, and a page at /. Photos and
results stay in memory. /docs lists the requests, docs/service.md describes them.

Examples:
  portrait-depth serve                                   then open http://127.0.0.1:8080
  portrait-depth serve --port 9000 --workers 4
  portrait-depth serve --address 0.0.0.0 --tokens tokens.txt --host-name depth.example.org
  curl --data-binary @anna.jpg -o anna.gif http://127.0.0.1:8080/v1/photo3d)";

sem_t end_requested;
std::atomic<int> end_signal = 0;

extern "C" void request_end(int number) {
  end_signal.store(number);
  ::sem_post(&end_requested);
}

// The command's own handlers end the process soon; the service lets its photos end. A second signal ends it
// at once.
void watch_for_end() {
  ::sem_init(&end_requested, 0, 0);
  struct sigaction action = {};
  action.sa_handler = request_end;
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);
}

void wait_for_end() {
  while (::sem_wait(&end_requested) != 0 && errno == EINTR) continue;
}

// A connection needs a descriptor, and so does each file in memory.
void raise_descriptor_limit() {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

int cores() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

ServiceOptions service_options(const Options& options) {
  ServiceOptions service;
  service.queue = {.workers = options.workers > 0 ? options.workers : cores(),
                   .threads = options.limits.threads,
                   .most_waiting = options.most_waiting,
                   .networks = options.networks};
  service.access.host_names = options.host_names;
  if (is_loopback(options.server.address))
    for (const std::string& name : loopback_names()) service.access.host_names.push_back(name);
  service.access.origins = options.origins;
  if (!options.tokens.empty()) service.access.tokens = read_tokens(options.tokens);
  service.limits = options.limits;
  service.site = options.site.empty() ? default_site_folder() : std::filesystem::path(options.site);
  service.most_body_bytes = static_cast<std::uint64_t>(options.max_body_megabytes * kMegabyte);
  return service;
}

std::string address_text(const std::string& address, std::uint16_t port) {
  const bool is_ipv6 = address.find(':') != std::string::npos;
  return "http://" + (is_ipv6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

// glibc gives threads up to eight heaps a core, each of which keeps what fragments: memory would rise for
// hours.
void use_few_heaps() {
#ifdef M_ARENA_MAX
  ::mallopt(M_ARENA_MAX, 2);
#endif
}

int run(const Options& options) {
  use_few_heaps();
  watch_for_end();
  raise_descriptor_limit();
  if (const auto bytes = options.limits.max_memory_bytes()) cli::limit_memory(*bytes);
  cli::name_input_of_missing_memory("portrait-depth serve");
  set_io_threads(options.limits.threads);
  http::ServerOptions server_options = options.server;
  server_options.most_body_bytes = static_cast<std::uint64_t>(options.max_body_megabytes * kMegabyte);
  Service service(service_options(options));
  auto server = std::make_unique<http::Server>(server_options, service.handlers());
  std::cout << "Portrait Depth: " << address_text(options.server.address, server->port()) << std::endl;
  wait_for_end();
  service.drain();
  server->stop_listening();
  const bool has_ended = service.finish(options.drain_seconds);
  const auto end = http::Exchange::Clock::now() + std::chrono::seconds(2);
  while (server->exchanges() > 0 && http::Exchange::Clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  server.reset();
  // Work that does not stop would keep the process.
  if (!has_ended) std::_Exit(cli::kExitFailure);
  return cli::kExitSuccess;
}

void add_options(CLI::App& command, Options& options) {
  command.add_option("--address", options.server.address, "Numeric address to listen on; 0.0.0.0 is all")
      ->capture_default_str();
  command.add_option("--port", options.server.port, "Port; 0: a free one")->capture_default_str();
  command.add_option("--workers", options.workers, "Photos that are processed at once; 0: one per core")
      ->check(cli::whole_between(0, 256))
      ->capture_default_str();
  command
      .add_option("--queue", options.most_waiting, "Photos that may wait; more are refused with status 503")
      ->check(cli::whole_between(0, 100000))
      ->capture_default_str();
  command
      .add_option("--max-body", options.max_body_megabytes, "Largest body of a request in MB (10^6 bytes)")
      ->check(cli::number_between(0.001, 1000))
      ->type_name("MB")
      ->capture_default_str();
  cli::add_limit_options(command, options.limits);
  command
      .add_option("--receive-timeout", options.server.receive_seconds,
                  "Longest time for sending a request, seconds")
      ->check(cli::number_between(0.1, 3600))
      ->type_name("S")
      ->capture_default_str();
  command
      .add_option("--drain", options.drain_seconds,
                  "After SIGTERM: longest time for the photos in work, seconds")
      ->check(cli::number_between(0, 3600))
      ->type_name("S")
      ->capture_default_str();
  command
      .add_option("--tokens", options.tokens,
                  "File with bearer tokens, one a line: requests need one of them")
      ->type_name("FILE");
  command
      .add_option("--host-name", options.host_names,
                  "Accept requests with this Host header only; may be repeated")
      ->type_name("NAME");
  command
      .add_option("--cors", options.origins, "Other origin whose pages may call the service; may be repeated")
      ->type_name("ORIGIN");
  command.add_option("--site", options.site, "Folder with the demo's pages. Default: the installed one")
      ->type_name("FOLDER");
  cli::add_network_options(command, options.networks);
  command.add_option("--threads", options.limits.threads, "Number of threads of a photo; 0: one per core")
      ->check(cli::whole_between(0, 1024))
      ->capture_default_str();
}

}  // namespace

cli::Command add_serve_command(CLI::App& app) {
  return cli::make_command(app, "serve", "Serve 3D photos, depth maps and masks over HTTP", kFooter,
                           add_options, run);
}

}  // namespace portrait_depth::serve
