import Files
import Inference
import Kernels
import ModelStorage
import Pictures
import TestSupport
import Testing
import VAE

@testable import Training

/// From a data file to a model directory.
@Suite struct TrainingRunTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        let data = TrainingProblem.data(rows: 60)
        let lines = (0..<60).map { i in data.rows(i..<i + 1).values.map { "\($0)" }.joined(separator: ",") }
        let text = (["a,b,c,d"] + lines).joined(separator: "\n") + "\n"
        try FileSystem.write(Array(text.utf8), to: directory("table.csv"))
        let pixels = (0..<60 * 6).map { UInt8($0 * 37 % 256) }
        let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 60, 0, 0, 0, 2, 0, 0, 0, 3]
        try FileSystem.write(header + pixels, to: directory("images"))
    }

    private func plan(_ file: String, _ output: String, seed: UInt64 = 1) -> TrainingRun.Plan {
        var plan = TrainingRun.Plan(dataPath: directory(file), output: directory(output))
        plan.network.hidden = [5]
        plan.network.latentDimension = 2
        plan.options.batchSize = 16
        plan.options.seed = seed
        plan.epochs = 4
        plan.command = "elbo train \(file)"
        return plan
    }

    @discardableResult
    private func train(_ plan: TrainingRun.Plan) throws -> StoredModel {
        try TrainingRun(plan).run(progress: { _ in }, epoch: { _ in })
    }

    /// A typing error in the output must not delete what is there.
    @Test func refusesToReplaceWhatIsNoModel() throws {
        try FileSystem.createDirectories(directory("precious/deep"))
        for output in ["precious", "table.csv"] {
            let error = #expect(throws: TrainingError.self) { try TrainingRun(plan("table.csv", output)) }
            guard case .outputIsNoModel(path: directory(output)) = error else {
                Issue.record("\(error as Any)")
                return
            }
        }
        #expect(FileSystem.isDirectory(directory("precious/deep")))
        try FileSystem.createDirectories(directory("empty"))
        try train(plan("table.csv", "empty"))
        try train(plan("table.csv", "empty"))
    }

    @Test func refusesATableWithNothingToLearn() throws {
        let text = "a,b\n" + String(repeating: "1,2\n", count: 20)
        try FileSystem.write(Array(text.utf8), to: directory("constant.csv"))
        let error = #expect(throws: TrainingError.self) { try TrainingRun(plan("constant.csv", "model")) }
        guard case .constantData = error else {
            Issue.record("\(error as Any)")
            return
        }
    }

    @Test(arguments: ["table.csv", "images"])
    func theSameRunWritesTheSameBytes(file: String) throws {
        try train(plan(file, "first"))
        try train(plan(file, "second"))
        try train(plan(file, "other", seed: 2))
        let first = try directory.files("first")
        let names = ["golden.safetensors", "model.json", "report.json", "report.svg", "weights.safetensors"]
        // Only images are looked at.
        let more = file == "table.csv" ? [] : ["reconstructions.png", "samples.png"]
        #expect(first.keys.sorted() == (names + more + ["calibration.safetensors"]).sorted())
        #expect(try directory.files("second") == first)
        #expect(try directory.files("other")["weights.safetensors"] != first["weights.safetensors"])
        #expect(try FileSystem.list(directory.path) == ["first", "images", "other", "second", "table.csv"])
    }

    @Test func theModelLoadsAndKnowsWhereItComesFrom() throws {
        let model = try train(plan("table.csv", "model"))
        let loaded = try StoredModel(directory: directory("model"))
        #expect(loaded.description == model.description && loaded.name == "model")
        #expect(loaded.model.network.parameters.vector.values == model.model.network.parameters.vector.values)
        #expect(loaded.description.schema?.names == ["a", "b", "c", "d"])
        #expect(loaded.description.provenance.data.map(\.rows) == [60])
        #expect(loaded.description.provenance.command == "elbo train table.csv")
        let images = try train(plan("images", "pixels"))
        #expect(images.description.inputShape == [2, 3] && images.description.architecture.likelihood == .bernoulli)
    }

    /// Grey pixels stay grey: binarised ones would fit a Bernoulli only.
    @Test(
        arguments: [
            (.continuousBernoulli, nil), (.discretizedLogistic, nil), (.discretizedLogistic, .perRecord),
            (.gaussian, nil),
            (.gaussian, .shared),
        ] as [(NetworkChoice.Family, NetworkChoice.PixelScale?)])
    func greyImagesHaveLikelihoodsThatLearnAndLoad(
        family: NetworkChoice.Family, scale: NetworkChoice.PixelScale?
    ) throws {
        var plan = plan("images", "model")
        (plan.network.family, plan.network.pixelScale, plan.epochs) = (family, scale, 30)
        let run = try TrainingRun(plan)
        #expect(!run.options.binarisesInputs)
        let model = try run.run(progress: { _ in }, epoch: { _ in })
        let history = run.trainer.history
        #expect(
            history[29].trainingELBO > history[0].trainingELBO + 0.05,
            "\(history[29].trainingELBO - history[0].trainingELBO)")
        // Which proves the golden answers.
        let loaded = try StoredModel(directory: directory("model"))
        #expect(loaded.description == model.description)
        plan.output = directory("again")
        try train(plan)
        #expect(try directory.files("again") == directory.files("model"))
    }

    /// What the model makes of the prior and of validation rows, in grey as they came.
    @Test func imagesComeWithPictures() throws {
        let run = try TrainingRun(plan("images", "model"))
        let model = try run.run(progress: { _ in }, epoch: { _ in }).model
        let shape = try #require(PictureShape([2, 3]))
        let samples = InferenceOutput(.sample(seed: 1, offset: 0, temperature: 1), rows: 64, model: model)
        try OperationRunner(model).run(
            .sample(seed: 1, offset: 0, temperature: 1), Matrix(rows: 64, columns: 0), positions: Array(0..<64),
            into: samples)
        guard case .samples(_, let mean, _) = samples else { return }
        let grid = try #require(PictureGrid(shape, count: 64, scale: 16))
        #expect(try FileSystem.read(directory("model/samples.png")) == grid.picture(mean.values).png())

        let picture = try Picture(png: FileSystem.read(directory("model/reconstructions.png")))
        let rows = run.trainer.validationRows(count: 32)
        #expect(rows.rows == 5)
        #expect(!rows.values.allSatisfy { $0 == 0 || $0 == 1 })
        let pairs = try #require(PictureGrid(shape, count: 5, scale: 16, .pairs))
        #expect(PictureSize(width: picture.width, height: picture.height) == pairs.size)
        let originals = pairs.picture(rows.values + rows.values)
        let line = picture.width * 32
        #expect(picture.pixels.prefix(line) == originals.pixels.prefix(line))
    }

    @Test func refusesAPNG() throws {
        let png = Picture(width: 1, height: 1, channels: 1, pixels: [0]).png()
        try FileSystem.write(png, to: directory("one.png"))
        let error = #expect(throws: TrainingError.self) { try TrainingRun(plan("one.png", "model")) }
        guard case .onePicture = error else { throw error ?? .constantData }
    }

    /// Taken up again from a checkpoint of the middle.
    @Test func aResumedRunWritesTheSameBytes() throws {
        try train(plan("table.csv", "whole"))
        var plan = plan("table.csv", "resumed")
        (plan.checkpointInterval, plan.resumes) = (.zero, true)
        let first = try TrainingRun(plan)
        #expect(first.resumedEpochs == 0)
        // While the third epoch is told of, the checkpoint is that of the second: what a crash would leave there.
        _ = try first.run(progress: { _ in }) { record in
            guard record.epoch == 3, let bytes = try? FileSystem.read(plan.checkpointPath) else { return }
            try? FileSystem.write(bytes, to: directory("kept"))
        }
        #expect(!FileSystem.exists(plan.checkpointPath))
        try FileSystem.write(FileSystem.read(directory("kept")), to: plan.checkpointPath)
        let second = try TrainingRun(plan)
        #expect(second.resumedEpochs == 2)
        _ = try second.run(progress: { _ in }, epoch: { _ in })
        #expect(try directory.files("resumed") == directory.files("whole"))
        #expect(!FileSystem.exists(plan.checkpointPath))

        try FileSystem.write(FileSystem.read(directory("kept")), to: plan.checkpointPath)
        plan.options.seed = 9
        let error = #expect(throws: TrainingError.self) { try TrainingRun(plan) }
        guard case .checkpointOfOtherRun(field: "seed", checkpoint: "1", now: "9") = error else {
            Issue.record("\(error as Any)")
            return
        }
    }
}
