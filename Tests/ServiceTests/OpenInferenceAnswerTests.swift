import Files
import JSON
import ModelStorage
import TestSupport
import Testing

@testable import HTTPServer
@testable import Service

/// What the protocol's paths answer: the same bits as the service's own.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct OpenInferenceAnswerTests {
    private static let shared = Result {
        try TestService(
            TestModels.all() + [
                TestModels.conditional(), TestModels.told(), TestModels.autoencoder(), TestModels.levels(),
                TestModels.orders(),
            ])
    }
    private let service: TestService

    init() throws {
        service = try Self.shared.get()
    }

    // MARK: Reading answers

    /// The outputs of an answer by name.
    private struct Answer {
        let response: TestResponse
        let root: JSONElement
        private(set) var names: [String] = []
        private var outputs: [String: JSONElement] = [:]

        init(_ response: TestResponse) throws {
            self.response = response
            let length = response.header("inference-header-content-length").flatMap { Int($0) }
            root = try JSONDocument(Array(response.bytes.prefix(length ?? response.bytes.count))).root
            for output in try root.member("outputs").elements() {
                let name = try output.member("name").string()
                names.append(name)
                outputs[name] = output
            }
        }

        subscript(name: String) -> JSONElement {
            get throws { try #require(outputs[name]) }
        }

        func numbers(_ name: String) throws -> [Double] { try self[name].member("data").doubles() }

        func words(_ name: String) throws -> [String] { try self[name].member("data").strings() }

        func shape(_ name: String) throws -> [Int] { try self[name].member("shape").ints() }
    }

    private func infer(_ model: String, _ body: String) throws -> Answer {
        let response = try service.post("/v2/models/\(model)/infer", body)
        #expect(response.status == 200, "\(response.text)")
        return try Answer(response)
    }

    /// The rows of the service's own answer.
    private func own(_ model: String, _ verb: String, _ body: String) throws -> [JSONElement] {
        let response = try service.post("/v1/models/\(model)/\(verb)", body)
        #expect(response.status == 200, "\(response.text)")
        return Array(try JSONDocument(Array(response.text.utf8)).root.member("results").elements())
    }

    private func body(_ shape: [Int], _ data: String, _ rest: String = "", name: String = "input") -> String {
        #"{"inputs":[{"name":"\#(name)","shape":\#(shape),"datatype":"FP32","data":\#(data)}]\#(rest)}"#
    }

    private func doubles(_ rows: [JSONElement], _ key: String) throws -> [Double] {
        try rows.flatMap { row in
            let value = try row.member(key)
            return value.kind == .array ? try value.doubles() : [try value.double()]
        }
    }

    // MARK: Vectors

    private static let vectors: [(String, String)] = [
        ("plain", "[[12,9,2.5],[8,23,1]]"), ("pixels", "[[0,1,0.5,1],[1,1,0,0]]"),
        ("levels", "[[0,1,0.5,1],[1,1,0,0]]"),
        ("autoencoder", "[[0,1,0.5,1],[1,1,0,0]]"),
    ]

    @Test(arguments: vectors)
    func answersAsItsOwnPathsDo(_ model: String, _ rows: String) throws {
        let width = model == "plain" ? 3 : 4
        let all = try infer(model, body([2, width], rows))
        let codes = try own(model, "encode", #"{"inputs":\#(rows)}"#)
        let scores = try own(model, "score", #"{"inputs":\#(rows)}"#)
        let images = try own(model, "reconstruct", #"{"inputs":\#(rows)}"#)
        #expect(all.names == ["mu", "sigma", "reconstruction", "score", "reconstruction_term", "kl", "std_error"])
        for name in ["mu", "sigma"] { #expect(try all.numbers(name) == doubles(codes, name)) }
        for name in ["score", "kl", "std_error"] { #expect(try all.numbers(name) == doubles(scores, name)) }
        #expect(try all.numbers("reconstruction_term") == doubles(scores, "reconstruction"))
        #expect(try all.numbers("reconstruction") == doubles(images, "reconstruction"))
        #expect(try all.shape("reconstruction") == [2, width])
        #expect(try all.shape("score") == [2])
    }

    @Test func optionsAreThoseOfItsOwnPaths() throws {
        let rows = "[[12,9,2.5],[8,23,1]]"
        let answer = try infer(
            "plain",
            body([2, 3], rows, #","parameters":{"seed":9,"samples":3},"outputs":[{"name":"z"},{"name":"score"}]"#))
        #expect(answer.names == ["z", "score"])
        #expect(try answer.root.member("parameters").member("seed").uint64() == 9)
        let codes = try own("plain", "encode", #"{"inputs":\#(rows),"sample":true,"seed":9}"#)
        let scores = try own("plain", "score", #"{"inputs":\#(rows),"samples":3,"seed":9}"#)
        #expect(try answer.numbers("z") == doubles(codes, "z"))
        #expect(try answer.numbers("score") == doubles(scores, "score"))
    }

    @Test func decodes() throws {
        let latents = "[[0.5,-1],[0,2]]"
        let answer = try infer(
            "plain",
            body(
                [2, 2], latents, #","parameters":{"seed":4},"outputs":[{"name":"draw"},{"name":"mean"}]"#,
                name: "latents"))
        let rows = try own("plain", "decode", #"{"latents":\#(latents),"draw":true,"seed":4}"#)
        #expect(answer.names == ["draw", "mean"])
        for name in answer.names { #expect(try answer.numbers(name) == doubles(rows, name)) }
    }

    @Test func samples() throws {
        let count =
            #"{"inputs":[{"name":"count","shape":[1],"datatype":"INT64","data":[3]}],"#
            + #""parameters":{"seed":4,"offset":7,"temperature":0.5},"outputs":[{"name":"mean"},{"name":"latent"},{"name":"sample"}]}"#
        let answer = try infer("plain", count)
        let rows = try own("plain", "sample", #"{"count":3,"seed":4,"offset":7,"temperature":0.5,"mean":true}"#)
        for name in ["mean", "latent", "sample"] { #expect(try answer.numbers(name) == doubles(rows, name)) }
        #expect(answer.names == ["mean", "latent", "sample"])
    }

    @Test func conditionsEachRow() throws {
        let rows = "[[0,1,0.5,1],[1,1,0,0]]"
        let body =
            #"{"inputs":[{"name":"input","shape":[2,2,2],"datatype":"FP32","data":[0,1,0.5,1,1,1,0,0]},"#
            + #"{"name":"condition","shape":[2],"datatype":"BYTES","data":["3","new"]}]}"#
        let scores = try own("conditional", "score", #"{"inputs":\#(rows),"condition":["3","new"]}"#)
        #expect(try infer("conditional", body).numbers("score") == doubles(scores, "score"))
    }

    // MARK: Tables

    private static let records =
        #"[{"amount":12.1,"items":3,"express":"no","color":"red","size":"small","age":null,"country":"DE"},"#
        + #"{"amount":0.3,"items":9,"express":"yes","color":"blue, dark","size":"large","age":44,"country":"FR"}]"#
    private static let columns =
        #"{"name":"items","shape":[2],"datatype":"INT64","data":[3,9]},"#
        + #"{"name":"amount","shape":[2],"datatype":"FP64","data":[12.1,0.3]},"#
        + #"{"name":"express","shape":[2],"datatype":"BYTES","data":["no","yes"]},"#
        + #"{"name":"color","shape":[2,1],"datatype":"BYTES","data":[["red"],["blue, dark"]]},"#
        + #"{"name":"size","shape":[2],"datatype":"BYTES","data":["small","large"]},"#
        + #"{"name":"country","shape":[2],"datatype":"BYTES","data":["DE","FR"]}"#

    @Test(arguments: [
        #"{"name":"age","shape":[2],"datatype":"FP64","data":[null,44]}"#,
        #"{"name":"age","shape":[2],"datatype":"BYTES","data":[null,44]}"#,
    ])
    func takesATableByColumns(_ age: String) throws {
        let names = ["score", "kl", "std_error", "anomaly_score", "p_value", "percentile"]
        let answer = try infer("orders", #"{"inputs":[\#(Self.columns),\#(age)]}"#)
        let scores = try own("orders", "score", #"{"records":\#(Self.records)}"#)
        for name in names { #expect(try answer.numbers(name) == doubles(scores, name)) }
        let flags = try Array(answer["anomaly"].member("data").elements()).map { try $0.bool() }
        #expect(try flags == scores.map { try $0.member("anomaly").bool() })
        #expect(try answer["anomaly"].member("datatype").string() == "BOOL")
        let repairs = try own("orders", "reconstruct", #"{"records":\#(Self.records)}"#)
        for column in ["amount", "items", "age"] {
            let expected = try repairs.map { try $0.member("reconstruction").member(column).double() }
            #expect(try answer.numbers("reconstruction.\(column)") == expected)
        }
        for column in ["express", "color", "size", "country"] {
            let expected = try repairs.map { try $0.member("reconstruction").member(column).string() }
            #expect(try answer.words("reconstruction.\(column)") == expected)
        }
    }

    @Test func contributionsAddUpToTheScore() throws {
        let age = #"{"name":"age","shape":[2],"datatype":"FP64","data":[30,44]}"#
        let answer = try infer(
            "orders", #"{"inputs":[\#(Self.columns),\#(age)],"outputs":[{"name":"contributions"},{"name":"score"}]}"#)
        let (nats, scores) = (try answer.numbers("contributions"), try answer.numbers("score"))
        #expect(try answer.shape("contributions") == [2, 8])
        for row in 0..<2 { #expect(nats[row * 8..<row * 8 + 8].reduce(0, +) == scores[row]) }
    }

    @Test func parametersThatAreNotTheCalibrationsHaveNoPValue() throws {
        let age = #"{"name":"age","shape":[2],"datatype":"FP64","data":[30,44]}"#
        let answer = try infer("orders", #"{"parameters":{"samples":2},"inputs":[\#(Self.columns),\#(age)]}"#)
        #expect(answer.names.contains("anomaly_score") && !answer.names.contains("p_value"))
        let refused = try service.post(
            "/v2/models/orders/infer",
            #"{"parameters":{"samples":2},"inputs":[\#(Self.columns),\#(age)],"outputs":[{"name":"p_value"}]}"#)
        #expect(refused.status == 400)
    }

    @Test func aConditionMayBeAColumn() throws {
        let columns =
            #"{"name":"amount","shape":[1],"datatype":"FP64","data":[12]},{"name":"hour","shape":[1],"datatype":"#
            + #""FP64","data":[9]},{"name":"km","shape":[1],"datatype":"FP64","data":[2.5]}"#
        let inside = try infer(
            "told", #"{"inputs":[\#(columns),{"name":"kind","shape":[1],"datatype":"BYTES","data":["b"]}]}"#)
        let beside = try infer(
            "told", #"{"inputs":[\#(columns),{"name":"condition","shape":[1],"datatype":"BYTES","data":["b"]}]}"#)
        let score = try own("told", "score", #"{"records":[{"amount":12,"hour":9,"km":2.5,"kind":"b"}]}"#)
        #expect(try inside.numbers("score") == doubles(score, "score"))
        #expect(try beside.numbers("score") == doubles(score, "score"))
    }

    // MARK: Binary tensors

    private func send(_ model: String, _ json: String, _ bytes: [UInt8]) throws -> TestResponse {
        let client = try service.connect()
        try client.send(
            "POST", "/v2/models/\(model)/infer", bytes: Array(json.utf8) + bytes, type: "application/octet-stream",
            headers: ["Inference-Header-Content-Length: \(json.utf8.count)"])
        return try client.response()
    }

    private static let rows: [Float] = [12, 9, 2.5, 8, 23, 1]

    @Test func binaryTensorsHoldTheBitsOfJSON() throws {
        let outputs =
            #"[{"name":"mu","parameters":{"binary_data":true}},{"name":"kl"},{"name":"score","parameters":{"binary_data":true}}]"#
        let json =
            #"{"id":"1","inputs":[{"name":"input","shape":[2,3],"datatype":"FP32","parameters":{"binary_data_size":24}}],"outputs":\#(outputs)}"#
        let response = try send("plain", json, OpenInferenceConformanceTests.floats(Self.rows))
        #expect(response.header("content-type") == "application/octet-stream")
        let text = try infer("plain", body([2, 3], "[[12,9,2.5],[8,23,1]]"))
        let answer = try Answer(response)
        #expect(answer.names == ["mu", "kl", "score"])
        #expect(try answer.numbers("kl") == text.numbers("kl"))
        #expect(try answer["mu"].member("parameters").member("binary_data_size").int() == 16)
        #expect(try answer["mu"].optionalMember("data") == nil)
        let length = Int(response.header("inference-header-content-length") ?? "") ?? 0
        let mu = try text.numbers("mu").map { Float($0) }
        let score = try text.numbers("score").flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number.bitPattern >> ($0 * 8)) }
        }
        #expect(Array(response.bytes[length...]) == OpenInferenceConformanceTests.floats(mu) + score)
    }

    @Test func anOutputsOwnWishOverridesTheRequests() throws {
        let outputs = #"[{"name":"mu","parameters":{"binary_data":false}},{"name":"sigma"}]"#
        let response = try service.post(
            "/v2/models/plain/infer",
            body([2, 3], "[[12,9,2.5],[8,23,1]]", #","parameters":{"binary_data_output":true},"outputs":\#(outputs)"#))
        let answer = try Answer(response)
        #expect(try answer["mu"].optionalMember("data") != nil)
        #expect(try answer["sigma"].optionalMember("data") == nil)
        let length = Int(response.header("inference-header-content-length") ?? "") ?? 0
        #expect(response.bytes.count == length + 16)
    }

    @Test func textIsCountedInBinary() throws {
        let body =
            #"{"inputs":[\#(Self.columns),{"name":"age","shape":[2],"datatype":"FP64","data":[30,44]}],"#
            + #""outputs":[{"name":"reconstruction.country","parameters":{"binary_data":true}}]}"#
        let response = try service.post("/v2/models/orders/infer", body)
        let length = Int(response.header("inference-header-content-length") ?? "") ?? 0
        #expect(Array(response.bytes[length...]) == [2, 0, 0, 0, 68, 69, 2, 0, 0, 0, 68, 69])
    }

    /// Numbers that every datatype holds give the same answer in each.
    @Test(arguments: [
        "BOOL", "UINT8", "INT8", "UINT16", "INT16", "FP16", "BF16", "UINT32", "INT32", "FP32", "UINT64", "INT64",
        "FP64",
    ])
    func convertsEveryDatatype(_ datatype: String) throws {
        let one: [String: [UInt8]] = [
            "FP16": [0, 60], "BF16": [128, 63], "FP32": [0, 0, 128, 63], "FP64": [0, 0, 0, 0, 0, 0, 240, 63],
        ]
        let known = try #require(TensorDatatype(rawValue: datatype)?.format)
        let number = one[datatype] ?? [1] + Array(repeating: 0, count: known.size - 1)
        let zero = [UInt8](repeating: 0, count: known.size)
        let bytes = zero + number + number + zero
        let json =
            #"{"inputs":[{"name":"input","shape":[1,4],"datatype":"\#(datatype)","parameters":{"binary_data_size":\#(bytes.count)}}]}"#
        let answer = try Answer(send("pixels", json, bytes))
        #expect(try answer.numbers("score") == infer("pixels", body([1, 4], "[0,1,1,0]")).numbers("score"))
    }

    @Test func rawRowsAreAnsweredInBinary() throws {
        let response = try send("plain", "", OpenInferenceConformanceTests.floats(Self.rows))
        let text = try infer("plain", body([2, 3], "[[12,9,2.5],[8,23,1]]"))
        let length = Int(response.header("inference-header-content-length") ?? "") ?? 0
        let mu = try text.numbers("mu").map { Float($0) }
        #expect(Array(response.bytes[length..<length + 16]) == OpenInferenceConformanceTests.floats(mu))
        #expect(try Answer(response).names == text.names)
    }

    /// A body that is parsed on the queue answers as a small one, errors too.
    @Test func aLargeBodyIsAnsweredAsASmallOne() throws {
        let count = 30_000
        let rows = Array(repeating: "[1.25,2.5,3.75]", count: count).joined(separator: ",")
        let rest = #","outputs":[{"name":"mu"}]"#
        let one = try infer("plain", body([1, 3], "[1.25,2.5,3.75]", rest)).numbers("mu")
        let all = try infer("plain", body([count, 3], "[\(rows)]", rest)).numbers("mu")
        #expect(all == (0..<count).flatMap { _ in one })
        let broken = try service.post("/v2/models/plain/infer", body([count, 3], "[\(rows),[1]]", rest))
        #expect(broken.status == 400 && broken.text.hasPrefix(#"{"error":"'input.data' must be"#))
    }

    // MARK: Limits of the server

    @Test func aBodyTooLargeIsRefusedInItsForm() throws {
        let service = try TestService(TestModels.all()) { $0.maxBodyBytes = 100 }
        let response = try service.post("/v2/models/plain/infer", String(repeating: " ", count: 200))
        #expect(response.status == 413)
        #expect(response.text == #"{"error":"The body is larger than 100 bytes."}"# + "\n")
        #expect(try service.post("/v1/score", String(repeating: " ", count: 200)).text.hasPrefix(#"{"error":{"code""#))
    }

    @Test func waitingInVainIsToldInItsForm() throws {
        let service = try TestService.idle(timeout: .milliseconds(50))
        let response = try service.post("/v2/models/plain/infer", body([1, 3], "[1,2,3]"))
        #expect(response.status == 504)
        #expect(response.text == #"{"error":"The request was not answered in time."}"# + "\n")
    }

    @Test func aFullQueueAndADrainAreToldInTheirForm() throws {
        let registry = try ModelRegistry([ServedModel(TestModels.plain(), executors: [])], defaultName: nil)
        let handler = RequestHandler(
            registry, OpenInferenceHandler(registry, timeout: .seconds(60), version: "0"), timeout: .seconds(60))
        let server = try Server(configuration: HTTPServerConfiguration()) { handler.answer($0) }
        defer { server.stop(deadline: .zero) }
        let clients = try (0..<2).map { _ in try TestClient(port: server.port) }
        let count = { (rows: Int) in
            #"{"inputs":[{"name":"count","shape":[1],"datatype":"INT64","data":[\#(rows)]}]}"#
        }
        try clients[0].send("POST", "/v2/models/plain/infer", count(65_536))
        let engine = try registry.find(ModelReference("plain")).engine
        #expect(eventually { engine.queuedRows == 65_536 })
        try clients[1].send("POST", "/v2/models/plain/infer", count(257))
        let full = try clients[1].response()
        #expect(full.status == 429)
        #expect(full.header("retry-after") == "1")
        #expect(full.text == #"{"error":"more than 32768 rows are waiting; try again"}"# + "\n")
        handler.beginDrain()
        try clients[1].send("GET", "/v2/health/ready")
        let draining = try clients[1].response()
        #expect(draining.status == 503)
        #expect(draining.text == #"{"error":"the server is shutting down"}"# + "\n")
    }
}
