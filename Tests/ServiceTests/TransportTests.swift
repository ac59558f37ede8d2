import HTTPServer
import TestSupport
import Testing

@testable import Service

/// Requests that a proxy or a file system would read otherwise than we do, and how the service is reached.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct TransportTests {
    private static let shared = Result { try TestService() }
    private let service: TestService

    init() throws {
        service = try Self.shared.get()
    }

    // MARK: Targets

    @Test(arguments: [
        "/v2/models\0/evil", "/v2\0", "/livez\0", "/v1/models?x=\0", "/v1/models/plain%00", "/v1/models%00/evil",
        "/livez?%00",
    ])
    func aNULIsRefused(_ path: String) throws {
        let client = try service.connect()
        try client.send("GET", path)
        let response = try client.response()
        #expect(response.status == 400)
        #expect(response.text.contains("malformed_target"))
        #expect(try service.get("/livez").status == 200)
    }

    @Test(arguments: [
        "/v1%2Fmodels", "/v1/models%2Fplain", "/livez%2F", "/v2%2Fhealth/live", "/v1/models/plain%2Fscore",
    ])
    func anEscapedSlashStaysInItsSegment(_ path: String) throws {
        #expect(try service.get(path).status == 404)
    }

    @Test(arguments: ["/v1/models", "/v2/models/plain", "/v2/health/ready", "/metrics"])
    func headHasTheLengthAndNoBody(_ path: String) throws {
        let client = try service.connect()
        try client.send("HEAD", path)
        let head = try client.response(toHEAD: true)
        #expect(head.status == 200)
        #expect(head.header("content-length") != "0")
        try client.send("GET", "/livez")
        #expect(try client.response().text == #"{"status":"live"}"# + "\n")
    }

    // MARK: Depth

    /// Each closed as it should be, so that only the depth is wrong.
    private static let nests = [("[", "]"), (#"{"a":"#, "}"), (#"[{"a":"#, "}]")].map { opening, closing in
        String(repeating: opening, count: 50_000) + "1" + String(repeating: closing, count: 50_000)
    }

    @Test(
        arguments: 0..<3,
        [
            ("/v1/models/plain/score", "", ""), ("/v1/models/plain/score", #"{"inputs":"#, "}"),
            ("/v1/models/table/score", #"{"records":[{"amount":"#, "}]}"), ("/v1/sample", #"{"seed":"#, "}"),
            ("/v2/models/plain/infer", "", ""), ("/v2/models/plain/infer", #"{"parameters":"#, "}"),
            ("/v2/models/plain/infer", #"{"inputs":[{"name":"input","shape":[1,3],"datatype":"FP32","data":"#, "}]}"),
            ("/v2/repository/index", "", ""), ("/v2/logging", #"{"log_info":"#, "}"),
        ])
    func deepJSONIsRefused(_ nest: Int, _ place: (path: String, start: String, end: String)) throws {
        let response = try service.post(place.path, place.start + Self.nests[nest] + place.end)
        #expect(response.status == 400)
        #expect(try service.get("/livez").status == 200)
    }

    @Test func deepRecordsAreRefusedInALine() throws {
        for nest in Self.nests {
            let body = #"{"amount":1}"# + "\n" + #"{"amount":"# + nest + "}\n"
            let response = try service.post("/v1/models/table/score", body, type: "application/x-ndjson")
            #expect((400...422).contains(response.status))
        }
        #expect(try service.get("/livez").status == 200)
    }

    // MARK: Sockets

    @Test func answersTheSameOnAUnixSocket() throws {
        let folder = try TemporaryDirectory()
        let address = HTTPAddress.unix(path: folder("socket"))
        let other = try TestService { $0.endpoints = [.unix(path: folder("socket"), mode: 0o600)] }
        #expect(other.service.addresses == [address])
        #expect(try HTTPProbe.status(at: address, path: "/readyz", timeout: .seconds(20)) == 200)
        other.service.stop(deadline: .zero)
        #expect(throws: HTTPProbe.Failure.self) {
            try HTTPProbe.status(at: address, path: "/readyz", timeout: .seconds(20))
        }
    }

    /// A load balancer has time to notice before the door closes.
    @Test func goesOnServingWhileItIsNotReady() throws {
        let other = try TestService()
        #expect(try other.get("/readyz").status == 200)
        other.service.beginDrain()
        for path in ["/readyz", "/v2/health/ready"] { #expect(try other.get(path).status != 200) }
        #expect(try other.get("/livez").status == 200)
        let response = try other.post("/v1/sample", "{}")
        #expect(response.status == 200)
        #expect(response.header("connection") != "close")
        other.service.stop(deadline: .seconds(1))
        #expect(throws: TestClient.Broken.self) { try other.connect() }
    }
}
