import Inference
import JSON
import Kernels
import ModelStorage
import Testing

@testable import Service

/// Models with other latents than one N(0, I).
@Suite(.offThePool, .timeLimit(.minutes(2))) struct LatentTests {
    private static let shared = Result { try TestService([TestModels.levels(), TestModels.autoencoder()]) }
    private let service: TestService

    init() throws {
        service = try Self.shared.get()
    }

    private let rows = #"{"inputs":[[1,0,0,1],[0,1,1,1]]"#

    private func floats(_ result: String, _ key: String) throws -> [Float] {
        try JSONDocument(Array("{\(result)}".utf8)).root.member(key).doubles().map { Float($0) }
    }

    /// Codes hold both levels, and decoding them is reconstructing.
    @Test func codesHoldBothLevels() throws {
        let codes = try service.post("/v1/models/levels/encode", rows + "}")
        let reconstructed = try service.post("/v1/models/levels/reconstruct", rows + "}")
        for row in 0..<2 {
            let (mu, sigma) = (try floats(codes.results[row], "mu"), try floats(codes.results[row], "sigma"))
            #expect(mu.count == 4 && sigma.count == 4 && sigma.allSatisfy { $0 > 0 })
            let decoded = try service.post("/v1/models/levels/decode", "{\"latents\":\(mu)}")
            #expect(try floats(decoded.results[0], "mean") == floats(reconstructed.results[row], "reconstruction"))
        }
        let drawn = try service.post("/v1/models/levels/encode", rows + #","sample":true,"seed":4}"#)
        let alone = try service.post(
            "/v1/models/levels/encode", #"{"inputs":[[1,0,0,1]],"sample":true,"seed":4}"#)
        #expect(try floats(drawn.results[0], "z") == floats(alone.results[0], "z"))
        #expect(try floats(drawn.results[0], "z") != floats(drawn.results[0], "mu"))
    }

    /// A draw goes through both levels, and does not depend on how many are asked for.
    @Test func samplesGoThroughBothLevels() throws {
        let some = try service.post("/v1/models/levels/sample", #"{"count":3,"seed":2,"mean":true}"#)
        let last = try service.post("/v1/models/levels/sample", #"{"count":1,"seed":2,"offset":2,"mean":true}"#)
        #expect(some.results.count == 3 && some.results[2] == last.results[0])
        let latent = try floats(some.results[2], "latent")
        let decoded = try service.post("/v1/models/levels/decode", "{\"latents\":\(latent)}")
        #expect(latent.count == 4)
        #expect(try floats(decoded.results[0], "mean") == floats(some.results[2], "mean"))
    }

    @Test func scoresSumBothLevels() throws {
        let together = try service.post("/v1/models/levels/score", rows + "}")
        for row in 0..<2 {
            let root = try JSONDocument(Array("{\(together.results[row])}".utf8)).root
            let (score, kl) = (try root.member("score").double(), try root.member("kl").double())
            #expect(try score == root.member("reconstruction").double() + kl)
        }
        let weighted = try service.post("/v1/models/levels/score", rows + #","bound":"iw","samples":200}"#)
        #expect(weighted.status == 200)
    }

    @Test(arguments: [
        ("sample", "{}", "no_prior"), ("score", #"{"inputs":[1,0,0,1],"bound":"iw"}"#, "bad_value"),
    ])
    func aPlainAutoencoderHasNoDensity(verb: String, body: String, code: String) throws {
        let response = try service.post("/v1/models/autoencoder/\(verb)", body)
        #expect(response.status == 422)
        #expect(response.text.contains("\"code\":\"\(code)\""), "\(response.text)")
        #expect(response.text.contains("plain autoencoder"))
    }

    @Test func aPlainAutoencoderHasCodesWithoutSpread() throws {
        let codes = try service.post("/v1/models/autoencoder/encode", rows + #","sample":true,"seed":1}"#)
        #expect(try floats(codes.results[0], "sigma") == [0, 0])
        #expect(try floats(codes.results[0], "z") == floats(codes.results[0], "mu"))
        let scores = try service.post("/v1/models/autoencoder/score", rows + "}")
        #expect(scores.results.allSatisfy { $0.contains("\"kl\":0,\"std_error\":0") }, "\(scores.text)")
    }
}
