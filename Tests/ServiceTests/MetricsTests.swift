import Glibc
import HTTPServer
import Testing

@testable import Service

/// What a monitor reads is what clients have seen.
@Suite(.offThePool, .timeLimit(.minutes(3))) struct MetricsTests {
    private func metrics(_ service: TestService) throws -> MetricsText {
        let response = try service.get("/metrics")
        #expect(response.status == 200)
        #expect(response.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
        return try MetricsText(response.text)
    }

    /// A request of each kind, and what must be counted of it.
    private static let exchanges: [(method: String, path: String, body: String?, type: String, route: String)] = [
        ("POST", "/v1/score", #"{"inputs":[[0,1,0,1]]}"#, "application/json", "/v1/score"),
        (
            "POST", "/v1/models/plain/score", #"{"inputs":[[1,2,3],[4,5,6]]}"#, "application/json",
            "/v1/models/{model}/score"
        ),
        ("POST", "/v1/models/plain/score", #"{"inputs":[[1,2]]}"#, "application/json", "/v1/models/{model}/score"),
        ("POST", "/v1/models/plain/encode", "{", "application/json", "/v1/models/{model}/encode"),
        ("POST", "/v1/models/plain/encode", "a", "text/xml", "/v1/models/{model}/encode"),
        ("POST", "/v1/models/table/score", "amount,hour,km\n1,2,3\n4,5,6\n", "text/csv", "/v1/models/{model}/score"),
        ("POST", "/v1/models/table/score", "amount,hour,km\n1,2,x\n", "text/csv", "/v1/models/{model}/score"),
        (
            "POST", "/v1/models/plain/versions/v1/sample", #"{"count":5}"#, "application/json",
            "/v1/models/{model}/versions/{version}/sample"
        ),
        (
            "POST", "/v2/models/plain/infer",
            #"{"inputs":[{"name":"input","shape":[3,3],"datatype":"FP32","data":[1,2,3,4,5,6,7,8,9]}]}"#,
            "application/json", "/v2/models/{model}/infer"
        ),
        ("POST", "/v2/models/plain/infer", #"{"inputs":[]}"#, "application/json", "/v2/models/{model}/infer"),
        ("POST", "/v2/models/nobody/infer", "{}", "application/json", "/v2/models/{model}/infer"),
        ("GET", "/v1/models/nobody", nil, "", "/v1/models/{model}"), ("GET", "/livez", nil, "", "/livez"),
        ("GET", "/v2/health/ready", nil, "", "/v2/health/ready"), ("GET", "/nowhere/at/all", nil, "", "unmatched"),
        ("HEAD", "/livez", nil, "", "/livez"), ("BREW", "/livez", nil, "", "/livez"),
        ("OPTIONS", "/v1/score", nil, "", "/v1/score"),
    ]

    @Test func countersEqualTheClients() throws {
        let service = try TestService()
        let client = try service.connect()
        var seen: [[String]: Double] = [:]
        var errors: [String: Double] = [:]
        for round in 1...3 {
            for (method, path, body, type, route) in Self.exchanges {
                try client.send(method, path, body, type: type)
                let response = try client.response(toHEAD: method == "HEAD")
                seen[[route, method == "BREW" ? "_OTHER" : method, "\(response.status)"], default: 0] += 1
                if response.status >= 400 { errors[Self.code(response), default: 0] += 1 }
            }
            let now = try metrics(service)
            for (key, count) in seen {
                let labels = ["route": key[0], "method": key[1], "code": key[2]]
                #expect(now.sum("elbo_http_requests_total", labels) == count, "\(key)")
                let others = [
                    "http_route": key[0], "http_request_method": key[1], "http_response_status_code": key[2],
                ]
                #expect(now.sum("http_server_request_duration_seconds_count", others) == count, "\(key)")
                #expect(now.sum("http_server_request_duration_seconds_sum", others) > 0, "\(key)")
            }
            // Those, and what asked for the metrics before.
            #expect(now.sum("elbo_http_requests_total") == seen.values.reduce(0, +) + Double(round - 1))
            #expect(now.sum("elbo_rejected_total") == errors.values.reduce(0, +))
            for (code, count) in errors where !code.isEmpty {
                #expect(now.sum("elbo_rejected_total", ["reason": code]) >= count, "\(code)")
            }
            try checkModels(now, rounds: Double(round))
        }
    }

    /// The code word; the other interface's errors have none.
    private static func code(_ response: TestResponse) -> String {
        response.text.split(separator: "\"code\":\"").dropFirst().first.map { String($0.prefix { $0 != "\"" }) } ?? ""
    }

    private func checkModels(_ metrics: MetricsText, rounds: Double) throws {
        for (model, requests, rows) in [("pixels", 1.0, 1.0), ("table", 1, 2)] {
            #expect(metrics.sum("elbo_requests_total", ["model": model, "outcome": "success"]) == requests * rounds)
            #expect(metrics.sum("elbo_rows_total", ["model": model, "version": "v1"]) == rows * rounds)
            #expect(metrics.sum("elbo_executions_total", ["model": model]) == requests * rounds)
            #expect(metrics.sum("elbo_batch_rows_sum", ["model": model]) == rows * rounds)
            #expect(metrics.sum("elbo_batch_rows_bucket", ["model": model, "le": "\(rows)"]) == requests * rounds)
            for stage in ["parse", "queue", "compute", "print"] {
                let labels = ["model": model, "stage": stage]
                // One table is bad: it is read and goes no further.
                let bad = model == "table" && stage == "parse" ? 1.0 : 0
                #expect(metrics.sum("elbo_stage_duration_seconds_count", labels) == (requests + bad) * rounds)
                #expect(metrics.sum("elbo_stage_duration_seconds_sum", labels) > 0)
            }
        }
        #expect(metrics.sum("elbo_requests_total", ["model": "plain", "outcome": "success"]) == 3 * rounds)
    }

    @Test func whatClientsInventAddsNoSeries() throws {
        let service = try TestService()
        let client = try service.connect()
        func ask(_ name: String) throws {
            for path in [
                "/v1/models/\(name)", "/v2/models/\(name)/stats", "/\(name)", "/v1/models/plain/versions/\(name)",
            ] {
                try client.send("GET", path)
                #expect(try client.response().status == 404)
            }
            try client.send(name.uppercased(), "/livez")
            #expect(try client.response().status == 405)
        }
        try ask("first")
        _ = try metrics(service)
        let before = try metrics(service)
        for place in 0..<50 { try ask("other\(place)") }
        let after = try metrics(service)
        #expect(after.samples.count == before.samples.count)
        #expect(after.sum("elbo_http_requests_total", ["route": "unmatched", "code": "404"]) == 51)
        #expect(after.sum("elbo_http_requests_total", ["method": "_OTHER"]) == 51)
        #expect(after.sum("elbo_rejected_total", ["reason": "unknown_model"]) == 102)
    }

    @Test func tellsOfModelsAndProcess() throws {
        let service = try TestService([TestModels.orders(), TestModels.plain("a\"b\\c\nd")])
        let rows = TestModels.orderRows(200, seed: 5)
        let response = try service.post("/v1/models/orders/score", Orders.csv(rows), type: "text/csv")
        #expect(response.status == 200)
        let now = try metrics(service)
        let told = ["model": "orders", "version": "7", "latent_dim": "3", "likelihood": "columns"]
        #expect(now.sum("elbo_model_info", told) == 1)
        #expect(now.sum("elbo_model_ready", ["model": "orders", "version": "7"]) == 1)
        #expect(now.sum("elbo_model_ready", ["model": "a\"b\\c\nd"]) == 1)
        #expect(now.sum("elbo_queue_limit", ["model": "orders"]) == 65_536)
        #expect(now.count("elbo_queue_depth") == 2)
        #expect(now.sum("elbo_scores_total", ["model": "orders"]) == 200)
        #expect(now.count("elbo_scores_total") == 1)
        let report = try #require(service.service.registry.find(ModelReference("orders")).drift).report(.recent)
        let recent = ["model": "orders", "period": "recent"]
        #expect(now.sum("elbo_score_mean", recent) == report.mean)
        #expect(now.sum("elbo_drift_stability_index", recent) == report.stabilityIndex)
        #expect(now.sum("elbo_drift_ks_statistic", recent) == report.ksStatistic)
        #expect(now.sum("elbo_score_count", ["model": "orders"]) == 200)
        #expect(abs(now.sum("elbo_score_sum", ["model": "orders"]) / 200 - report.mean) < 1e-9 * abs(report.mean))
        #expect(
            now.sum("elbo_anomalies_total", ["model": "orders", "alpha": "0.05"]) == 200 * report.shareBelow5Percent)
        #expect(now.sum("elbo_log_dropped_total") == 0 && now.count("elbo_log_dropped_total") == 1)
        let age = Double(time(nil)) - now.sum("elbo_model_loaded_timestamp_seconds", ["model": "orders"])
        #expect(age > -2 && age < 600)
        #expect(
            now.sum("elbo_anomaly_ratio", recent.merging(["alpha": "0.05"]) { $1 }) == report.shareBelow5Percent)
    }

    @Test func rowsThatOverflowAreCounted() throws {
        let service = try TestService()
        for _ in 0..<2 {
            let refused = try service.post("/v1/models/plain/score", #"{"inputs":[[0,0,0],[3e38,3e38,3e38]]}"#)
            #expect(refused.text.contains("not_finite"))
        }
        #expect(try metrics(service).sum("elbo_nonfinite_rows_total", ["model": "plain"]) == 2)
        #expect(try metrics(service).sum("elbo_nonfinite_rows_total") == 2)
    }

    @Test func theProcessIsThisOne() throws {
        let service = try TestService()
        let before = try metrics(service)
        let seconds = Double(clock()) / 1_000_000
        #expect(abs(before.sum("process_cpu_seconds_total") - seconds) < 3)
        #expect(before.sum("process_resident_memory_bytes") > 1e6)
        #expect(before.sum("process_resident_memory_bytes") < before.sum("process_virtual_memory_bytes"))
        let age = Double(time(nil)) - before.sum("process_start_time_seconds")
        #expect(age > -2 && age < 86_400)
        #expect(before.sum("process_open_fds") > 3)
        #expect(before.sum("process_threads") > 4 && before.sum("process_threads") < 1_000)
        #expect(before.sum("process_open_fds") < before.sum("process_max_fds"))
    }

    /// However many batches it has.
    @Test func aLongTableIsOneRequest() throws {
        let service = try TestService([TestModels.plain()])
        let row = "[1,2,3]"
        let lines = String(repeating: row + "\n", count: 30_000)
        #expect(try service.stream("/v1/score", lines, type: "application/x-ndjson").status == 200)
        #expect(try service.stream("/v1/score", lines + "x\n", type: "application/x-ndjson").status == 400)
        let now = try metrics(service)
        #expect(now.sum("elbo_requests_total", ["outcome": "success"]) == 1)
        #expect(now.sum("elbo_requests_total", ["outcome": "failure"]) == 1)
        #expect(now.sum("elbo_executions_total") > 100)
    }

    /// As many requests as may wait, and nobody computes: the path is answered all the same, and tells of them.
    @Test func isAnsweredWhenNobodyComputes() throws {
        let service = try TestService.idle()
        let clients = try (0..<512).map { _ in try service.connect() }
        for client in clients { try client.send("POST", "/v1/models/plain/score", #"{"inputs":[[1,2,3],[4,5,6]]}"#) }
        let engine = try service.service.registry.find(ModelReference("plain")).engine
        #expect(eventually { engine.queuedRows == 1_024 })
        #expect(try service.post("/v1/sample", "{}").status == 429)
        // Its response has been read, and may not have ended for the server.
        #expect(eventually { service.service.inFlight == 512 })
        let now = try metrics(service)
        #expect(now.sum("elbo_queue_depth", ["model": "plain"]) == 1_024)
        #expect(now.sum("http_server_active_requests") == 513)
        #expect(now.sum("elbo_rejected_total", ["reason": "too_many_requests"]) == 1)
    }

    /// What the server refuses by itself, and an answer in the middle of a body.
    @Test func refusalsAndStreamsAreCountedOnce() throws {
        let service = try TestService()
        let refusals: [(head: String, code: Int, reason: String, method: String)] = [
            (
                "GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2", 400,
                "repeated_content_length", "GET"
            ),
            ("GET /%zz HTTP/1.1\r\nHost: a", 400, "malformed_target", "GET"),
            ("POST /v1/score HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999", 413, "body_too_large", "POST"),
        ]
        for (head, code, reason, method) in refusals {
            let client = try service.connect()
            try client.send(Array("\(head)\r\n\r\n".utf8))
            #expect(try client.response().status == code)
            let now = try metrics(service)
            #expect(now.sum("elbo_rejected_total", ["reason": reason]) == 1, "\(reason)")
            #expect(now.sum("elbo_http_requests_total", ["code": "\(code)", "method": method]) >= 1, "\(reason)")
        }
        let bad = "amount,hour,km\n1,2,x\n" + String(repeating: "1,2,3\n", count: 400_000)
        let good = "amount,hour,km\n" + String(repeating: "1,2,3\n", count: 300)
        #expect(try service.stream("/v1/models/table/encode", bad, type: "text/csv").status == 422)
        #expect(try service.stream("/v1/models/table/encode", good, type: "text/csv").status == 200)
        let now = try metrics(service)
        for code in ["422", "200"] {
            #expect(now.sum("elbo_http_requests_total", ["route": "/v1/models/{model}/encode", "code": code]) == 1)
        }
        // Beside those, the metrics that were asked for before.
        #expect(now.sum("elbo_http_requests_total") == Double(refusals.count * 2 + 2))
    }

    /// Who has gone got no answer, and is counted as such.
    @Test func clientsThatHaveGoneAreCounted() throws {
        let service = try TestService.idle()
        var client: TestClient? = try service.connect()
        try client?.send("POST", "/v1/models/plain/score", #"{"inputs":[[1,2,3]]}"#)
        #expect(eventually { service.service.inFlight == 1 })
        client = nil
        #expect(eventually { service.service.inFlight == 0 })
        let now = try metrics(service)
        #expect(now.sum("elbo_http_requests_total", ["route": "/v1/models/{model}/score", "code": "499"]) == 1)
        #expect(now.sum("elbo_rejected_total", ["reason": "client_gone"]) == 1)
    }

    @Test func everyRouteKeepsItsTemplate() {
        for (_, path) in Route.templates {
            let route = Route(segments: path.split(separator: "/").map(String.init))
            #expect(route?.shape.template == route?.template)
        }
    }

    @Test func theCheckerNoticesFaults() {
        let head = "# HELP a_total b\n# TYPE a_total counter\n"
        #expect(throws: Never.self) { try MetricsText(head + "a_total 1\n") }
        let faulty = [
            "a_total 1\n", head + "b 1\n", head + "a_total 1\na_total 2\n", head + head, head + "a_total 1",
            "# HELP a b\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
            "# HELP a b\n# TYPE a histogram\na_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 1\n",
        ]
        for text in faulty { #expect(throws: MetricsText.Fault.self) { try MetricsText(text) } }
    }
}
