import Files
import TestSupport
import Testing

@testable import Service

/// What browsers are told about pages of other origins.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct CrossOriginTests {
    private func ask(
        _ origins: [String], _ method: String, _ path: String, _ headers: [String], body: String? = nil,
        adjust: (inout Service.Configuration) -> Void = { _ in }
    ) throws -> TestResponse {
        let service = try TestService {
            $0.crossOrigin = CrossOrigin(origins)
            adjust(&$0)
        }
        let client = try service.connect()
        try client.send(method, path, body, headers: headers)
        return try client.response()
    }

    private static let site = "https://example.org"

    @Test func saysNothingUnlessTold() throws {
        let response = try ask([], "GET", "/v1/models", ["Origin: \(Self.site)"])
        #expect(response.status == 200)
        for name in ["access-control-allow-origin", "access-control-expose-headers"] {
            #expect(response.header(name) == nil)
        }
        let preflight = try ask(
            [], "OPTIONS", "/v1/score", ["Origin: \(Self.site)", "Access-Control-Request-Method: POST"])
        #expect(preflight.status == 204 && preflight.header("access-control-allow-methods") == nil)
    }

    @Test(arguments: [
        ([site], site, site), ([site, "http://localhost:3000"], "http://localhost:3000", "http://localhost:3000"),
        (["*"], site, "*"), ([site], "https://example.org.evil", nil), ([site], "http://example.org", nil),
        ([site], "null", nil), ([site], nil, nil),
    ])
    func allowsThoseNamed(_ origins: [String], _ origin: String?, _ expected: String?) throws {
        let response = try ask(origins, "GET", "/v1/models", origin.map { ["Origin: \($0)"] } ?? [])
        #expect(response.header("access-control-allow-origin") == expected)
        // A cache must not give one site's answer to another.
        #expect((response.header("vary")?.contains("Origin") ?? false) == (origins != ["*"]))
    }

    @Test func answersAPreflight() throws {
        let response = try ask(
            [Self.site], "OPTIONS", "/v1/models/plain/score",
            [
                "Origin: \(Self.site)", "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: authorization,content-type",
            ])
        #expect(response.status == 204)
        #expect(response.header("access-control-allow-origin") == Self.site)
        #expect(response.header("access-control-allow-methods") == "GET, HEAD, POST")
        let headers = response.header("access-control-allow-headers")?.lowercased() ?? ""
        #expect(headers.contains("authorization") && headers.contains("content-type"))
    }

    /// A browser sends these without asking first, and hides only the answer.
    @Test(arguments: [
        (["Origin: https://evil.example"], 403), (["Origin: null"], 403), (["Origin: http://a"], 200),
        (["Origin: http://a", "Sec-Fetch-Site: same-site"], 403), (["Sec-Fetch-Site: cross-site"], 403),
        (["Origin: http://b", "Sec-Fetch-Site: same-origin"], 200), (["Origin: \(site)"], 200), ([], 200),
    ])
    func pagesOfOtherSitesChangeNothing(_ headers: [String], _ status: Int) throws {
        for path in ["/v2/logging", "/v2/repository/models/plain/unload"] {
            let response = try ask(
                [Self.site], "POST", path, headers + ["Content-Type: text/plain", "Content-Length: 2\r\n\r\n{}"])
            #expect(response.status == status, "\(path) \(response.text)")
        }
    }

    /// That all may ask does not mean that all may change something.
    @Test func aStarIsNotForManagement() throws {
        let headers = ["Origin: https://evil.example", "Content-Length: 2\r\n\r\n{}"]
        #expect(try ask(["*"], "POST", "/v2/repository/models/plain/unload", headers).status == 403)
    }

    /// A page must be able to read why it was refused; its preflight carries no key.
    @Test func errorsAndRefusalsCanBeRead() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/keys"
        try FileSystem.write([], to: path)
        let keys = try AccessKeyFile(path)
        let cases = [
            ("GET", "/nothing", [], 404), ("POST", "/v1/models/plain/score", ["Content-Length: 999999999"], 413),
            ("POST", "/v1/models/plain/score", ["Transfer-Encoding: nonsense"], 501),
        ]
        for (method, target, headers, status) in cases {
            let response = try ask([Self.site], method, target, ["Origin: \(Self.site)"] + headers)
            #expect(response.status == status)
            // Where the framing is in doubt nothing of the header is believed.
            #expect((response.header("access-control-allow-origin") == Self.site) == (status != 501))
        }
        let refused = try ask([Self.site], "GET", "/v1/models", ["Origin: \(Self.site)"]) { $0.keys = keys }
        #expect(refused.status == 401 && refused.header("access-control-allow-origin") == Self.site)
        let preflight = try ask(
            [Self.site], "OPTIONS", "/v1/score", ["Origin: \(Self.site)", "Access-Control-Request-Method: POST"]
        ) { $0.keys = keys }
        #expect(preflight.status == 204)
    }
}
