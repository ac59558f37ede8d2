import JSON
import Testing

/// What `elbo serve` writes to standard error.
@Suite(.timeLimit(.minutes(5))) struct ServeLogTests {
    /// Functions for a shell: `serve OPTION…` starts a server with its log in the file `log` and waits for its port,
    /// `port` tells that, `stop` ends it.
    private static let functions = #"""
        serve() {
            "$program" serve --models . --port 0 "$@" 2>>log &
            server=$!
            for i in $(seq 400); do
                port=$(sed -n 's/.*serving .* on port \([0-9]*\).*/\1/p' log)
                [ -n "$port" ] && break
                sleep 0.05
            done
            base="http://127.0.0.1:$port"
        }
        stop() { kill -TERM $server; wait $server; }
        ask() { curl -s --max-time 20 -o /dev/null "$@" || true; }

        """#

    private func log(_ script: String) throws -> (status: Int32, output: String, log: [String]) {
        let program = try Program()
        let model = try TrainedProgram.shared.get().program.folder("m")
        let outcome = try program.run(
            "mkdir models; cd models; cp -r '\(model)' m; program='\(Program.path)'\n\(Self.functions)\(script)\ncat log"
        )
        return (outcome.status, outcome.output, outcome.lines.map(String.init))
    }

    private func member(_ name: String, _ line: String) -> String? {
        try? JSONDocument(Array(line.utf8)).root.member(name).string()
    }

    @Test func eachLineIsAnObject() throws {
        let lines = try log(
            #"""
            serve
            ask "$base/v1/score?samples=2" -H 'X-Request-Id: "mine"\' -H 'Authorization: Bearer hidden' \
                -H 'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' -d '{"records":[{"amount":1.25,"colour":"red","size":3}]}'
            ask "$base/livez"; ask "$base/metrics"; ask "$base/hidden/path"
            mkdir bad; echo '{}' >bad/model.json
            kill -HUP $server
            for i in $(seq 200); do grep -q 'refused bad' log && break; sleep 0.05; done
            stop
            """#
        ).log
        for line in lines { #expect(member("ts", line)?.count == 24, "\(line)") }
        let messages = lines.compactMap { member("msg", $0) }
        #expect(messages.first?.hasPrefix("serving m on port ") == true && messages.last == "stopped")
        #expect(messages.contains { $0.hasPrefix("refused bad: model.json") }, "\(messages)")
        let requests = lines.filter { member("msg", $0) == "request" }
        #expect(requests.compactMap { member("route", $0) } == ["/v1/score", "unmatched"])
        let request = try JSONDocument(Array(try #require(requests.first).utf8)).root
        #expect(try request.member("request_id").string() == #""mine"\"#)
        #expect(try request.member("trace_id").string() == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(try request.member("status").double() == 200 && request.member("rows").double() == 1)
        #expect(try request.member("model").string() == "m")
        let stages = try ["parse_s", "queue_s", "compute_s", "print_s"].map { try request.member($0).double() }
        #expect(try stages.allSatisfy { $0 > 0 } && stages.reduce(0, +) <= request.member("duration_s").double())
        #expect(!lines.joined().contains("hidden") && !lines.joined().contains("1.25"))
    }

    @Test func textAndSilence() throws {
        let text = try log("serve --log-format text; ask \"$base/v1/models\"; stop").log
        #expect(
            text.contains { $0.contains(" info request request_id=") && $0.contains(" route=/v1/models status=200") })
        #expect(text.last?.hasSuffix(" notice stopped") == true)
        let silent = try log("export ELBO_REQUEST_LOG=false ELBO_LOG_FORMAT=text; serve; ask \"$base/v1/models\"; stop")
            .log
        #expect(silent.count { $0.contains(" request ") } == 0 && silent.count == 3)
        let errors = try log("\"$program\" serve --models nowhere --log-level loud 2>>log; echo $?")
        #expect(errors.output.contains("'loud'; expected one of trace,") && errors.output.contains("64\n"))
    }

    /// A log that cannot be written is no reason to stop, nor to answer slowly.
    @Test func aLogThatNobodyReads() throws {
        let outcome = try log(
            #"""
            mkfifo stuck
            { head -n 1 >log; while [ ! -e enough ]; do sleep 0.05; done; } <stuck & reader=$!
            "$program" serve --models . --port 0 2>stuck & server=$!
            for i in $(seq 400); do
                port=$(sed -n 's/.*serving .* on port \([0-9]*\).*/\1/p' log)
                [ -n "$port" ] && break
                sleep 0.05
            done
            ask "http://127.0.0.1:$port/v1/models/[1-6000]"
            curl -s "http://127.0.0.1:$port/metrics" | grep '^elbo_log_dropped_total'
            kill -TERM $server; wait $server; echo "ended $?"
            touch enough; wait $reader
            "$program" serve --models . --port 0 2>&- & server=$!
            for i in $(seq 400); do grep -q '^SigBlk:.*4003$' /proc/$server/status && break; sleep 0.05; done
            kill -TERM $server; wait $server; echo "closed $?"
            """#)
        let dropped = outcome.log.first { $0.hasPrefix("elbo_log_dropped_total ") }.flatMap {
            Int($0.split(separator: " ")[1])
        }
        #expect((dropped ?? 0) > 100, "\(outcome.output)")
        #expect(outcome.output.contains("ended 0"), "\(outcome.output)")
        #expect(outcome.output.contains("closed 0"), "\(outcome.output)")
    }

    @Test func aFailureToStartIsALine() throws {
        let outcome = try log(#""$program" serve --models nowhere 2>>log; echo "status $?""#)
        #expect(outcome.output.contains("status 1"))
        let line = try #require(outcome.log.first { $0.hasPrefix("{") })
        #expect(member("level", line) == "critical" && member("msg", line)?.contains("nowhere") == true)
    }
}
