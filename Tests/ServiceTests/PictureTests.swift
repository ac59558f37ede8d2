import Inference
import Kernels
import ModelStorage
import Pictures
import TestSupport
import Testing

@testable import Service

/// Images in and out as PNG.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct PictureTests {
    private static let shared = Result {
        try TestService([
            TestModels.orders(), TestModels.plain(), TestModels.pixels(), TestModels.colours(), TestModels.table(),
        ])
    }
    private let service: TestService

    init() throws {
        service = try Self.shared.get()
    }

    private let grey = Picture(width: 2, height: 2, channels: 1, pixels: [0, 51, 102, 255])
    private let colour = Picture(width: 3, height: 2, channels: 3, pixels: (0..<18).map { UInt8($0 * 15) })

    /// The colours' numbers, a channel behind the other, as the model has them.
    private var colourNumbers: [Float] {
        (0..<18).map { Float(colour.pixels[$0 % 6 * 3 + $0 / 6]) / 255 }
    }

    private func json(_ numbers: [Float], _ more: String = "") -> String { "{\"inputs\":[\(numbers)]\(more)}" }

    private func numbers(_ picture: Picture) -> [Float] { picture.pixels.map { Float($0) / 255 } }

    private func post(
        _ path: String, _ picture: Picture, accept: String? = nil
    ) throws -> TestResponse {
        try service.post(path, bytes: picture.png(), type: "image/png", accept: accept)
    }

    private func picture(_ response: TestResponse) throws -> Picture {
        try #require(response.status == 200, "\(response.text)")
        #expect(response.header("content-type") == "image/png")
        return try Picture(png: response.bytes)
    }

    // MARK: In

    @Test(arguments: ["score", "encode", "reconstruct"])
    func aPictureIsARow(_ verb: String) throws {
        let response = try post("/v1/models/pixels/\(verb)", grey)
        #expect(response.status == 200)
        #expect(response.header("content-type") == "application/json")
        #expect(try response.text == service.post("/v1/models/pixels/\(verb)", json(numbers(grey))).text)
        let coloured = try post("/v1/models/colours/\(verb)", colour)
        #expect(try coloured.text == service.post("/v1/models/colours/\(verb)", json(colourNumbers)).text)
    }

    @Test func aPictureMayBeAnsweredAsText() throws {
        let path = "/v1/models/pixels/score?samples=2&seed=4"
        let csv = try post(path, grey, accept: "text/csv")
        #expect(try csv.text == service.post(path, json(numbers(grey)), accept: "text/csv").text)
        #expect(csv.lines.count == 2)
    }

    @Test func coloursBecomeWhatTheModelHas() throws {
        let pixels: [UInt8] = [255, 0, 0, 0, 255, 0, 0, 0, 255, 8, 8, 8]
        let response = try post(
            "/v1/models/pixels/encode", Picture(width: 2, height: 2, channels: 3, pixels: pixels))
        let luma = [76, 150, 29, 8].map { Float($0) / 255 }
        #expect(try response.text == service.post("/v1/models/pixels/encode", json(luma)).text)
        let flat = Picture(width: 3, height: 2, channels: 1, pixels: [1, 2, 3, 4, 5, 6])
        let numbers = (0..<18).map { Float($0 % 6 + 1) / 255 }
        #expect(
            try post("/v1/models/colours/encode", flat).text
                == service.post("/v1/models/colours/encode", json(numbers)).text)
    }

    @Test func refusesAnotherSize() throws {
        let wide = Picture(width: 3, height: 2, channels: 1, pixels: [0, 0, 0, 0, 0, 0])
        let response = try post("/v1/models/pixels/score", wide)
        #expect(response.status == 422)
        #expect(
            response.text
                == envelope("shape_mismatch", "PNG: width 3, expected 2", #","expected":"2 × 2","got":"3 × 2""#))
    }

    @Test func refusesWhatIsNoPicture() throws {
        let png = grey.png()
        let bodies: [[UInt8]] = [[], Array("{}".utf8), Array(png.dropLast()), png + [0], png + png]
        for body in bodies {
            let response = try service.post("/v1/models/pixels/score", bytes: body, type: "image/png")
            #expect(response.status == 400)
            #expect(response.text.hasPrefix(#"{"error":{"code":"invalid_png","message":"PNG: "#))
        }
        var random = SeededGenerator(state: 3)
        for _ in 0..<300 {
            var broken = png
            let place = Int.random(in: 0..<png.count, using: &random)
            broken[place] ^= UInt8.random(in: 1 ... .max, using: &random)
            let status = try service.post("/v1/models/pixels/score", bytes: broken, type: "image/png").status
            #expect([400, 413, 422].contains(status))
        }
        #expect(try post("/v1/models/pixels/score", grey).status == 200)
    }

    @Test func refusesPicturesForModelsOfSomethingElse() throws {
        for model in ["orders", "plain", "table"] {
            let response = try post("/v1/models/\(model)/score", grey)
            #expect(response.status == 422)
            #expect(response.text.hasPrefix(#"{"error":{"code":"no_images""#))
            let accept = try service.post("/v1/models/\(model)/sample", "{}", accept: "image/png")
            #expect(accept.status == 406)
        }
        for verb in ["decode", "sample", "interpolate"] {
            #expect(try post("/v1/models/pixels/\(verb)", grey).status == 415)
        }
        for verb in ["encode", "score"] {
            #expect(try post("/v1/models/pixels/\(verb)", grey, accept: "image/png").status == 406)
        }
    }

    // MARK: Out

    /// What the model computes without HTTP.
    private func computed(
        _ operation: Inference.Operation, _ model: StoredModel, _ input: Matrix<Float>
    ) throws -> InferenceOutput {
        let output = InferenceOutput(operation, rows: input.rows, model: model.model)
        try OperationRunner(model.model).run(operation, input, positions: Array(0..<input.rows), into: output)
        return output
    }

    private func grid(
        _ shape: [Int], _ values: [Float], scale: Int = 1, _ arrangement: PictureGrid.Arrangement = .square
    ) throws -> Picture {
        let shape = try #require(PictureShape(shape))
        let count = values.count / shape.count / (arrangement == .pairs ? 2 : 1)
        return try #require(PictureGrid(shape, count: count, scale: scale, arrangement)).picture(values)
    }

    @Test func samplesMakeAGrid() throws {
        let nothing = Matrix<Float>(rows: 10, columns: 0)
        let operation = Operation.sample(seed: 7, offset: 3, temperature: 1)
        guard case .samples(_, let mean, let draw) = try computed(operation, TestModels.colours(), nothing) else {
            return
        }
        let path = "/v1/models/colours/sample"
        let draws = try service.post(path, #"{"count":10,"seed":7,"offset":3}"#, accept: "image/png")
        #expect(try picture(draws) == grid([3, 2, 3], draw.values))
        let means = try service.post(
            "\(path)?scale=3", #"{"count":10,"seed":7,"offset":3,"mean":true}"#, accept: "image/png")
        #expect(try picture(means) == grid([3, 2, 3], mean.values, scale: 3))
    }

    @Test func codesMakeAGrid() throws {
        let codes = Matrix<Float>([0.5, -1, 2, 0, 0.25, 1], rows: 3, columns: 2)
        guard case .records(let mean, let draw?) = try computed(.decode(drawSeed: 9), TestModels.pixels(), codes)
        else { return }
        let body = #"{"latents":[[0.5,-1],[2,0],[0.25,1]]"#
        let means = try service.post("/v1/models/pixels/decode", body + "}", accept: "image/png")
        #expect(try picture(means) == grid([2, 2], mean.values))
        let draws = try service.post(
            "/v1/models/pixels/decode", body + #","draw":true,"seed":9,"scale":2}"#, accept: "image/png")
        #expect(try picture(draws) == grid([2, 2], draw.values, scale: 2))
    }

    @Test func reconstructionsStandBelowTheirImages() throws {
        let rows = Matrix<Float>(numbers(grey) + [1, 0.2, 0, 0.4], rows: 2, columns: 4)
        guard case .records(let mean, _) = try computed(.reconstruct, TestModels.pixels(), rows) else { return }
        let body = "{\"inputs\":[\(numbers(grey)),[1,0.2,0,0.4]]}"
        let response = try service.post("/v1/models/pixels/reconstruct", body, accept: "image/png")
        #expect(try picture(response) == grid([2, 2], rows.values + mean.values, .pairs))
        let one = try post("/v1/models/pixels/reconstruct", grey, accept: "image/png")
        let pair = try picture(one)
        #expect(pair == (try grid([2, 2], numbers(grey) + mean.rows(0..<1).values, .pairs)))
        #expect(pair.pixels.prefix(4) == grey.pixels[...])
        #expect(try post("/v1/models/pixels/reconstruct", grey, accept: "image/*").bytes == one.bytes)
    }

    @Test func refusesPicturesTooLarge() throws {
        let many = try service.post("/v1/models/colours/sample?scale=16", #"{"count":60000}"#, accept: "image/png")
        #expect(many.status == 413)
        #expect(many.text.hasPrefix(#"{"error":{"code":"too_large","message":"60000 images make a picture"#))
        let scale = try service.post("/v1/models/pixels/sample?scale=17", "{}", accept: "image/png")
        #expect(
            scale.text == envelope("bad_value", "'scale' must be 1 to 16, not 17", #","expected":"1 to 16","got":"17""#)
        )
        let none = try service.post("/v1/models/plain/sample?scale=2", "{}")
        #expect(none.text.hasPrefix(#"{"error":{"code":"unknown_parameter""#))
    }

    /// A request means the same under any `Accept`.
    @Test func theScaleIsKnownToAnswersThatAreNoPictures() throws {
        let body = #"{"count":2,"seed":7}"#
        let plain = try service.post("/v1/models/pixels/sample", body)
        #expect(try service.post("/v1/models/pixels/sample?scale=2", body).bytes == plain.bytes)
        #expect(try service.post("/v1/models/pixels/sample?scale=17", body).status == 422)
    }

    /// A table is answered while it is read, so that it may have any length.
    @Test func tablesAreNotAnsweredAsPictures() throws {
        let response = try service.post(
            "/v1/models/pixels/reconstruct", "a,b,c,d\n0,0,1,1\n", type: "text/csv", accept: "image/png")
        #expect(response.status == 406)
    }

    @Test func picturesMayComeInPieces() throws {
        let client = try service.connect()
        try client.sendChunked("/v1/models/pixels/score", grey.png().map { [$0] }, type: "image/png")
        #expect(try client.response().text == post("/v1/models/pixels/score", grey).text)
    }
}
