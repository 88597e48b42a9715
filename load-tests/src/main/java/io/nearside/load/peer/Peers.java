package io.nearside.load.peer;

import io.nearside.load.process.ChildProcess;
import io.nearside.load.process.CpuPinning;
import io.nearside.load.workload.Requests;
import io.nearside.load.workload.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** What a user would pick instead of this proxy, each configured to do its best at the same GetItem work. */
public enum Peers {
    /** A server that does next to nothing: the ceiling of the generator itself. */
    NULL_SERVER("null server", "", "") {
        @Override
        public Target start(Bench bench, Backend backend) {
            int port = ChildProcess.freePort();
            var process = ChildProcess.start(
                    label(),
                    CpuPinning.SERVER,
                    bench.file("null-server.log"),
                    ChildProcess.java(
                            Bench.SERVER_JVM,
                            NullServerMain.class,
                            String.valueOf(port),
                            String.valueOf(bench.itemBytes())));
            return ready(this, process, port, Workload.HIT);
        }
    },
    /** A Vert.x server that answers the same bytes without looking at the request: the ceiling of the platform. */
    BARE_VERTX("bare Vert.x", "", "") {
        @Override
        public Target start(Bench bench, Backend backend) {
            int port = ChildProcess.freePort();
            var process = ChildProcess.start(
                    label(),
                    CpuPinning.SERVER,
                    bench.file("bare-vertx.log"),
                    ChildProcess.java(
                            Bench.SERVER_JVM,
                            BareVertxMain.class,
                            String.valueOf(port),
                            String.valueOf(bench.itemBytes())));
            return ready(this, process, port, Workload.HIT);
        }
    },
    /** nginx with a constant of the same size: the ceiling of a server in C. */
    NGINX_CONSTANT("nginx constant", "nginx", "apt-get install nginx-light") {
        @Override
        public Target start(Bench bench, Backend backend) {
            return nginx(this, bench, "nginx-constant", """
                    server {
                      listen 127.0.0.1:%d;
                      default_type application/x-amz-json-1.0;
                      location / { return 200 '{"Item":%s}'; }
                    }
                    """, Requests.item(0, bench.itemBytes()));
        }
    },
    /** nginx that caches the POST by its body. */
    NGINX_CACHE("nginx proxy_cache", "nginx", "apt-get install nginx-light") {
        @Override
        public Target start(Bench bench, Backend backend) {
            return nginx(this, bench, "nginx-cache", """
                    proxy_cache_path %2$s levels=1:2 keys_zone=items:64m max_size=1g inactive=1h;
                    upstream backend { server 127.0.0.1:%3$d; keepalive 32; }
                    server {
                      listen 127.0.0.1:%1$d;
                      client_body_buffer_size 1m;
                      location / {
                        proxy_pass http://backend;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                        proxy_cache items;
                        proxy_cache_methods POST;
                        proxy_cache_valid 200 1h;
                        proxy_cache_key "$http_x_amz_target|$request_body";
                        proxy_ignore_headers Cache-Control Expires Set-Cookie Vary;
                        add_header X-Cache $upstream_cache_status;
                      }
                    }
                    """, bench.file("nginx-cache-data"), backend.port());
        }
    },
    /** Varnish that caches the POST by its body, with the module bodyaccess. */
    VARNISH("Varnish bodyaccess", "varnishd", "apt-get install varnish varnish-modules") {
        @Override
        public Target start(Bench bench, Backend backend) {
            int port = ChildProcess.freePort();
            var vcl = write(bench.file("varnish.vcl"), """
                    vcl 4.1;
                    import std;
                    import bodyaccess;
                    backend default { .host = "127.0.0.1"; .port = "%d"; }
                    sub vcl_recv {
                      std.cache_req_body(1MB);
                      unset req.http.Cookie;
                      set req.http.X-Method = req.method;
                      return (hash);
                    }
                    sub vcl_hash {
                      hash_data(req.http.X-Amz-Target);
                      bodyaccess.hash_req_body();
                      return (lookup);
                    }
                    sub vcl_backend_fetch { set bereq.method = bereq.http.X-Method; }
                    sub vcl_backend_response { set beresp.ttl = 1h; }
                    sub vcl_deliver { if (obj.hits > 0) { set resp.http.X-Cache = "HIT"; } }
                    """.formatted(backend.port()));
            var process = ChildProcess.start(
                    label(),
                    CpuPinning.SERVER,
                    bench.file("varnish.log"),
                    List.of(
                            program("varnishd"),
                            "-F",
                            "-j",
                            "none",
                            "-a",
                            "127.0.0.1:" + port,
                            "-f",
                            vcl.toString(),
                            "-s",
                            "malloc,512m",
                            "-n",
                            bench.file("varnish-state").toString(),
                            "-T",
                            "none",
                            "-p",
                            "thread_pools=1"));
            return ready(this, process, port, Workload.HIT);
        }
    },
    /** Redis GET of the same bytes: cache-aside in the application. */
    REDIS("Redis GET", "redis-server", "apt-get install redis-server") {
        @Override
        public Target start(Bench bench, Backend backend) {
            int port = ChildProcess.freePort();
            var process = ChildProcess.start(
                    label(),
                    CpuPinning.SERVER,
                    bench.file("redis.log"),
                    List.of(
                            program("redis-server"),
                            "--bind",
                            "127.0.0.1",
                            "--port",
                            String.valueOf(port),
                            "--save",
                            "",
                            "--appendonly",
                            "no"));
            var target = ready(this, process, port, Workload.REDIS);
            fillRedis(port, bench);
            return target;
        }
    };

