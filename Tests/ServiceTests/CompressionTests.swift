import DataFiles
import Testing

@testable import Service

/// Bodies in gzip, both ways: the same answers as for plain ones.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct CompressionTests {
    private let service: TestService

    init() throws {
        service = try TestService {
            $0.maxBodyBytes = 100_000
        }
    }

    private func post(
        _ path: String, _ body: [UInt8], type: String = "application/json", _ headers: [String]
    ) throws -> TestResponse {
        let client = try service.connect()
        try client.send("POST", path, bytes: body, type: type, headers: headers)
        return try client.response()
    }

    private static let rows = #"{"inputs":["# + Array(repeating: "[1,2,3]", count: 2_000).joined(separator: ",") + "]}"
    private static let table = "price,rooms,km\n" + String(repeating: "1,2,3\n", count: 20_000)

    @Test(arguments: ["gzip", "x-gzip", "GZIP", "deflate"])
    func inflatesJSON(_ coding: String) throws {
        let plain = try post("/v1/models/plain/score", Array(Self.rows.utf8), [])
        let packed = try #require(Gzip.compress(Array(Self.rows.utf8)))
        #expect(packed.count < Self.rows.utf8.count / 10)
        let response = try post("/v1/models/plain/score", packed, ["Content-Encoding: \(coding)"])
        #expect(plain.status == 200 && response.text == plain.text)
    }

    /// What HTTP calls deflate is zlib's own format; these bytes are of Python's zlib.
    @Test func inflatesZlib() throws {
        let packed: [UInt8] = [
            120, 156, 171, 86, 202, 204, 43, 40, 45, 41, 86, 178, 138, 142, 54, 212, 49, 210, 49, 142, 141, 173, 5, 0,
            71, 165, 6, 120,
        ]
        let plain = try post("/v1/models/plain/score", Array(#"{"inputs":[[1,2,3]]}"#.utf8), [])
        let response = try post("/v1/models/plain/score", packed, ["Content-Encoding: deflate"])
        #expect(plain.status == 200 && response.text == plain.text)
    }

    @Test func inflatesTensors() throws {
        let body = #"{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","data":[1,2,3]}]}"#
        let name = try service.get("/v2/models/plain").text
        let input = try #require(name.firstMatch(of: /"inputs":\[\{"name":"([^"]+)"/)?.1)
        let named = Array(body.replacing(#""x""#, with: "\"\(input)\"").utf8)
        let plain = try post("/v2/models/plain/infer", named, [])
        let packed = try #require(Gzip.compress(named))
        let response = try post("/v2/models/plain/infer", packed, ["Content-Encoding: gzip"])
        #expect(plain.status == 200 && response.text == plain.text)
    }

    /// Held and streamed: a table of unknown length is streamed.
    @Test func inflatesTables() throws {
        let columns = try service.get("/v1/models/table").text.matches(of: /"name":"([^"]+)"/).map { String($0.1) }
        let header = columns.dropFirst().prefix(3).joined(separator: ",")
        let table = header + "\n" + String(repeating: "1,2,3\n", count: 20_000)
        let plain = try service.stream("/v1/models/table/score", table, type: "text/csv")
        let packed = try #require(Gzip.compress(Array(table.utf8)))
        let held = try post("/v1/models/table/score", packed, type: "text/csv", ["Content-Encoding: gzip"])
        #expect(plain.status == 200, "\(plain.text.prefix(200))")
        #expect(held.text == plain.text)
        let client = try service.connect()
        try client.sendChunked(
            "/v1/models/table/score", [packed], type: "text/csv", headers: ["Content-Encoding: gzip"])
        #expect(try client.response().text == plain.text)
    }

    @Test func anInflatedBodyHasALimitToo() throws {
        let bomb = try #require(Gzip.compress([UInt8](repeating: UInt8(ascii: " "), count: 10_000_000)))
        #expect(bomb.count < 100_000)
        for path in ["/v1/models/plain/score", "/v2/models/plain/infer"] {
            let response = try post(path, bomb, ["Content-Encoding: gzip"])
            #expect(response.status == 413 && response.text.contains("100000"), "\(response.text)")
        }
    }

    @Test func aDamagedBodyIsTheClientsFault() throws {
        let packed = try #require(Gzip.compress(Array(Self.rows.utf8)))
        let cut = try post("/v1/models/plain/score", Array(packed.dropLast(9)), ["Content-Encoding: gzip"])
        #expect(cut.status == 400)
        #expect(cut.text == envelope("invalid_gzip", "the gzip data ends too early"))
        var damaged = packed
        damaged[12] ^= 0xFF
        let response = try post("/v1/models/plain/score", damaged, ["Content-Encoding: gzip"])
        #expect(response.status == 400 && response.text.hasPrefix(#"{"error":{"code":"invalid_gzip""#))
        let plain = try post("/v1/models/plain/score", Array("{}".utf8), ["Content-Encoding: gzip"])
        #expect(plain.status == 400)
        #expect(try post("/v1/models/plain/score", packed, ["Content-Encoding: gzip, gzip"]).status == 415)
    }

    @Test(arguments: ["gzip", "deflate, gzip;q=0.5", "*", "GZip"])
    func compressesForThoseWhoAccept(_ accept: String) throws {
        let plain = try post("/v1/models/plain/score", Array(Self.rows.utf8), [])
        #expect(plain.header("content-encoding") == nil && plain.header("vary") == "Accept-Encoding")
        let response = try post("/v1/models/plain/score", Array(Self.rows.utf8), ["Accept-Encoding: \(accept)"])
        #expect(response.header("content-encoding") == "gzip" && response.header("vary") == "Accept-Encoding")
        #expect(response.bytes.count < plain.bytes.count / 5)
        #expect(try Gzip.decompress(response.bytes, limit: 10_000_000) == plain.bytes)
    }

    @Test(arguments: ["identity", "gzip;q=0", "br", "*;q=0", "gzip;q=0, *"])
    func sendsAsItIsToOthers(_ accept: String) throws {
        let response = try post("/v1/models/plain/score", Array(Self.rows.utf8), ["Accept-Encoding: \(accept)"])
        #expect(response.status == 200 && response.header("content-encoding") == nil)
    }

    @Test func smallAnswersAreSentAsTheyAre() throws {
        let response = try post(
            "/v1/models/plain/score", Array(#"{"inputs":[[1,2,3]]}"#.utf8), ["Accept-Encoding: gzip"])
        #expect(response.header("content-encoding") == nil && response.header("vary") == nil)
    }
}
