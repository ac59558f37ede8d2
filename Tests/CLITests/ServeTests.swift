import Glibc
import Testing

/// `elbo serve` and `elbo healthcheck` as an operator runs them.
@Suite(.timeLimit(.minutes(10))) struct ServeTests {
    /// `serve OPTIONS` sets `$server`, its process, and `$port`.
    private static let preamble = """
        until_true() { for i in $(seq 400); do "$@" && return; sleep 0.05; done; echo "waited in vain: $*"; cat log; exit 90; }
        serve() {
            : >log
            "$elbo" serve --models . "$@" 2>log & server=$!
            until_true eval 'grep -q "serving m" log || ! kill -0 $server'
            port=$(grep -o 'port [0-9]*' log | head -1 | cut -d' ' -f2)
        }
        ends() { wait $server; echo "exit $?"; }
        status() { curl -s -o body -w '%{http_code}\\n' --max-time 20 "$@"; }
        trap 'kill -9 $server 2>/dev/null' EXIT

        """

    private func run(_ program: Program, _ script: String) throws -> [Substring] {
        try program.run(Self.preamble + script).lines
    }

    // MARK: Unix sockets

    @Test func listensOnAUnixSocketOnly() throws {
        let lines = try run(
            TrainedProgram.copy(),
            """
            serve --unix-socket s
            echo "port '$port'"; stat -c %a s
            status --unix-socket s http://a/readyz
            elbo healthcheck --unix-socket s --path /readyz; echo $?
            ELBO_UNIX_SOCKET=s elbo healthcheck; echo $?
            kill $server; ends; ls s 2>/dev/null; elbo healthcheck --unix-socket s; echo $?
            """)
        #expect(lines == ["port ''", "660", "200", "0", "0", "exit 0", "1"])
    }

    @Test func saysWhatFewerBitsCost() throws {
        let lines = try run(
            TrainedProgram.copy(),
            """
            export ELBO_PRECISION=bf16
            serve --port 0
            grep -c 'm keeps its weights as bf16: scores of 4 golden rows differ by [0-9.e-]* nats in the mean, [0-9.e-]* at most' log
            curl -s http://127.0.0.1:$port/v1/models/m | grep -o '"precision":{"weights":"bf16","golden_rows":4,'
            kill $server; ends
            """)
        #expect(lines == ["1", #""precision":{"weights":"bf16","golden_rows":4,"#, "exit 0"])
    }

    @Test func listensOnTCPTooIfToldTo() throws {
        let lines = try run(
            TrainedProgram.copy(),
            """
            export ELBO_UNIX_SOCKET=s ELBO_UNIX_SOCKET_MODE=600
            serve --port 0
            stat -c %a s; status --unix-socket s http://a/livez; status http://127.0.0.1:$port/livez
            kill -9 $server; wait $server; serve --host ::1 --port 0
            status --unix-socket s http://a/livez; status http://[::1]:$port/livez
            elbo healthcheck --host ::1 --port $port; echo $?
            kill $server; ends
            """)
        #expect(lines == ["600", "200", "200", "200", "200", "0", "exit 0"])
    }

    @Test(arguments: [
        ("--host 127.0.0.1", "0"), ("--host ::1", "0"), ("--host 0.0.0.0", "1"), ("--host 0.0.0.0 --tokens keys", "0"),
    ])
    func warnsWhereStrangersMayAsk(options: String, warnings: String) throws {
        let lines = try run(
            TrainedProgram.copy(),
            """
            elbo token a --tokens keys >token
            serve --port 0 \(options)
            grep -c 'anybody who reaches this server may ask it' log
            status -H "Authorization: Bearer $(cat token)" "http://\(options.contains("::1") ? "[::1]" : "127.0.0.1"):$port/v1/models"
            grep -c -F "$(cat token)" log keys
            kill $server; ends
            """)
        #expect(lines == [Substring(warnings), "200", "log:0", "keys:0", "exit 0"])
    }

    @Test(arguments: [
        ("--unix-socket data.csv", 1, "something that is not a socket is there"),
        ("--unix-socket s --unix-socket-mode 888", 64, "expected an octal number"),
        ("--unix-socket no/s", 1, "cannot listen on no/s"),
        ("--tls-key k", 64, "needs both"), ("--tls-certificate c", 64, "needs both"),
        ("--tls-certificate c --tls-key k", 1, "cannot open c"),
        ("--tls-certificate data.csv --tls-key data.csv", 1, "data.csv holds no certificate"),
        ("--drain-delay -1", 64, ""),
    ])
    func saysWhyItDoesNotStart(options: String, status: Int32, message: String) throws {
        let outcome = try TrainedProgram.copy().run("elbo serve --models . --port 0 \(options)")
        #expect(outcome.status == status)
        #expect(outcome.errors.contains(message))
    }

    // MARK: systemd

    @Test func tellsAServiceManagerHowItIs() throws {
        let program = try TrainedProgram.copy()
        let socket = NoticeSocket(program.folder("notify"))
        let lines = try run(
            program,
            """
            export NOTIFY_SOCKET="$PWD/notify" WATCHDOG_USEC=100000
            serve --port 0
            sleep 0.5; kill -HUP $server; until_true grep -q 'looking for' log; sleep 0.5
            kill $server; ends
            """)
        #expect(lines == ["exit 0"])
        let notices = socket.notices()
        let words = notices.filter { $0 != "WATCHDOG=1" }.map { $0.split(separator: "=")[0] }
        #expect(words == ["READY", "RELOADING", "READY", "STOPPING"])
        #expect(notices.first?.hasPrefix("READY=1\nSTATUS=serving m on port ") == true)
        let reloading = notices.first { $0.hasPrefix("RELOADING") }?.split(separator: "\n") ?? []
        let time = try #require(reloading.dropFirst().first?.split(separator: "=").last.flatMap { Int($0) })
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        #expect(abs(now.tv_sec - time / 1_000_000) < 60)
        #expect(notices.count { $0 == "WATCHDOG=1" } >= 5)
    }

    /// A stopped process answers nobody; neither do others' variables concern it.
    @Test func keepsStillWhereItIsNotMeant() throws {
        let program = try TrainedProgram.copy()
        let name = "@elbo-test-\(UInt64.random(in: .min ... .max))"
        let socket = NoticeSocket(name)
        let lines = try run(
            program,
            """
            export NOTIFY_SOCKET='\(name)' WATCHDOG_USEC=100000 WATCHDOG_PID=1 LISTEN_PID=1 LISTEN_FDS=1
            serve --port 0
            status http://127.0.0.1:$port/livez; sleep 0.3
            kill $server; ends
            """)
        #expect(lines == ["200", "exit 0"])
        #expect(socket.notices().map { $0.prefix(5) } == ["READY", "STOPP"])
    }

    @Test func takesInheritedSockets() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        #expect(listen(listener, 16) == 0)
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutableBytes(of: &address) {
            getsockname(listener, $0.assumingMemoryBound(to: sockaddr.self).baseAddress, &size)
        }
        let port = UInt16(bigEndian: address.sin_port)
        let lines = try run(
            TrainedProgram.copy(),
            """
            inherit() {
                : >log
                (export LISTEN_PID=$BASHPID LISTEN_FDS=1; exec "$elbo" serve --models . --port 1 2>log 3<&\(listener)) & server=$!
            }
            inherit; until_true grep -q 'serving m on port \(port)' log
            status http://127.0.0.1:\(port)/livez
            kill $server; ends
            status http://127.0.0.1:\(port)/livez & request=$!
            inherit; wait $request
            kill $server; ends
            """)
        #expect(lines == ["200", "exit 0", "200", "exit 0"])
    }

    // MARK: Draining

    @Test func serveAWhileBeforeTheDoorCloses() throws {
        let lines = try run(
            TrainedProgram.copy(),
            """
            serve --port 0 --drain-delay 2
            a=http://127.0.0.1:$port; status $a/readyz
            kill $server; until_true grep -q finishing log
            status $a/readyz; status $a/livez; status $a/v1/sample -d '{}'; sleep 1; status $a/livez
            ends; status $a/livez
            serve --port 0 --drain-delay 60
            kill $server; until_true grep -q finishing log; kill $server; ends
            """)
        #expect(lines == ["200", "503", "200", "200", "200", "exit 0", "000", "exit 1"])
    }

    // MARK: TLS

    @Test func servesByTLSAndTakesNewCertificates() throws {
        let lines = try run(
            TrainedProgram.copy(),
            """
            make() {
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=$1 \\
                    -addext subjectAltName=DNS:localhost -keyout $1.key -out $1.pem 2>/dev/null
            }
            make one; make two; cp one.pem c; cp one.key k
            export ELBO_TLS_CERTIFICATE=c ELBO_TLS_KEY=k
            serve --port 0
            a=https://localhost:$port; status $a/livez --cacert one.pem
            elbo healthcheck --port $port; echo $?; elbo healthcheck --port $port --no-tls 2>/dev/null; echo $?
            env -u ELBO_TLS_CERTIFICATE "$elbo" healthcheck --port $port --tls; echo $?
            cp two.pem c; cp two.key k; kill -HUP $server; until_true grep -q 'loaded the TLS certificate' log
            status $a/livez --cacert two.pem
            cp one.pem c; cp one.key k; until_true curl -s -o body --cacert one.pem $a/livez
            echo x >k; kill -HUP $server; until_true grep -q 'refused the new TLS certificate.* k holds no private key' log
            status $a/livez --cacert one.pem
            kill $server; ends
            """)
        #expect(lines == ["200", "0", "1", "0", "200", "200", "exit 0"])
    }
}
