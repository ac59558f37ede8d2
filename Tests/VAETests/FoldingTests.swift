import Kernels
import Testing
import VAE

/// Batch normalisation within the weights of the layer before it gives what it gives by itself.
@Suite struct FoldingTests {
    private static func architecture(_ between: [LayerSpecification]) throws -> Architecture {
        let odd = WindowSpecification(
            size: Extent(height: 3, width: 2), stride: Extent(height: 2, width: 1), padding: Extent(height: 1, width: 0)
        )
        let spread = ConvolutionSpecification(
            channels: 3, window: odd, direction: .transposed(outputPadding: Extent(height: 1, width: 0)),
            nonlinearity: .activation(.identity))
        let norm = between + [.batchNorm(.gelu)]
        let inner = [.convolution(channels: 4, kernel: 1, activation: .identity)] + norm
        return try Architecture(
            inputDimension: 24, inputShape: [2, 4, 3], latentDimension: 3,
            encoder: [.convolution(channels: 4, kernel: 2, activation: .identity)] + norm + [.residual(inner)],
            decoder: [.dense(units: 12, activation: .identity)] + norm
                + [.reshape(channels: 3, height: 2, width: 2), .convolution(spread)] + norm,
            likelihood: .gaussian(.fixed(1)))
    }

    private func reconstruction<Scalar: KernelScalar>(
        _ between: [LayerSpecification], _: Scalar.Type
    ) throws -> Matrix<Scalar> {
        let model = SmallModel(name: "folding", architecture: try Self.architecture(between))
        let evaluator = model.evaluator(Scalar.self)
        let x = Matrix(model.records(7).values.map { Scalar($0) }, rows: 7, columns: 24)
        let y = Matrix<Scalar>(rows: 7, columns: 24)
        evaluator.reconstruct(x, into: y)
        return y
    }

    @Test func foldedIsUnfolded() throws {
        // An activation between them keeps them apart.
        let apart: [LayerSpecification] = [.activation(.identity)]
        let (folded, unfolded) = (try reconstruction([], Double.self), try reconstruction(apart, Double.self))
        for (a, b) in zip(folded.values, unfolded.values) { #expect(abs(a - b) < 1e-12 * max(1, abs(b))) }
        #expect(folded.values != unfolded.values)
        let (single, apartSingle) = (try reconstruction([], Float.self), try reconstruction(apart, Float.self))
        for (a, b) in zip(single.values, apartSingle.values) { #expect(abs(a - b) < 2e-5 * max(1, abs(b))) }
    }

    @Test func foldsFollowTheParameters() throws {
        let model = SmallModel(name: "folding", architecture: try Self.architecture([]))
        let start = Parameters<Float>(ParameterLayout(model.architecture), seed: 1)
        let network = VariationalAutoencoder(model.architecture, start)
        start.vector.assign(model.parameters(Float.self).vector)
        network.refresh()
        let (x, y) = (model.records(3), Matrix<Float>(rows: 3, columns: 24))
        Evaluator(network).reconstruct(x, into: y)
        let expected = Matrix<Float>(rows: 3, columns: 24)
        model.evaluator(Float.self).reconstruct(x, into: expected)
        #expect(y.values == expected.values)
    }
}