    /** Started by root, a worker would become somebody who cannot read the run's folder. */
    private static final String WORKER_USER = "root".equals(System.getProperty("user.name")) ? "user root;" : "";

    private final String label;
    /** What must be installed; empty for nothing. */
    private final String program;

    private final String installation;

    Peers(String label, String program, String installation) {
        this.label = label;
        this.program = program;
        this.installation = installation;
    }

    public abstract Target start(Bench bench, Backend backend);

    public String label() {
        return label;
    }

    public boolean installed() {
        return program.isEmpty() || Installed.find(program).isPresent();
    }

    /** How to install what is missing, on Debian. */
    public String installation() {
        return installation;
    }

    private static String program(String name) {
        return Installed.find(name)
                .orElseThrow(() -> new IllegalStateException(name + " is not installed"))
                .toString();
    }

    private static Target ready(Peers peer, ChildProcess process, int port, Workload read) {
        process.awaitPort(port, Bench.START);
        return new ProcessTarget(peer.label, port, process, read);
    }

    /** nginx with one worker, so that one core is one core for everybody; {@code site} takes the port first. */
    private static Target nginx(Peers peer, Bench bench, String name, String site, Object... arguments) {
        int port = ChildProcess.freePort();
        var filled = new Object[arguments.length + 1];
        filled[0] = port;
        System.arraycopy(arguments, 0, filled, 1, arguments.length);
        var configuration = write(bench.file(name + ".conf"), """
                daemon off;
                %s
                worker_processes 1;
                pid %s;
                error_log stderr error;
                events { worker_connections 1024; }
                http {
                access_log off;
                keepalive_requests 100000000;
                client_body_temp_path %s;
                proxy_temp_path %s;
                %s
                }
                """.formatted(
                        WORKER_USER,
                        bench.file(name + ".pid"),
                        bench.file(name + "-body"),
                        bench.file(name + "-temp"),
                        site.formatted(filled)));
        var process = ChildProcess.start(
                peer.label,
                CpuPinning.SERVER,
                bench.file(name + ".log"),
                List.of(
                        program("nginx"),
                        "-c",
                        configuration.toString(),
                        "-p",
                        bench.directory().toString()));
        return ready(peer, process, port, Workload.HIT);
    }

    private static void fillRedis(int port, Bench bench) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            var out = socket.getOutputStream();
            var in = socket.getInputStream();
            for (int key = 0; key < bench.keys(); key++) {
                var name = Requests.key(key);
                var value = "{\"Item\":" + Requests.item(key, bench.itemBytes()) + "}";
                out.write(("*3\r\n$3\r\nSET\r\n$" + name.length() + "\r\n" + name + "\r\n$" + value.length() + "\r\n"
                                + value + "\r\n")
                        .getBytes(US_ASCII));
                var answer = new String(in.readNBytes("+OK\r\n".length()), US_ASCII);
                if (!answer.startsWith("+OK")) {
                    throw new IllegalStateException("Redis answered " + answer);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Redis could not be filled", e);
        }
    }

    private static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException("could not write " + file, e);
        }
    }
}
