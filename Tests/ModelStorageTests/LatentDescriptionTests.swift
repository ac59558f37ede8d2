import JSON
import Testing
import VAE

@testable import ModelStorage

/// Priors, levels of latents and plain autoencoders in `model.json`.
@Suite struct LatentDescriptionTests {
    private func text(_ latents: String) -> String {
        """
        {"format": 1, "architecture": {"input": [6], "latent_dimension": 2, "encoder": [], "decoder": [], \
        "likelihood": {"type": "bernoulli"}\(latents)}}
        """
    }

    private static let levels = """
        , "hierarchy": {"latent_dimension": 3, "top": [], "posterior": [{"type": "dense", "units": 4, \
        "activation": "relu"}], "prior": [{"type": "gated_dense", "units": 5}]}
        """

    @Test(arguments: [
        "", ", \"prior\": {\"type\": \"mixture\", \"components\": 7}",
        ", \"prior\": {\"type\": \"vamp\", \"components\": 9}",
        ", \"prior\": {\"type\": \"flow\", \"couplings\": 4, \"units\": 8}", levels,
        levels + ", \"prior\": {\"type\": \"mixture\", \"components\": 2}", ", \"deterministic\": true",
        ", \"prior\": {\"type\": \"standard_normal\"}",
    ])
    func latentsComeBackAsTheyWere(latents: String) throws {
        let description = try ModelDescription(json: Array(text(latents).utf8))
        let written = try description.json()
        #expect(try ModelDescription(json: written) == description)
        let hasLevels = latents.contains("hierarchy")
        #expect(description.architecture.latentDimension == (hasLevels ? 5 : 2))
        #expect(description.architecture.isDeterministic == latents.contains("deterministic"))
        let prior = description.architecture.prior
        #expect(prior == .standard || latents.contains("\"\(prior.name)\""))
        #expect(latents.contains("components\": 7") == (prior == .mixture(components: 7)))
    }

    @Test(arguments: [
        (", \"prior\": {\"type\": \"mixture\"}", "components"),
        (", \"prior\": {\"type\": \"mixture\", \"components\": 0}", "prior.components is 0"),
        (", \"prior\": {\"type\": \"vamp\", \"components\": 99999999}", "prior.components is 99999999"),
        (
            ", \"prior\": {\"type\": \"flow\", \"couplings\": 65, \"units\": 4}",
            "prior.couplings is 65; expected 1 to 64"
        ),
        (", \"prior\": {\"type\": \"flow\", \"couplings\": 2, \"units\": -1}", "prior.units is -1"),
        (", \"prior\": {\"type\": \"flow\", \"components\": 2}", "components"),
        (", \"prior\": {\"type\": \"normal\"}", "normal"),
        (
            ", \"hierarchy\": {\"latent_dimension\": 0, \"top\": [], \"posterior\": [], \"prior\": []}",
            "hierarchy.latent_dimension is 0"
        ),
        (", \"hierarchy\": {\"latent_dimension\": 2, \"top\": [], \"posterior\": []}", "prior"),
        (
            ", \"hierarchy\": {\"latent_dimension\": 2, \"top\": [{\"type\": \"conv2d\", \"channels\": 2, \"kernel\": 2}], \"posterior\": [], \"prior\": []}",
            "hierarchy.top[0]"
        ),
        (", \"deterministic\": true, \"prior\": {\"type\": \"mixture\", \"components\": 2}", "deterministic"),
        (", \"deterministic\": 1", "deterministic"),
    ])
    func refusesLatentsThatCannotBe(latents: String, part: String) throws {
        let error = #expect(throws: ModelStorageError.self) {
            try ModelDescription(json: Array(text(latents).utf8))
        }
        #expect("\(error as Any)".contains(part), "\(error as Any)")
    }

    @Test func aFlowNeedsTwoLatents() {
        let one = text(", \"prior\": {\"type\": \"flow\", \"couplings\": 2, \"units\": 4}")
            .split(separator: "\"latent_dimension\": 2").joined(separator: "\"latent_dimension\": 1")
        let error = #expect(throws: ModelStorageError.self) { try ModelDescription(json: Array(one.utf8)) }
        #expect("\(error as Any)".contains("at least 2"))
    }
}
