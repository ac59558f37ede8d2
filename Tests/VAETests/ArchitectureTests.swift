import Testing
import VAE

@Suite struct ArchitectureTests {
    private func make(
        x: Int = 3, z: Int = 2, encoder: [LayerSpecification] = [], decoder: [LayerSpecification] = []
    ) throws(VAEError) -> Architecture {
        try Architecture(
            inputDimension: x, latentDimension: z, encoder: encoder, decoder: decoder, likelihood: .bernoulli)
    }

    @Test func takesTheLargestAndTheSmallest() throws {
        #expect(try make(x: 1, z: 1).encoder.isEmpty)
        #expect(try make(x: Architecture.largestDimension).inputDimension == 1 << 20)
    }

    @Test(arguments: [0, -1, Architecture.largestDimension + 1, .max, .min])
    func refusesDimensionsOutOfRange(value: Int) {
        #expect(throws: VAEError.dimensionOutOfRange(name: "input_dimension", value: value)) { try make(x: value) }
        #expect(throws: VAEError.dimensionOutOfRange(name: "latent_dimension", value: value)) { try make(z: value) }
        let good = LayerSpecification.dense(units: 4, activation: .relu)
        #expect(throws: VAEError.dimensionOutOfRange(name: "encoder[1].units", value: value)) {
            try make(encoder: [good, .gatedDense(units: value)])
        }
        let error = VAEError.dimensionOutOfRange(name: "decoder[0].units", value: value)
        #expect(throws: error) { try make(decoder: [.dense(units: value, activation: .relu)]) }
        #expect(error.description == "decoder[0].units is \(value); expected 1 to 1048576")
    }

    /// Each width is allowed, their products are not: nothing of that size may be allocated.
    @Test func refusesMoreParametersThanAnyModelHas() {
        let wide = LayerSpecification.dense(units: Architecture.largestDimension, activation: .relu)
        let error = #expect(throws: VAEError.self) { try make(encoder: [wide, wide]) }
        guard case .tooManyParameters(let count) = error else {
            Issue.record("\(error as Any)")
            return
        }
        #expect(count > 1 << 40)
    }

    @Test func laysOutTensorsUnderTheirPyTorchNames() throws {
        let architecture = try Architecture(
            inputDimension: 3, latentDimension: 2, encoder: [.dense(units: 5, activation: .relu)],
            decoder: [.gatedDense(units: 4)], likelihood: .gaussian(.learned(floor: 0.1)))
        let layout = ParameterLayout(architecture)
        let expected: [(String, [Int])] = [
            ("encoder.0.weight", [5, 3]), ("encoder.0.bias", [5]), ("encoder.mean.weight", [2, 5]),
            ("encoder.mean.bias", [2]), ("encoder.log_variance.weight", [2, 5]), ("encoder.log_variance.bias", [2]),
            ("decoder.0.value.weight", [4, 2]), ("decoder.0.value.bias", [4]), ("decoder.0.gate.weight", [4, 2]),
            ("decoder.0.gate.bias", [4]), ("decoder.output.weight", [3, 4]), ("decoder.output.bias", [3]),
            ("likelihood.scale", [3]),
        ]
        #expect(layout.entries.map(\.name) == expected.map(\.0))
        #expect(layout.entries.map(\.shape) == expected.map(\.1))
        var start = 0
        for entry in layout.entries {
            #expect(entry.start == start)
            start += entry.count
        }
        #expect(layout.count == start && start == 86)
        #expect(layout["decoder.0.weight"] == nil)
    }
}
