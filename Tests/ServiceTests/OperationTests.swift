import Inference
import JSON
import Kernels
import ModelStorage
import Testing

@testable import Service

/// What operations answer.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct OperationTests {
    private static let shared = Result { try TestService() }
    private let service: TestService

    init() throws {
        service = try Self.shared.get()
    }

    // MARK: Numbers

    /// What the model computes without HTTP.
    private func computed(
        _ operation: Inference.Operation, _ model: StoredModel, _ rows: [[Float]]
    ) throws -> InferenceOutput {
        let output = InferenceOutput(operation, rows: rows.count, model: model.model)
        let input = Matrix(rows.flatMap { $0 }, rows: rows.count, columns: rows[0].count)
        try OperationRunner(model.model).run(operation, input, positions: Array(0..<rows.count), into: output)
        return output
    }

    private func object(_ values: [(String, [Float])]) throws -> String {
        var writer = JSONWriter()
        try writer.object { writer throws(JSONError) in
            for (key, numbers) in values {
                writer.key(key)
                try writer.floats(numbers)
            }
        }
        return String(decoding: writer.bytes.dropFirst().dropLast(), as: UTF8.self)
    }

    @Test(arguments: [false, true])
    func encodes(_ draws: Bool) throws {
        let rows: [[Float]] = [[12, 9, 2.5], [8, 23, 1]]
        let output = try computed(.encode(drawSeed: draws ? 9 : nil), TestModels.plain(), rows)
        guard case .codes(let mean, let sigma, let draw) = output else { return }
        let body = #"{"inputs":[[12,9,2.5],[8,23,1]]"# + (draws ? #","sample":true,"seed":9}"# : "}")
        let response = try service.post("/v1/models/plain/encode", body)
        for row in 0..<2 {
            var expected = [
                ("mu", Array(mean.rows(row..<row + 1).values)), ("sigma", Array(sigma.rows(row..<row + 1).values)),
            ]
            if let draw { expected.append(("z", Array(draw.rows(row..<row + 1).values))) }
            #expect(try response.results[row] == object(expected))
        }
    }

    /// `samples` is `sample` as a number.
    @Test func encodingCountsItsDraws() throws {
        let answer = { (options: String) in
            try self.service.post("/v1/models/plain/encode", #"{"inputs":[12,9,2.5]\#(options)}"#)
        }
        #expect(try answer(#","samples":1,"seed":9"#).results[0] == answer(#","sample":true,"seed":9"#).results[0])
        #expect(try answer(#","samples":0,"seed":9"#).results[0] == answer("").results[0])
        #expect(try answer(#","samples":2"#).status == 422)
    }

    @Test(arguments: [false, true])
    func decodes(_ draws: Bool) throws {
        let output = try computed(.decode(drawSeed: draws ? 9 : nil), TestModels.plain(), [[0.5, -1]])
        guard case .records(let mean, let draw) = output else { return }
        let body = #"{"latents":[[0.5,-1]]"# + (draws ? #","draw":true,"seed":9}"# : "}")
        let response = try service.post("/v1/models/plain/decode", body)
        var expected = [("mean", Array(mean.values))]
        if let draw { expected.append(("draw", Array(draw.values))) }
        #expect(try response.results == [object(expected)])
    }

    @Test func reconstructs() throws {
        guard case .records(let mean, _) = try computed(.reconstruct, TestModels.pixels(), [[0, 1, 0.5, 1]]) else {
            return
        }
        let response = try service.post("/v1/reconstruct", #"{"inputs":[[0,1,0.5,1]]}"#)
        #expect(
            try response.text == #"{"model":"pixels","version":"v1","results":[{"#
                + object([("reconstruction", Array(mean.values))]) + "}]}\n")
    }

    @Test func scoresWithTheModelsSeedAndSamples() throws {
        let output = try computed(
            .score(ScoreSettings(samples: 4, seed: 5)), TestModels.plain(), [[1, 2, 3]])
        guard case .scores(let scores) = output else { return }
        let bound = scores[0]
        let response = try service.post("/v1/models/plain/score", #"{"inputs":[[1,2,3]]}"#)
        let document = try JSONDocument(Array(response.text.utf8))
        #expect(try document.root.member("seed").uint64() == 5)
        for result in try document.root.member("results").elements() {
            let score = try result.member("score").double()
            let (reconstruction, kl) = (try result.member("reconstruction").double(), try result.member("kl").double())
            #expect(score == bound.score)
            #expect(score == reconstruction + kl)
            #expect(kl == bound.kl)
            #expect(try result.member("std_error").double() == bound.standardError)
        }
        #expect(response.results.count == 1)
        #expect(
            try service.post("/v1/models/plain/score", #"{"inputs":[[1,2,3]],"samples":4,"seed":5}"#).text
                == response.text)
        #expect(
            try service.post("/v1/models/plain/score", #"{"inputs":[[1,2,3]],"seed":6}"#).results != response.results)
    }

    @Test func takesASingleRowWithoutItsBrackets() throws {
        let expected = try service.post("/v1/models/plain/score", #"{"inputs":[[1,2,3]]}"#)
        #expect(try service.post("/v1/models/plain/score", #"{"inputs":[1,2,3]}"#).text == expected.text)
    }

    // MARK: Records by name

    @Test(arguments: [
        #"{"amount":12,"hour":9,"km":2.5}"#, #"{"km":2.5,"amount":12,"hour":9}"#,
        #"{"hour":9e0,"km":25e-1,"amount":12.0}"#,
    ])
    func takesRecordsByNameInAnyOrder(_ record: String) throws {
        let expected = try service.post("/v1/models/table/score", #"{"inputs":[[12,9,2.5]]}"#)
        let response = try service.post("/v1/models/table/score", #"{"records":["# + record + "]}")
        #expect(response.status == 200)
        #expect(response.text == expected.text)
    }

    @Test func mixesOrdersInOneRequest() throws {
        let expected = try service.post("/v1/models/table/encode", #"{"inputs":[[1,2,3],[4,5,6]]}"#)
        #expect(expected.results.count == 2)
        let records = #"{"records":[{"km":3,"hour":2,"amount":1},{"hour":5,"amount":4,"km":6}]}"#
        #expect(try service.post("/v1/models/table/encode", records).text == expected.text)
    }

    // MARK: Seeds

    @Test(arguments: [UInt64.min, 1, 1 << 53, UInt64.max])
    func echoesASeed(_ seed: UInt64) throws {
        let response = try service.post("/v1/sample", #"{"seed":\#(seed)}"#)
        #expect(response.text.hasPrefix(#"{"model":"pixels","version":"v1","seed":\#(seed),"results":["#))
        #expect(try service.post("/v1/sample", #"{"seed":\#(seed)}"#).text == response.text)
    }

    @Test func choosesASeedThatCanBeSentAgain() throws {
        let first = try service.post("/v1/models/plain/sample", "{}")
        let document = try JSONDocument(Array(first.text.utf8))
        let seed = try document.root.member("seed").uint64()
        #expect(seed < 1 << 53)
        #expect(try service.post("/v1/models/plain/sample", #"{"seed":\#(seed)}"#).text == first.text)
        #expect(try service.post("/v1/models/plain/sample", "{}").text != first.text)
    }

    @Test func saysNoSeedWhereNothingIsDrawn() throws {
        let encoded = try service.post("/v1/models/plain/encode", #"{"inputs":[[1,2,3]],"seed":4}"#)
        #expect(encoded.status == 200)
        #expect(!encoded.text.contains(#""seed""#))
        #expect(try !service.post("/v1/models/plain/reconstruct", #"{"inputs":[[1,2,3]]}"#).text.contains(#""seed""#))
    }

    // MARK: Sampling

    @Test func samplesGoOnAtAnOffset() throws {
        let whole = try service.post("/v1/models/table/sample", #"{"seed":3,"count":300,"mean":true}"#).results
        #expect(whole.count == 300)
        #expect(Set(whole).count == 300)
        for (offset, count) in [(0, 1), (1, 2), (7, 260), (299, 1)] {
            let part = try service.post(
                "/v1/models/table/sample", #"{"seed":3,"offset":\#(offset),"count":\#(count),"mean":true}"#)
            #expect(part.results == Array(whole[offset..<offset + count]))
        }
    }

    @Test func samplesAtTheLastOffsets() throws {
        let last = #"{"seed":3,"offset":18446744073709551615,"count":2}"#
        #expect(try service.post("/v1/sample", last).status == 200)
    }

    @Test func withoutTemperatureEveryCodeIsTheOrigin() throws {
        let response = try service.post("/v1/sample", #"{"seed":3,"count":2,"temperature":0}"#)
        for result in response.results {
            // Zero times a negative number is −0.
            #expect(result.replacing("-0.0", with: "0").hasPrefix(#""latent":[0,0],"sample":["#))
        }
    }

    @Test func givesMeansOnlyWhenAsked() throws {
        #expect(try service.post("/v1/sample", #"{"mean":true}"#).results[0].contains(#""mean":["#))
        #expect(try !service.post("/v1/sample", #"{"mean":false}"#).results[0].contains(#""mean":["#))
    }

    // MARK: Large bodies

    /// A body above 256 KiB is parsed on a task; the answers are the same, errors too.
    @Test func aLargeBodyIsAnsweredAsASmallOne() throws {
        let count = 30_000
        let rows = Array(repeating: "[1.25,2.5,3.75]", count: count).joined(separator: ",")
        let body = #"{"samples":0,"inputs":["# + rows + "]}"
        #expect(body.utf8.count > 256 << 10)
        let one = try service.post("/v1/models/plain/score", #"{"samples":0,"inputs":[[1.25,2.5,3.75]]}"#).results
        let all = try service.post("/v1/models/plain/score", body).results
        #expect(all.count == count)
        #expect(Set(all) == Set(one))
        let broken = try service.post("/v1/models/plain/score", body.dropLast(2) + ",[1]]}")
        #expect(broken.status == 422)
        #expect(
            broken.text
                == envelope(
                    "shape_mismatch", "row 30000 has 1 numbers; expected 3", #","row":30000,"expected":"3","got":"1""#))
        #expect(try service.post("/v1/models/plain/score", String(body.dropLast(1))).status == 400)
    }
}
