import Kernels
import Testing
import VAE

@testable import Training

/// A network around one kind of layer, with images of two channels so that the order of an image's numbers shows.
struct LayerNetwork: CustomTestStringConvertible, Sendable {
    let name: String
    let architecture: Architecture

    var testDescription: String { name }
    var isOfDecoder: Bool { architecture.encoder.isEmpty }

    private static let shape = [2, 4, 3]

    static let all: [LayerNetwork] = {
        let convolution = LayerSpecification.convolution(channels: 2, kernel: 3, padding: 1, activation: .tanh)
        let wide = ConvolutionSpecification(
            channels: 3,
            window: WindowSpecification(
                size: Extent(height: 3, width: 2), stride: Extent(height: 2, width: 1),
                padding: Extent(height: 1, width: 0)),
            nonlinearity: .gated)
        let back = ConvolutionSpecification(
            channels: 2,
            window: WindowSpecification(
                size: Extent(height: 3, width: 2), stride: Extent(height: 2, width: 1),
                padding: Extent(height: 1, width: 0)),
            direction: .transposed(outputPadding: Extent(height: 1, width: 0)), nonlinearity: .activation(.softplus))
        let gatedBack = ConvolutionSpecification(
            channels: 2, window: back.window, direction: back.direction, nonlinearity: .gated)
        let image = LayerSpecification.reshape(channels: 3, height: 2, width: 2)
        return [
            encoder("conv2d", [.convolution(channels: 3, kernel: 2, stride: 2, activation: .gelu)]),
            encoder("gated_conv2d of sides", [.convolution(wide), convolution]),
            encoder("max_pool", [convolution, .pool(.largest, size: 2, stride: 1, padding: 1)]),
            encoder("average_pool", [.pool(.mean, size: 3, stride: 2, padding: 1), convolution]),
            encoder("upsample", [.upsample(factor: 2), convolution]),
            encoder("flatten and reshape", [.flatten, .reshape(channels: 3, height: 2, width: 4), convolution]),
            encoder("batch_norm of an image", [convolution, .batchNorm(.softplus)]),
            encoder("batch_norm first", [.batchNorm(), convolution]),
            encoder("batch_norm of a vector", [.dense(units: 4, activation: .identity), .batchNorm(.tanh)]),
            encoder("layer_norm of an image", [convolution, .layerNorm(.gelu)]),
            encoder("layer_norm of a vector", [.dense(units: 4, activation: .tanh), .layerNorm()]),
            encoder("layer_norm first", [.layerNorm(.tanh), convolution]),
            encoder(
                "group_norm", [.convolution(channels: 4, kernel: 2, activation: .tanh), .groupNorm(groups: 2, .silu)]),
            encoder(
                "dropout", [convolution, .dropout(rate: 0.4), .dense(units: 4, activation: .tanh), .dropout(rate: 0.2)]),
            encoder("activation", [.dense(units: 4, activation: .identity), .activation(.sigmoid)]),
            encoder(
                "residual",
                [convolution, .residual([convolution, .batchNorm()], activation: .softplus), .residual([])]),
            encoder(
                "residual in residual",
                [.residual([.residual([.convolution(channels: 2, kernel: 1, activation: .tanh)], activation: .tanh)])]),
            decoder("conv_transpose2d", [.dense(units: 12, activation: .tanh), image, .convolution(back)], .dense),
            decoder(
                "gated_conv_transpose2d", [.dense(units: 12, activation: .tanh), image, .convolution(gatedBack)], .dense
            ),
            decoder(
                "conv2d for output",
                [.dense(units: 24, activation: .tanh), .reshape(channels: 2, height: 4, width: 3)],
                .convolution(WindowSpecification(3, padding: 1), .forward)),
            decoder(
                "conv_transpose2d for output", [.dense(units: 12, activation: .tanh), image],
                .convolution(back.window, .transposed(outputPadding: Extent(height: 1, width: 0)))),
        ]
    }()

    private static func encoder(_ name: String, _ layers: [LayerSpecification]) -> LayerNetwork {
        make(name, encoder: layers, decoder: [], .dense)
    }

    private static func decoder(
        _ name: String, _ layers: [LayerSpecification], _ output: OutputSpecification
    ) -> LayerNetwork {
        make(name, encoder: [], decoder: layers, output)
    }

    private static func make(
        _ name: String, encoder: [LayerSpecification], decoder: [LayerSpecification], _ output: OutputSpecification
    ) -> LayerNetwork {
        do {
            return try LayerNetwork(
                name: name,
                architecture: Architecture(
                    inputDimension: 24, inputShape: shape, latentDimension: 2, encoder: encoder, decoder: decoder,
                    output: output, likelihood: .bernoulli))
        } catch {
            fatalError("\(name): \(error)")
        }
    }
}

