import Files
import Kernels
import Safetensors
import Tensors
import TestSupport
import Testing
import VAE

@testable import Training

@Suite struct CheckpointTests {
    private let directory: TemporaryDirectory
    private let identity: Checkpoint.Identity = [("data", "abc"), ("seed", "1"), ("epochs", "6.0")]

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func write(_ trainer: Trainer) throws -> String {
        let path = directory("run.checkpoint")
        try Checkpoint.write(trainer.state, identity, to: path)
        return path
    }

    @Test(arguments: [0, 1, 3, 5])
    func aResumedRunHasTheBitsOfAnUninterruptedOne(epochs: Int) throws {
        let whole = try TrainingProblem.trainer()
        try whole.run()
        let first = try TrainingProblem.trainer()
        try first.run(epochs: epochs)
        let path = try write(first)
        let second = try TrainingProblem.trainer()
        second.restore(try Checkpoint.read(path, identity, count: second.bestParameters.vector.count))
        #expect(second.epochsDone == epochs && second.bits == first.bits)
        try second.run()
        #expect(second.bits == whole.bits)
        #expect(second.history == whole.history && second.bestEpoch == whole.bestEpoch)
    }

    @Test func refusesTheCheckpointOfAnotherRun() throws {
        let trainer = try TrainingProblem.trainer()
        try trainer.run(epochs: 1)
        let (path, count) = (try write(trainer), trainer.bestParameters.vector.count)
        for (i, field) in identity.enumerated() {
            var other = identity
            other[i].value = "other"
            let error = #expect(throws: TrainingError.self) { try Checkpoint.read(path, other, count: count) }
            guard case .checkpointOfOtherRun(field.name, field.value, "other") = error else {
                Issue.record("\(error as Any)")
                continue
            }
            #expect(error?.description.contains(field.name) == true)
        }
        let error = #expect(throws: TrainingError.self) {
            try Checkpoint.read(path, identity + [("new", "x")], count: count)
        }
        guard case .checkpointOfOtherRun(field: "new", checkpoint: "absent", now: "x") = error else {
            Issue.record("\(error as Any)")
            return
        }
    }

    private func expectUnreadable(_ comment: String, _ path: String, count: Int) {
        let error = #expect(throws: TrainingError.self, "\(comment)") {
            try Checkpoint.read(path, identity, count: count)
        }
        guard case .checkpointUnreadable(path: path, let reason) = error else {
            Issue.record("\(comment) \(error as Any)")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test func refusesAFileThatIsNotThereOrCutShort() throws {
        let trainer = try TrainingProblem.trainer()
        try trainer.run(epochs: 2)
        let (path, count) = (try write(trainer), trainer.bestParameters.vector.count)
        let bytes = try FileSystem.read(path)
        for length in stride(from: 0, to: bytes.count, by: 61) {
            try FileSystem.write(Array(bytes[..<length]), to: path)
            expectUnreadable("\(length)", path, count: count)
        }
        try FileSystem.write(bytes, to: path)
        expectUnreadable("another network", path, count: count + 1)
        expectUnreadable("nothing", directory("none"), count: count)
    }

    /// Steps and epochs that are not whole numbers, which bits gone wrong can make of them.
    @Test(arguments: [Double.nan, .infinity, 1e300, -1, 0.5])
    func refusesNumbersThatCannotBe(value: Double) throws {
        let trainer = try TrainingProblem.trainer()
        try trainer.run(epochs: 2)
        let (path, count) = (try write(trainer), trainer.bestParameters.vector.count)
        let file = try SafetensorsFile(bytes: FileSystem.read(path))
        for (name, index) in [("numbers", 0), ("numbers", 4), ("numbers", 5), ("history", 8), ("history", 15)] {
            var tensors: [String: SafetensorsValue] = [:]
            for name in ["weights", "first_moment", "second_moment", "average", "best"] {
                tensors[name] = .float32(try file.float32(name))
            }
            for name in ["numbers", "history"] { tensors[name] = .float64(try file.float64(name)) }
            let original = try file.float64(name)
            var elements = original.elements
            elements[index] = value
            tensors[name] = .float64(Tensor(fitting: original.shape, elements))
            try FileSystem.write(SafetensorsWriter.bytes(tensors: tensors, metadata: file.metadata), to: path)
            expectUnreadable("\(name)[\(index)]", path, count: count)
        }
    }
}
