import Testing

@testable import Service

/// How long a client wants to wait, and what comes of it.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct TimeoutTests {
    /// Nobody computes, so only the client's own time ends the wait: a minute before the server's.
    @Test(arguments: [
        ("/v1/sample?timeout=0.05", nil), ("/v1/sample", "X-Request-Timeout: 0.05"),
        ("/v1/sample?timeout=50", "X-Request-Timeout: 0.05"), ("/v1/sample?timeout=0.05", "X-Request-Timeout: 50"),
    ])
    func theShortestEnds(_ path: String, _ header: String?) throws {
        let service = try TestService.idle()
        let client = try service.connect()
        let start = ContinuousClock.now
        try client.send("POST", path, "{}", headers: header.map { [$0] } ?? [])
        let response = try client.response()
        #expect(response.status == 504)
        #expect(response.text.hasPrefix(#"{"error":{"code":"deadline_exceeded""#))
        // The server's own limit is 60 seconds.
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    /// RFC 9110 §5.5: blanks around a value are not part of it.
    @Test func blanksMeanNothing() throws {
        let service = try TestService()
        let client = try service.connect()
        try client.send("POST", "/v1/sample", "{}", headers: ["X-Request-Timeout:  50 \t "])
        #expect(try client.response().status == 200)
    }

    @Test func isForTensorsToo() throws {
        let service = try TestService.idle()
        let client = try service.connect()
        let body = #"{"inputs":[{"name":"count","shape":[1],"datatype":"INT64","data":[1]}]}"#
        try client.send("POST", "/v2/models/plain/infer", body, headers: ["X-Request-Timeout: 0.05"])
        let response = try client.response()
        #expect(response.status == 504 && response.text.hasPrefix(#"{"error":""#))
    }

    @Test(arguments: ["0", "-1", "x", "nan", "inf", "100000", ""])
    func mustBeSeconds(_ text: String) throws {
        let service = try TestService()
        let behind = try service.post("/v1/sample?timeout=\(text)", "{}")
        #expect(behind.status == 422)
        #expect(
            behind.text
                == envelope(
                    "bad_value", "'timeout' must be seconds above 0 and up to 86400, not '\(text)'",
                    #","expected":"seconds above 0 and up to 86400","got":"'\#(text)'""#))
        let client = try service.connect()
        try client.send("POST", "/v1/sample", "{}", headers: ["X-Request-Timeout: \(text.isEmpty ? " " : text)"])
        #expect(try client.response().status == 422)
    }
}
