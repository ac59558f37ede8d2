import Inference
import Kernels
import Pictures
import Testing

@testable import Service

/// `POST …/interpolate`.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct InterpolationTests {
    private static let shared = Result {
        try TestService([TestModels.orders(), TestModels.plain(), TestModels.pixels(), TestModels.table()])
    }
    private let service: TestService

    init() throws {
        service = try Self.shared.get()
    }

    /// What stands under a key of an answer's row.
    private func member(_ key: String, _ row: String) -> String {
        guard let start = row.firstRange(of: "\"\(key)\":") else { return "" }
        return row[start.upperBound...].prefix { $0 != "]" } + "]"
    }

    @Test func isDecodeOfThePoints() throws {
        let response = try service.post(
            "/v1/models/plain/interpolate", #"{"latents":[[0,4],[8,-4]],"steps":5}"#)
        let latents = ["[0,4]", "[2,2]", "[4,0]", "[6,-2]", "[8,-4]"]
        let decoded = try service.post("/v1/models/plain/decode", "{\"latents\":[\(latents.joined(separator: ","))]}")
        #expect(response.results.count == 5)
        for (place, row) in response.results.enumerated() {
            #expect(row == "\"latent\":\(latents[place]),\(decoded.results[place])")
        }
        #expect(response.text.hasPrefix(#"{"model":"plain","version":"v1","results":[{"latent":[0,4],"mean":["#))
        let short = try service.post("/v1/models/plain/interpolate?steps=2", #"{"latents":[[0,4],[8,-4]]}"#)
        #expect(short.results.count == 2)
        let usual = try service.post("/v1/interpolate", #"{"latents":[[0,4,1],[8,-4,1]]}"#)
        #expect(usual.text.hasPrefix(#"{"model":"orders","#) && usual.results.count == 8)
    }

    @Test(arguments: ["plain", "pixels", "table"])
    func goesFromTheCodeOfOneRowToThatOfAnother(_ model: String) throws {
        let rows =
            #""inputs":[[0.1,0.2,0.3\#(model == "pixels" ? ",1" : "")],[1,0,0.5\#(model == "pixels" ? ",0" : "")]]"#
        let codes = try service.post("/v1/models/\(model)/encode", "{\(rows)}").results.map { member("mu", $0) }
        for method in ["linear", "spherical"] {
            let response = try service.post("/v1/models/\(model)/interpolate", "{\(rows),\"method\":\"\(method)\"}")
            #expect(response.results.count == 8)
            #expect(response.results.first.map { member("latent", $0) } == codes[0])
            #expect(response.results.last.map { member("latent", $0) } == codes[1])
            let latents = try service.post(
                "/v1/models/\(model)/interpolate",
                "{\"latents\":[\(codes.joined(separator: ","))],\"method\":\"\(method)\"}")
            #expect(latents.results.map { member("latent", $0) } == response.results.map { member("latent", $0) })
        }
    }

    /// In two dimensions: even angles on a circle.
    @Test func sphericalIsTheClosedForm() throws {
        let response = try service.post(
            "/v1/models/plain/interpolate", #"{"latents":[[2,0],[0,2]],"steps":4,"method":"spherical"}"#)
        let expected = ["[2,0]", "[1.7320508,1]", "[1,1.7320508]", "[0,2]"]  // 2 cos 30° = √3
        #expect(response.results.map { member("latent", $0) } == expected)
    }

    @Test func tablesAreAnsweredByName() throws {
        let records = TestModels.orderRows(2, seed: 4).map { Orders.record($0) }.joined(separator: ",")
        let response = try service.post("/v1/models/orders/interpolate", #"{"records":[\#(records)],"steps":3}"#)
        #expect(response.results.count == 3)
        for row in response.results { #expect(row.contains(#"],"mean":{"amount":"#)) }
        let csv = try service.post(
            "/v1/models/orders/interpolate", #"{"records":[\#(records)],"steps":3}"#, accept: "text/csv")
        #expect(csv.line(0).hasPrefix("latent_0,latent_1,latent_2,amount,items,"))
        #expect(csv.lines.count == 4)
    }

    @Test func imagesMakeAStrip() throws {
        let body = #"{"inputs":[[0,0.2,0.4,1],[1,0,1,0]],"steps":4"#
        let points = try service.post("/v1/models/pixels/interpolate", body + "}").results.map { member("latent", $0) }
        let squares = try service.post(
            "/v1/models/pixels/decode", "{\"latents\":[\(points.joined(separator: ","))]}", accept: "image/png")
        let strip = try service.post("/v1/models/pixels/interpolate", body + #","scale":3}"#, accept: "image/png")
        #expect(strip.header("content-type") == "image/png")
        let picture = try Picture(png: strip.bytes)
        #expect(picture.width == 4 * 6 + 3 * 2 && picture.height == 6)
        // The upper left pixel of each image.
        let grid = try Picture(png: squares.bytes)
        #expect((0..<4).map { picture.pixels[$0 * 8] } == [0, 4, 24, 28].map { grid.pixels[$0] })
    }

    @Test(arguments: [
        (#"{}"#, 422, "missing_field"), (#"{"latents":[[0,1]]}"#, 422, "bad_value"),
        (#"{"latents":[[0,1],[0,1],[0,1]]}"#, 422, "bad_value"), (#"{"latents":[]}"#, 422, "empty_input"),
        (#"{"latents":[[0,1],[0]]}"#, 422, "shape_mismatch"), (#"{"latents":[[0,1],[0,"1"]]}"#, 422, "not_a_number"),
        (#"{"latents":[[0,1],[0,1e300]]}"#, 422, "out_of_range"), (#"{"latents":[0,1]}"#, 422, "bad_value"),
        (#"{"latents":[[0,1],[0,1]],"steps":1}"#, 422, "bad_value"),
        (#"{"latents":[[0,1],[0,1]],"steps":257}"#, 422, "bad_value"),
        (#"{"latents":[[0,1],[0,1]],"steps":2.5}"#, 422, "bad_value"),
        (#"{"latents":[[0,1],[0,1]],"method":"cubic"}"#, 422, "bad_value"),
        (#"{"latents":[[0,1],[0,1]],"inputs":[[1,2,3],[1,2,3]]}"#, 422, "unknown_field"),
        (#"{"inputs":[[1,2,3],[1,2,3]],"draw":true}"#, 422, "unknown_field"),
        (#"{"inputs":[[1,2,3]]}"#, 422, "bad_value"), (#"{"inputs":[[1,2,3],[1,2]]}"#, 422, "shape_mismatch"),
        (#"{"inputs":[[1,2,3],[1,2,3]],"records":[]}"#, 422, "bad_value"), (#"{"records":[{},{}]}"#, 422, "no_columns"),
        (#"{"latents":[[0,1],[0,1]]"#, 400, "invalid_json"),
    ])
    func refuses(_ body: String, _ status: Int, _ code: String) throws {
        let response = try service.post("/v1/models/plain/interpolate", body)
        #expect(response.status == status, "\(response.text)")
        #expect(response.text.hasPrefix("{\"error\":{\"code\":\"\(code)\""), "\(response.text)")
        let next = try service.post("/v1/models/plain/interpolate", #"{"latents":[[0,1],[1,0]]}"#)
        #expect(next.results.count == 8)
    }

    @Test func refusesTables() throws {
        #expect(try service.post("/v1/models/plain/interpolate", "a,b,c\n1,2,3\n", type: "text/csv").status == 415)
        let one = try service.post("/v1/models/orders/interpolate", #"{"records":{"amount":1}}"#)
        #expect(one.status == 422)
        #expect(try service.exchange("GET", "/v1/interpolate").status == 405)
    }
}