@Suite struct LayerGradientTests {
    @Test(arguments: LayerNetwork.all)
    func everyParameterMatchesCentralDifferences(network: LayerNetwork) {
        let problem = GradientProblem<Double>(network.architecture)
        problem.shard.pass = PassNoise(seed: 4, number: 9)
        _ = problem.loss(beta: 0.7)
        let gradient = problem.shard.gradients.vector.values
        let weights = problem.model.parameters.vector
        // What surrounds the layers is in the tests of all networks, and naive products take their time.
        let surroundings = ["encoder.mean", "encoder.log_variance"] + (network.isOfDecoder ? [] : ["decoder.output"])
        for entry in problem.model.parameters.layout.entries
        where !surroundings.contains(where: entry.name.hasPrefix) {
            for i in entry.start..<entry.start + entry.count {
                let difference = Self.difference(weights, at: i) { problem.loss(beta: 0.7) }
                // A loss of tens of nats is rounded to some 1e-14 at places 1e-3 apart: 1e-11 of a derivative, which would
                // count below 1e-4.
                let scale = max(abs(difference), abs(gradient[i]), 1e-3)
                #expect(
                    abs(difference - gradient[i]) / scale < 1e-7,
                    "\(entry.name) \(i - entry.start): \(difference) \(gradient[i])")
            }
            // The differences would agree on zeros too; the running moments have none, and a bias before a batch
            // normalisation moves nothing.
            if !entry.name.contains(".running_"), entry.name.hasSuffix("weight") {
                let part = gradient[entry.start..<entry.start + entry.count]
                #expect(part.contains { abs($0) > 1e-6 }, "\(entry.name)")
            }
        }
    }

    /// A five-point stencil leaves an error of order h⁴, so rounding is what remains.
    private static func difference(_ numbers: Matrix<Double>, at i: Int, of loss: () -> Double) -> Double {
        let (original, step) = (numbers[i], 1e-3 * max(1, abs(numbers[i])))
        let losses = [1.0, -1, 2, -2].map { multiple in
            numbers[i] = original + multiple * step
            return loss()
        }
        numbers[i] = original
        return (8 * (losses[0] - losses[1]) - (losses[2] - losses[3])) / (12 * step)
    }

    /// The derivative by the input, which no parameter shows for the first layer.
    @Test(arguments: LayerNetwork.all)
    func theInputMatchesCentralDifferences(network: LayerNetwork) {
        let problem = GradientProblem<Double>(network.architecture)
        let model = problem.model
        let context = TapeContext(
            rows: 3, gradients: Parameters<Double>(model.parameters.layout), weights: SharedWeights(model))
        context.state.pass = PassNoise(seed: 4, number: 9)
        for (chain, inputs) in [(model.encoder, 24), (model.decoder, 2)] {
            let tape = ChainTape(chain, context)
            guard let dy = tape.outputGradient else { continue }
            let (x, dx) = (Matrix<Double>(rows: 3, columns: inputs), Matrix<Double>(rows: 3, columns: inputs))
            Double.normals(NoiseStream(seed: 3, purpose: .sample), into: x)
            // Loss: the outputs times fixed weights.
            let weights = Matrix<Double>(rows: 3, columns: dy.columns)
            Double.normals(NoiseStream(seed: 5, purpose: .sample), into: weights)
            let loss = { zip(tape.forward(x).values, weights.values).reduce(0) { $0 + $1.0 * $1.1 } }
            _ = loss()
            dy.assign(weights)
            tape.backward(x, into: dx)
            for i in 0..<x.count {
                let difference = Self.difference(x, at: i, of: loss)
                #expect(abs(difference - dx[i]) < 1e-7 * max(1, abs(dx[i])), "\(i) \(difference) \(dx[i])")
            }
        }
    }

    @Test(arguments: LayerNetwork.all)
    func floatGradientFollowsDouble(network: LayerNetwork) {
        let (double, float) = (
            GradientProblem<Double>(network.architecture), GradientProblem<Float>(network.architecture)
        )
        #expect(abs(double.loss(beta: 1) - float.loss(beta: 1)) < 1e-4)
        for (d, f) in zip(double.shard.gradients.vector.values, float.shard.gradients.vector.values) {
            // A hundred roundings of 6e-8 relative to terms of order one, and a division by a standard deviation.
            #expect(abs(d - Double(f)) < 1e-4 * max(1, abs(d)))
        }
    }

    /// The last batch of an epoch may leave a shard without rows.
    @Test(arguments: LayerNetwork.all)
    func noRowsGiveNoGradient(network: LayerNetwork) {
        let problem = GradientProblem<Float>(network.architecture)
        _ = problem.loss(beta: 1)
        let terms = problem.shard.run(rows: 0, Objective(weight: 1, beta: 1))
        #expect(terms == LossTerms())
        #expect(problem.shard.gradients.vector.values.allSatisfy { $0 == 0 })
        let before = problem.model.parameters.vector.values
        problem.shard.absorbStatistics()
        #expect(problem.model.parameters.vector.values == before)
    }
}
