import Kernels
import Testing

@testable import VAE

/// What layers make of shapes, and what they refuse.
@Suite struct LayerShapeTests {
    private func architecture(
        _ encoder: [LayerSpecification], decoder: [LayerSpecification] = [], output: OutputSpecification = .dense,
        shape: [Int] = [3, 8, 6], likelihood: LikelihoodSpecification = .bernoulli
    ) throws(VAEError) -> Architecture {
        try Architecture(
            inputDimension: shape.reduce(1, *), inputShape: shape, latentDimension: 2, encoder: encoder,
            decoder: decoder, output: output, likelihood: likelihood)
    }

    private func expect(_ error: LayerError, at path: String, _ body: () throws -> Architecture) {
        let got = #expect(throws: VAEError.self) { _ = try body() }
        #expect(got == .layer(path: path, error))
        #expect(got?.description.hasPrefix("\(path): ") == true)
    }

    @Test func namesAndShapesAreThoseOfPyTorch() throws {
        let network = try architecture(
            [
                .convolution(channels: 4, kernel: 3, stride: 2, padding: 1, activation: .relu), .batchNorm(),
                .residual([.convolution(channels: 4, kernel: 1, activation: .relu), .layerNorm()]), .flatten,
            ],
            decoder: [
                .dense(units: 48, activation: .relu), .reshape(channels: 4, height: 4, width: 3),
                .convolution(
                    ConvolutionSpecification(
                        channels: 5, window: WindowSpecification(size: Extent(height: 2, width: 1)),
                        direction: .transposed(outputPadding: Extent(0)), nonlinearity: .gated)),
                .upsample(factor: 2), .pool(.largest, size: 2, stride: 1),
            ],
            output: .convolution(
                WindowSpecification(size: Extent(height: 2, width: 2), padding: Extent(height: 0, width: 1)), .forward))
        let entries = ParameterLayout(network).entries.map { "\($0.name) \($0.shape)" }
        #expect(
            entries == [
                "encoder.0.weight [4, 3, 3, 3]", "encoder.0.bias [4]", "encoder.1.weight [4]", "encoder.1.bias [4]",
                "encoder.1.running_mean [4]", "encoder.1.running_var [4]", "encoder.2.0.weight [4, 4, 1, 1]",
                "encoder.2.0.bias [4]", "encoder.2.1.weight [4, 4, 3]", "encoder.2.1.bias [4, 4, 3]",
                "encoder.mean.weight [2, 48]", "encoder.mean.bias [2]", "encoder.log_variance.weight [2, 48]",
                "encoder.log_variance.bias [2]", "decoder.0.weight [48, 2]", "decoder.0.bias [48]",
                "decoder.2.value.weight [4, 5, 2, 1]", "decoder.2.value.bias [5]", "decoder.2.gate.weight [4, 5, 2, 1]",
                "decoder.2.gate.bias [5]", "decoder.output.weight [3, 5, 2, 2]", "decoder.output.bias [3]",
            ])
    }

    @Test func startingWeightsHaveTheirVariance() throws {
        let network = try architecture(
            [.convolution(channels: 64, kernel: 5, activation: .relu), .batchNorm(), .groupNorm(groups: 4)],
            shape: [32, 6, 6])
        let parameters = Parameters<Float>(ParameterLayout(network), seed: 1)
        let weights = parameters["encoder.0.weight"].values
        let variance = weights.reduce(0) { $0 + Double($1 * $1) } / Double(weights.count)
        // 51,200 draws: the standard error of a variance is √(2/n) of it, 0.6 %.
        #expect(abs(variance * Double((32 + 64) * 25) / 2 - 1) < 0.03)
        #expect(parameters["encoder.1.weight"].values.allSatisfy { $0 == 1 })
        #expect(parameters["encoder.1.running_var"].values.allSatisfy { $0 == 1 })
        #expect(parameters["encoder.1.bias"].values.allSatisfy { $0 == 0 })
        #expect(parameters["encoder.2.weight"].values.allSatisfy { $0 == 1 })
    }

    @Test func refusesWhatDoesNotFit() {
        let image = LayerShape.image(ImageShape(height: 8, width: 6, channels: 3))
        expect(.reshape(to: [64, 7, 7], needs: 3136, got: 512), at: "decoder[1]") {
            try architecture(
                [], decoder: [.dense(units: 512, activation: .relu), .reshape(channels: 64, height: 7, width: 7)])
        }
        expect(.outOfRange(name: "channels", value: 0, from: 1, to: 65536), at: "encoder[0]") {
            try architecture([.convolution(channels: 0, kernel: 1, activation: .relu)])
        }
        expect(.windowBeyondImage(window: [7, 7], image: image, padding: [0, 0]), at: "encoder[1]") {
            try architecture([.dropout(rate: 0), .convolution(channels: 1, kernel: 7, activation: .relu)])
        }
        expect(.outOfRange(name: "padding", value: -1, from: 0, to: 65536), at: "encoder[0]") {
            try architecture([.convolution(channels: 1, kernel: 3, padding: -1, activation: .relu)])
        }
        expect(.outOfRange(name: "stride", value: 0, from: 1, to: 65536), at: "encoder[0]") {
            try architecture([.pool(.mean, size: 2, stride: 0)])
        }
        expect(.paddingBeyondWindow(padding: [2, 2], window: [3, 3]), at: "encoder[0]") {
            try architecture([.pool(.largest, size: 3, stride: 1, padding: 2)])
        }
        expect(.needsImage(got: .vector(4)), at: "encoder[1]") {
            try architecture([.dense(units: 4, activation: .relu), .upsample(factor: 2)])
        }
        expect(.groups(2, channels: 3), at: "encoder[0]") { try architecture([.groupNorm(groups: 2)]) }
        expect(.rate(1), at: "encoder[0]") { try architecture([.dropout(rate: 1)]) }
        expect(.rate(.infinity), at: "encoder[0]") { try architecture([.dropout(rate: .infinity)]) }
        #expect(throws: VAEError.self) { try architecture([.dropout(rate: .nan)]) }
        expect(.nothingLeft(image: image), at: "encoder[0]") {
            try architecture([.transposedConvolution(channels: 1, kernel: 1, padding: 9, activation: .relu)])
        }
        expect(.outputPadding(got: [2, 2], stride: [2, 2]), at: "output") {
            try architecture(
                [], decoder: [.dense(units: 3, activation: .relu), .reshape(channels: 3, height: 1, width: 1)],
                output: .convolution(
                    WindowSpecification(2, stride: 2), .transposed(outputPadding: Extent(2))))
        }
        expect(.outputNeedsImage(.vector(5)), at: "output") {
            try architecture([], output: .convolution(WindowSpecification(1), .forward), shape: [5])
        }
        expect(.needsImage(got: .vector(2)), at: "output") {
            try architecture([], output: .convolution(WindowSpecification(1), .forward))
        }
    }

    @Test func refusesAResidualThatChangesItsShape() {
        let got = #expect(throws: VAEError.self) {
            _ = try architecture([.residual([.convolution(channels: 3, kernel: 3, activation: .relu)])])
        }
        #expect(
            got?.description == "encoder[0]: the layers make [3, 6, 4] of [3, 8, 6]; their sum needs the same shape")
        let inner = #expect(throws: VAEError.self) {
            _ = try architecture([.residual([.flatten, .residual([.upsample(factor: 2)])])])
        }
        #expect(inner?.description.hasPrefix("encoder[0].layers[1].layers[0]: needs an image, got [144]") == true)
    }

    @Test func refusesAnOutputOfAnotherSize() {
        let got = #expect(throws: VAEError.self) {
            _ = try architecture(
                [], decoder: [.dense(units: 48, activation: .relu), .reshape(channels: 3, height: 4, width: 4)],
                output: .convolution(WindowSpecification(2, stride: 2), .transposed(outputPadding: Extent(0))))
        }
        #expect(got?.description == "output: gives [3, 8, 8], 192 numbers; the likelihood needs 144")
    }

    /// Nothing here may allocate or overflow.
    @Test func refusesWhatIsHuge() {
        let sizes = [LayerLimits.side, Int.max, Int.max / 2]
        for size in sizes {
            #expect(throws: VAEError.self) { try architecture([.upsample(factor: size)]) }
            #expect(throws: VAEError.self) {
                try architecture([.convolution(channels: size, kernel: 3, stride: 1, padding: 1, activation: .relu)])
            }
            #expect(throws: VAEError.self) {
                try architecture([.convolution(channels: 3, kernel: size, stride: 1, padding: size, activation: .relu)])
            }
            #expect(throws: VAEError.self) {
                try architecture([.transposedConvolution(channels: 3, kernel: 3, stride: size, activation: .relu)])
            }
            #expect(throws: VAEError.self) { try architecture([.reshape(channels: size, height: size, width: size)]) }
            #expect(throws: VAEError.self) { try architecture([.groupNorm(groups: size)]) }
            #expect(throws: VAEError.self) {
                try architecture([.pool(.mean, size: size, stride: 1, padding: size / 2)])
            }
        }
        expect(.tooManyLayers(LayerLimits.layers), at: "encoder") {
            try architecture(Array(repeating: .flatten, count: LayerLimits.layers + 1))
        }
        expect(.tooManyNumbers(LayerLimits.numbers), at: "encoder[16]") {
            try architecture(
                Array(repeating: .activation(.relu), count: 20), shape: [1, 1024, 1024])
        }
        var nested = LayerSpecification.flatten
        for _ in 0..<LayerLimits.depth { nested = .residual([nested]) }
        expect(.tooDeep(LayerLimits.depth), at: "encoder[0]") { try architecture([nested]) }
    }
}
