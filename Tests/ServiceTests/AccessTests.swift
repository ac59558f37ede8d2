import Files
import Glibc
import Locking
import TestSupport
import Testing

@testable import Service

/// Keys over HTTP: who may ask for what, and how often.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct AccessTests {
    private let directory: TemporaryDirectory
    private let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = "\(directory.path)/keys"
        try write([
            AccessKey(name: "reader", scopes: [.infer], token: "elbo_reader"),
            AccessKey(name: "monitor", scopes: [.metrics], token: "elbo_monitor"),
            AccessKey(name: "deployer", scopes: [.infer, .manage], token: "elbo_deployer"),
            AccessKey(name: "slow", scopes: [.infer], token: "elbo_slow", rate: 0.001),
        ])
    }

    private func write(_ keys: [AccessKey]) throws {
        let lines = ["# name scopes digest", ""] + keys.map(\.line)
        try FileSystem.write(Array(lines.joined(separator: "\n").utf8), to: path)
    }

    private func start(_ rate: Double? = nil) throws -> TestService {
        let file = try AccessKeyFile(path)
        return try TestService { ($0.keys, $0.rateLimit) = (file, rate) }
    }

    private func ask(
        _ service: TestService, _ method: String, _ path: String, _ authorization: String?, body: String? = nil
    ) throws -> TestResponse {
        let client = try service.connect()
        try client.send(method, path, body, headers: authorization.map { ["Authorization: \($0)"] } ?? [])
        return try client.response()
    }

    private static let score = #"{"inputs":[[1,2,3]]}"#

    @Test(arguments: [
        ("GET", "/livez", nil, 200), ("GET", "/readyz", nil, 200), ("GET", "/v2/health/live", nil, 200),
        ("GET", "/v2/health/ready", nil, 200), ("GET", "/", nil, 401), ("GET", "/v1/models", nil, 401),
        ("GET", "/docs", nil, 401), ("GET", "/openapi.json", nil, 401), ("GET", "/metrics", nil, 401),
        ("GET", "/nothing", nil, 401), ("GET", "/v1/models/nothing", nil, 401), ("GET", "/v2", nil, 401),
        ("GET", "/v1/models", "Bearer elbo_reader", 200), ("GET", "/v1/models", "bearer  elbo_reader", 200),
        ("GET", "/v1/models", "Bearer elbo_reade", 401), ("GET", "/v1/models", "Bearer elbo_reader2", 401),
        ("GET", "/v1/models", "Bearer", 401), ("GET", "/v1/models", "elbo_reader", 401),
        ("GET", "/v1/models", "Basic elbo_reader", 401), ("GET", "/v1/models", "Bearer elbo_reader x", 401),
        ("GET", "/v1/models", "Bearer elbo_monitor", 403), ("GET", "/metrics", "Bearer elbo_monitor", 200),
        ("GET", "/metrics", "Bearer elbo_reader", 403), ("GET", "/nothing", "Bearer elbo_reader", 404),
        ("POST", "/v2/repository/models/plain/unload", "Bearer elbo_reader", 403),
        ("POST", "/v2/repository/models/plain/load", "Bearer elbo_monitor", 403),
        ("POST", "/v2/logging", "Bearer elbo_reader", 403), ("GET", "/v2/logging", "Bearer elbo_reader", 200),
        ("POST", "/v2/repository/index", "Bearer elbo_reader", 200),
        ("POST", "/v2/repository/models/plain/unload", "Bearer elbo_deployer", 200),
    ])
    func admits(_ method: String, _ path: String, _ authorization: String?, _ expected: Int) throws {
        let response = try ask(start(), method, path, authorization, body: method == "POST" ? "" : nil)
        #expect(response.status == expected, "\(response.text)")
        #expect((response.header("www-authenticate") != nil) == [401, 403].contains(expected))
    }

    @Test func aRequestWithoutAKeyIsRefusedBeforeItsBody() throws {
        let service = try start()
        let client = try service.connect()
        try client.send(
            Array("POST /v1/models/plain/score HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n".utf8))
        let response = try client.response()
        #expect(response.status == 401)
        #expect(response.header("www-authenticate") == #"Bearer realm="elbo""#)
        #expect(response.header("connection") == "close")
        #expect(
            response.text
                == envelope("unauthorized", "the request needs a key: send 'Authorization: Bearer …'"))
    }

    @Test func aWrongKeyIsNotRepeated() throws {
        let response = try ask(start(), "GET", "/v2/models/plain", "Bearer secret")
        #expect(response.text == #"{"error":"the key is not known here"}"# + "\n")
        #expect(response.header("www-authenticate") == #"Bearer realm="elbo", error="invalid_token""#)
    }

    @Test func saysWhichScopeIsLacking() throws {
        let response = try ask(start(), "GET", "/metrics", "Bearer elbo_reader")
        #expect(
            response.header("www-authenticate")
                == #"Bearer realm="elbo", error="insufficient_scope", scope="metrics""#)
    }

    /// A bucket of one, which takes a quarter of an hour to fill.
    @Test func boundsTheRateOfEachKey() throws {
        let service = try start()
        let responses = try (0..<2).map { _ in
            try ask(service, "POST", "/v1/models/plain/score", "Bearer elbo_slow", body: Self.score)
        }
        #expect(responses.map(\.status).sorted() == [200, 429])
        let refused = try #require(responses.first { $0.status == 429 })
        let seconds = try #require(refused.header("retry-after").flatMap(Int.init))
        #expect((800...1_000).contains(seconds))
        #expect(refused.text == envelope("rate_limited", "the key asks too often; try again in \(seconds) s"))
        for _ in 0..<5 { #expect(try ask(service, "GET", "/v1/models", "Bearer elbo_reader").status == 200) }
        // Health has no key and no limit.
        for _ in 0..<5 { #expect(try ask(service, "GET", "/livez", "Bearer elbo_slow").status == 200) }
    }

    @Test func theServersRateIsForKeysWithoutOne() throws {
        let service = try start(0.001)
        let statuses = try (0..<2).map { _ in try ask(service, "GET", "/v1/models", "Bearer elbo_reader").status }
        #expect(statuses == [200, 429])
    }

    @Test func aBucketFillsWithTime() {
        let limiter = RateLimiter()
        let start = ContinuousClock.now
        #expect(limiter.secondsToWait("a", rate: 0.1, now: start) == nil)
        #expect(limiter.secondsToWait("a", rate: 0.1, now: start) == 10)
        #expect(limiter.secondsToWait("a", rate: 0.1, now: start + .seconds(4)) == 6)
        #expect(limiter.secondsToWait("b", rate: 0.1, now: start) == nil)
        #expect(limiter.secondsToWait("a", rate: 0.1, now: start + .seconds(10)) == nil)
        // A rate so small that its wait is no number of seconds.
        #expect(limiter.secondsToWait("d", rate: 1e-19, now: start) == nil)
        #expect(limiter.secondsToWait("d", rate: 1e-19, now: start) == 86_400)
        // However long nobody asked, one second's worth is there, and no more.
        for _ in 0..<5 { #expect(limiter.secondsToWait("c", rate: 5, now: start + .seconds(1_000)) == nil) }
        #expect(limiter.secondsToWait("c", rate: 5, now: start + .seconds(1_000)) == 1)
    }

    @Test func theKeyThatMayNotIsNotedToo() throws {
        let records = Locked<[RequestRecord]>([])
        let file = try AccessKeyFile(path)
        let service = try TestService { configuration in
            configuration.keys = file
            configuration.tellRequest = { record in records.withLock { $0.append(record) } }
        }
        #expect(try ask(service, "GET", "/v1/models", "Bearer elbo_monitor").status == 403)
        #expect(records.withLock { $0.map(\.key) } == ["monitor"])
    }

    // MARK: The file

    @Test func aChangedFileIsReadAgain() throws {
        let service = try start()
        #expect(try ask(service, "GET", "/v1/models", "Bearer elbo_new").status == 401)
        try write([AccessKey(name: "new", scopes: [.infer], token: "elbo_new")])
        #expect(eventually { (try? ask(service, "GET", "/v1/models", "Bearer elbo_new").status) == 200 })
        #expect(try ask(service, "GET", "/v1/models", "Bearer elbo_reader").status == 401)
    }

    @Test func aBrokenFileChangesNothing() throws {
        let told = Locked<[Result<Int, AccessKeyError>]>([])
        let file = try AccessKeyFile(path) { change in told.withLock { $0.append(change) } }
        let before = file.keys
        try FileSystem.write(Array("reader infer elbo_reader".utf8), to: path)
        file.reloadIfChanged()
        file.reloadIfChanged()
        #expect(file.keys == before)
        try FileSystem.removeFile(path)
        file.reloadIfChanged()
        file.reloadIfChanged()
        #expect(file.keys == before)
        try write([AccessKey(name: "new", scopes: [.infer], token: "elbo_new")])
        file.reloadIfChanged()
        #expect(file.keys.keys.map(\.name) == ["new"])
        let changes = told.withLock { $0 }
        #expect(changes.count == 3 && changes[0] == .failure(.line(1, .noDigest)) && changes[2] == .success(1))
    }

    @Test(arguments: [
        ("a infer", AccessKeyError.Reason.wrongWordCount(2)),
        ("a infer sha256:\(String(repeating: "0", count: 64)) rate=1 x", .wrongWordCount(5)),
        ("a write sha256:\(String(repeating: "0", count: 64))", .unknownScope),
        ("a infer, sha256:\(String(repeating: "0", count: 64))", .unknownScope),
        ("a infer sha256:\(String(repeating: "0", count: 63))", .noDigest),
        ("a infer sha256:\(String(repeating: "g", count: 64))", .noDigest),
        ("a infer \(String(repeating: "0", count: 71))", .noDigest),
        ("a infer sha256:\(String(repeating: "0", count: 64)) rate=0", .noRate),
        ("a infer sha256:\(String(repeating: "0", count: 64)) rate=inf", .noRate),
        ("a infer sha256:\(String(repeating: "0", count: 64)) 5", .noRate),
    ])
    func saysWhatIsWrongWithALine(_ line: String, _ reason: AccessKeyError.Reason) {
        #expect(throws: AccessKeyError.line(3, reason)) { try AccessKeys("# keys\n\n\(line)\n") }
    }

    @Test func namesAndTokensStandOnce() throws {
        let first = AccessKey(name: "a", scopes: [.infer], token: "x").line
        #expect(throws: AccessKeyError.line(2, .repeatedName)) {
            try AccessKeys(first + "\n" + AccessKey(name: "a", scopes: [.infer], token: "y").line)
        }
        #expect(throws: AccessKeyError.line(2, .repeatedToken)) {
            try AccessKeys(first + "\n" + AccessKey(name: "b", scopes: [.infer], token: "x").line)
        }
    }

    /// The digest of "abc", from FIPS 180-4's examples.
    @Test func keepsTheDigestOfAToken() throws {
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        let key = AccessKey(name: "a", scopes: [.manage, .infer], token: "abc", rate: 2.5)
        #expect(key.line == "a infer,manage sha256:\(digest) rate=2.5")
        #expect(try AccessKeys(key.line + "\r\n").keys == [key])
        #expect(try AccessKeys(key.line.replacing(digest, with: digest.uppercased())).key(ofToken: "abc")?.name == "a")
    }
}
