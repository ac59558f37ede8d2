import Files
import Kernels
import ModelStorage
import TestSupport
import Testing
import VAE

@testable import Training

/// Convolutional networks from images to a model directory.
@Suite struct ImageTrainingTests {
    /// Bars on a dark ground, across or down.
    private static func images(_ count: Int, side: Int) -> Matrix<Float> {
        let images = Matrix<Float>(rows: count, columns: side * side)
        for row in 0..<count {
            let line = row / 2 % side
            for k in 0..<side { images[row, row % 2 == 0 ? line * side + k : k * side + line] = 1 }
        }
        return images
    }

    private static func options() -> TrainingOptions {
        var options = TrainingProblem.options()
        (options.epochs, options.averageDecay, options.binarisesInputs) = (8, 0.9, true)
        return options
    }

    /// All that training treats apart: noise, running moments, filters.
    private static func architecture() throws -> Architecture {
        try Architecture(
            inputDimension: 36, inputShape: [6, 6], latentDimension: 2,
            encoder: [
                .convolution(channels: 4, kernel: 4, stride: 2, padding: 1, activation: .identity), .batchNorm(.gelu),
                .dropout(rate: 0.1), .dense(units: 8, activation: .gelu),
            ],
            decoder: [
                .dense(units: 36, activation: .identity), .batchNorm(.gelu), .reshape(channels: 4, height: 3, width: 3),
                .residual([.convolution(channels: 4, kernel: 3, padding: 1, activation: .gelu), .groupNorm(groups: 2)]),
            ],
            output: .convolution(WindowSpecification(4, stride: 2, padding: 1), .transposed(outputPadding: Extent(0))),
            likelihood: .bernoulli)
    }

    private static func trainer(_ options: TrainingOptions = options()) throws -> Trainer {
        try Trainer(architecture(), data: images(75, side: 6), options: options)
    }

    @Test func learnsAndTheSameSeedGivesTheSameBits() throws {
        let (a, b) = (try Self.trainer(), try Self.trainer())
        try a.run()
        try b.run()
        #expect(a.bits == b.bits && a.history == b.history)
        let bounds = a.history.map(\.validationELBO)
        #expect(bounds[7] > bounds[0] + 2, "\(bounds)")
        // Running moments moved towards what is seen, and Adam left them alone.
        let parameters = Parameters(ParameterLayout(a.architecture), vector: Matrix(a.state.weights))
        for name in ["encoder.1.running_mean", "decoder.1.running_mean"] {
            #expect(parameters[name].values.contains { abs($0) > 1e-3 }, "\(name)")
            let entry = try #require(parameters.layout[name])
            #expect(a.state.firstMoment[entry.start..<entry.start + entry.count].allSatisfy { $0 == 0 })
        }
    }

    @Test func aResumedRunHasTheSameBits() throws {
        let (whole, first, second) = (try Self.trainer(), try Self.trainer(), try Self.trainer())
        try whole.run()
        try first.run(epochs: 3)
        second.restore(first.state)
        try second.run()
        #expect(second.bits == whole.bits)
    }

    /// The moments of the shards one after the other, as PyTorch would take two batches.
    @Test func runningMomentsFollowTheShards() throws {
        let architecture = try Architecture(
            inputDimension: 2, latentDimension: 1, encoder: [.batchNorm()], decoder: [],
            likelihood: .gaussian(.fixed(1)))
        let model = VariationalAutoencoder<Double>(architecture, startingFrom: 1)
        let shard = GradientShard(model, rows: 3, weights: GradientShard.sharedWeights(model))
        shard.input.features.assign([1, 10, 2, 20, 6, 60])
        _ = shard.run(rows: 3, Objective(weight: 1, beta: 1))
        shard.absorbStatistics()
        // Means 3 and 30; unbiased variances 7 and 700.
        let (mean, variance) = (model.parameters["encoder.0.running_mean"], model.parameters["encoder.0.running_var"])
        for (got, expected) in zip(mean.values + variance.values, [0.3, 3, 0.9 + 0.7, 0.9 + 70]) {
            #expect(abs(got - expected) < 1e-12)
        }
        // Once for each pass.
        shard.absorbStatistics()
        #expect(abs(mean[0] - 0.3) < 1e-12)
    }

    @Test func dropoutDropsItsShareAndAnewEachPass() throws {
        let architecture = try Architecture(
            inputDimension: 1000, latentDimension: 1, encoder: [.dropout(rate: 0.3)], decoder: [],
            likelihood: .bernoulli)
        let model = VariationalAutoencoder<Float>(architecture, startingFrom: 1)
        let context = TapeContext(
            rows: 2, gradients: Parameters<Float>(model.parameters.layout), weights: SharedWeights(model))
        let tape = ChainTape(model.encoder, context)
        let x = Matrix<Float>(rows: 2, columns: 1000)
        x.fill(2)
        context.state.pass = PassNoise(seed: 1, number: 7)
        let first = tape.forward(x).values
        let zeros = first.count { $0 == 0 }
        // 2,000 draws: a standard deviation of 20.
        #expect(abs(zeros - 600) < 100 && first.allSatisfy { $0 == 0 || abs($0 - 2 / 0.7) < 1e-6 })
        #expect(tape.forward(x).values == first)
        context.state.pass.number = 8
        #expect(tape.forward(x).values != first)
    }

    // MARK: From a file

    private func plan(_ directory: TemporaryDirectory, side: Int) throws -> TrainingRun.Plan {
        let pixels = Self.images(60, side: side).values.map { UInt8($0 * 255) }
        let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 60, 0, 0, 0, UInt8(side), 0, 0, 0, UInt8(side)]
        try FileSystem.write(header + pixels, to: directory("images"))
        var plan = TrainingRun.Plan(dataPath: directory("images"), output: directory("model"))
        plan.network.latentDimension = 2
        plan.options.batchSize = 16
        plan.epochs = 1
        return plan
    }

    /// Odd sides lose a line on the way down and get it back.
    @Test(arguments: [4, 7, 9, 10])
    func theReadyMadeNetworkTakesImagesOfAnySize(side: Int) throws {
        let directory = try TemporaryDirectory()
        var plan = try plan(directory, side: side)
        plan.network.isConvolutional = true
        let trained = try TrainingRun(plan).run(progress: { _ in }, epoch: { _ in })
        let loaded = try StoredModel(directory: directory("model"))
        #expect(loaded.description == trained.description)
        #expect(loaded.description.architecture.encoder.count == 3)
    }

    @Test func aFileSaysTheLayers() throws {
        let directory = try TemporaryDirectory()
        var plan = try plan(directory, side: 6)
        let text = """
            {"latent_dimension":3,"encoder":[{"type":"conv2d","channels":2,"kernel":3},{"type":"batch_norm"}],"decoder":[]}
            """
        plan.network.description = try NetworkDescription(json: Array(text.utf8), file: "network.json")
        _ = try TrainingRun(plan).run(progress: { _ in }, epoch: { _ in })
        let loaded = try StoredModel(directory: directory("model"))
        #expect(loaded.description.architecture.latentDimension == 3)
        #expect(loaded.model.network.parameters.layout["encoder.1.running_var"] != nil)
    }

    @Test func refusesImagesThatAreTooSmall() throws {
        let directory = try TemporaryDirectory()
        var plan = try plan(directory, side: 3)
        plan.network.isConvolutional = true
        let error = #expect(throws: TrainingError.self) { try TrainingRun(plan) }
        #expect(error?.description == "the data of --convolutional must be images of 4 × 4 pixels or more")
    }
}
