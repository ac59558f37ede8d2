import Files
import Inference
import Kernels
import ModelStorage
import TestSupport
import Testing
import VAE

@testable import Training

/// Training with a label of each record, from files to a model that makes records of a given label.
@Suite struct ConditionTests {
    private static let rows = 120
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        // Dark on one side and bright on the other, by the label.
        let labels = (0..<Self.rows).map { UInt8($0 % 3 == 0 ? 7 : 3) }
        var random = SeededGenerator(state: 4)
        let pixels = labels.flatMap { label in
            (0..<6).map { place -> UInt8 in
                (place % 3 == 0) == (label == 7)
                    ? UInt8.random(in: 200...255, using: &random)
                    : UInt8.random(in: 0...50, using: &random)
            }
        }
        try write("images", [0, 0, 8, 3, 0, 0, 0, UInt8(Self.rows), 0, 0, 0, 2, 0, 0, 0, 3] + pixels)
        try write("labels", [0, 0, 8, 1, 0, 0, 0, UInt8(Self.rows)] + labels)
        let lines = (0..<Self.rows).map { i in
            let noise = Double.random(in: -1...1, using: &random)
            return i % 3 == 0 ? "\(10 + noise),b,\(i % 7)" : "\(noise),a,\(i % 5)"
        }
        try write("table.csv", Array((["x,kind,y"] + lines).joined(separator: "\n").utf8))
    }

    private func write(_ name: String, _ bytes: [UInt8]) throws {
        try FileSystem.write(bytes, to: directory(name))
    }

    private func plan(_ data: String, _ output: String, epochs: Int = 40) -> TrainingRun.Plan {
        var plan = TrainingRun.Plan(dataPath: directory(data), output: directory(output))
        plan.network.hidden = [8]
        plan.network.latentDimension = 2
        plan.options.batchSize = 16
        plan.options.learningRate = 0.01
        plan.epochs = epochs
        return plan
    }

    private func images(_ output: String, epochs: Int = 40) -> TrainingRun.Plan {
        var plan = plan("images", output, epochs: epochs)
        plan.labelsPath = directory("labels")
        return plan
    }

    private func train(_ plan: TrainingRun.Plan) throws -> StoredModel {
        try TrainingRun(plan).run(progress: { _ in }, epoch: { _ in })
    }

    /// E[x given z = 0] of each level.
    private func means(_ model: TrainedModel) throws -> [[Float]] {
        let operation = Operation.decode(drawSeed: nil)
        let levels = try #require(model.condition?.levels.count)
        let zeros = Matrix<Float>(rows: levels, columns: model.network.latentDimension)
        let output = InferenceOutput(operation, rows: levels, model: model)
        try OperationRunner(model).run(
            operation, RowConditions.each(Array(0..<levels)).joined(to: zeros), positions: Array(0..<levels),
            into: output)
        guard case .records(let mean, _) = output else { return [] }
        return (0..<levels).map { mean.rows($0..<$0 + 1).values }
    }

    @Test func imagesOfALabelLookLikeIt() throws {
        let model = try train(images("model"))
        #expect(model.model.condition?.levels == ["3", "7"])
        let means = try means(model.model)
        for place in 0..<6 {
            let bright = place % 3 == 0 ? 1 : 0
            #expect(means[bright][place] > 0.7 && means[1 - bright][place] < 0.3, "\(place) \(means)")
        }
        #expect(model.description.provenance.data.map(\.file) == ["images", "labels"])
        // Which proves the golden answers with their labels.
        let loaded = try StoredModel(directory: directory("model"))
        #expect(loaded.description == model.description)
        #expect(loaded.model.ranking != nil)
        _ = try train(images("again"))
        #expect(try directory.files("again") == directory.files("model"))
    }

    /// Told the label, the code need not hold it: the bound is better than without.
    @Test func theLabelIsWorthItsNats() throws {
        let told = try TrainingRun(images("told"))
        _ = try told.run(progress: { _ in }, epoch: { _ in })
        let untold = try TrainingRun(plan("images", "untold"))
        _ = try untold.run(progress: { _ in }, epoch: { _ in })
        // H(label) = log 3 − ⅔ log 2 = 0.64 nats, most of which a code has to spend.
        #expect(told.trainer.history[39].validationELBO > untold.trainer.history[39].validationELBO + 0.2)
    }

    @Test func validationImagesHaveLabelsOfTheirOwn() throws {
        try write("more", [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3] + Array(repeating: 9, count: 12))
        try write("sevens", [0, 0, 8, 1, 0, 0, 0, 2, 3, 7])
        try write("eights", [0, 0, 8, 1, 0, 0, 0, 2, 7, 8])
        var plan = images("model", epochs: 2)
        plan.validationPath = directory("more")
        #expect(throws: TrainingError.self) { try TrainingRun(plan) }
        plan.validationLabelsPath = directory("sevens")
        let run = try TrainingRun(plan)
        #expect(run.trainer.validationRows(count: 9).values.last == 1 || run.options.calibrationShare > 0)
        plan.validationLabelsPath = directory("eights")
        let error = #expect(throws: TrainingError.self) { try TrainingRun(plan) }
        guard case .unknownLabel(row: 2, got: "8", known: ["3", "7"]) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func refusesLabelsOfOtherImages() throws {
        var plan = images("model")
        try write("few", [0, 0, 8, 1, 0, 0, 0, 2, 3, 7])
        plan.labelsPath = directory("few")
        #expect(throws: TrainingError.self) { try TrainingRun(plan) }
        try write("same", [0, 0, 8, 1, 0, 0, 0, UInt8(Self.rows)] + Array(repeating: 1, count: Self.rows))
        plan.labelsPath = directory("same")
        let error = #expect(throws: TrainingError.self) { try TrainingRun(plan) }
        #expect("\(String(describing: error))".contains("1 levels; expected 2 to 1000"))
        plan.dataPath = directory("table.csv")
        #expect(throws: TrainingError.self) { try TrainingRun(plan) }
    }

    @Test func refusesAVampPrior() throws {
        var plan = images("model")
        plan.network.prior = .vamp(components: 3)
        #expect(throws: VAEError.conditionWithVamp) { try TrainingRun(plan) }
    }

    // MARK: Tables

    private func table(_ output: String, column: String = "kind") -> TrainingRun.Plan {
        var plan = plan("table.csv", output)
        plan.table.conditionColumn = column
        plan.network.family = .gaussian
        return plan
    }

    @Test func recordsOfALevelLookLikeIt() throws {
        let model = try train(table("model"))
        #expect(model.model.condition == (try ConditionSpecification(levels: ["a", "b"], column: "kind")))
        #expect(model.model.schema?.names == ["x", "y"])
        #expect(model.model.labelledSchema?.names == ["x", "y", "kind"])
        let x = try #require(model.model.schema?.coded[0])
        let means = try means(model.model).map { x.value($0[0]) }
        guard case .number(let a) = means[0], case .number(let b) = means[1] else { return }
        #expect(abs(a) < 1.5 && abs(b - 10) < 1.5, "\(a) \(b)")
        let loaded = try StoredModel(directory: directory("model"))
        #expect(loaded.description == model.description && loaded.model.ranking != nil)
    }

    @Test func aRecordWithoutLevelIsNamed() throws {
        try write("table.csv", Array("x,kind,y\n1,a,2\n2,b,3\n3,,4\n4,a,5\n".utf8))
        let error = #expect(throws: TrainingError.self) { try TrainingRun(table("model")) }
        guard case .cell(row: 3, .missingValue(column: "kind")) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [("x", "has 120 levels"), ("nothing", "there is no column 'nothing'")])
    func refusesAColumnThatIsNoCategory(column: String, message: String) throws {
        let error = #expect(throws: TrainingError.self) { try TrainingRun(table("model", column: column)) }
        #expect("\(try #require(error))".contains(message), "\(String(describing: error))")
    }
}
