import Files
import JSON
import Safetensors
import Tensors

/// A run on disk: everything to go on to the same bits, in one safetensors file.
enum Checkpoint {
    /// What must be the same in the run that goes on: name and value, in order.
    typealias Identity = [(name: String, value: String)]

    private static let vectors = ["weights", "first_moment", "second_moment", "average", "best"]

    static func write(_ state: TrainingState, _ identity: Identity, to path: String) throws(TrainingError) {
        let vectors = [state.weights, state.firstMoment, state.secondMoment, state.average, state.best]
        var tensors: [String: SafetensorsValue] = [:]
        for (name, vector) in zip(Self.vectors, vectors) {
            tensors[name] = .float32(Tensor(fitting: [vector.count], vector))
        }
        tensors["numbers"] = .float64(Tensor(fitting: [6], numbers(state)))
        let records = state.history.flatMap(\.numbers)
        tensors["history"] = .float64(Tensor(fitting: [state.history.count, EpochRecord.numberCount], records))
        var metadata: [String: String] = [:]
        for (name, value) in identity { metadata[name] = value }
        do {
            try FileSystem.write(SafetensorsWriter.bytes(tensors: tensors, metadata: metadata), to: path)
        } catch {
            throw .file(error)
        }
    }

    /// - Parameter count: the parameters of the model.
    static func read(_ path: String, _ identity: Identity, count: Int) throws(TrainingError) -> TrainingState {
        let file: SafetensorsFile
        do {
            file = try SafetensorsFile(bytes: try FileSystem.read(path))
        } catch {
            throw .checkpointUnreadable(path: path, reason: "\(error)")
        }
        for (name, value) in identity {
            let stored = file.metadata[name] ?? "absent"
            guard stored == value else { throw .checkpointOfOtherRun(field: name, checkpoint: stored, now: value) }
        }
        let state: TrainingState?
        do {
            state = try Self.state(file, count: count)
        } catch {
            throw .checkpointUnreadable(path: path, reason: "\(error)")
        }
        guard let state else {
            throw .checkpointUnreadable(path: path, reason: "a number of steps or epochs cannot be one")
        }
        return state
    }

    /// - Returns: nil when a number that counts something does not.
    private static func state(_ file: SafetensorsFile, count: Int) throws(SafetensorsError) -> TrainingState? {
        var read: [[Float]] = []
        for name in vectors {
            let tensor = try file.float32(name)
            guard tensor.shape == [count] else {
                throw .sizeMismatch(name: name, expected: count, got: tensor.elements.count)
            }
            read.append(tensor.elements)
        }
        let numbers = try file.float64("numbers").elements
        let history = try file.float64("history").elements
        guard numbers.count == 6, history.count.isMultiple(of: EpochRecord.numberCount) else {
            throw .sizeMismatch(name: "numbers", expected: 6, got: numbers.count)
        }
        let records = stride(from: 0, to: history.count, by: EpochRecord.numberCount)
            .compactMap { EpochRecord(numbers: Array(history[$0..<$0 + EpochRecord.numberCount])) }
        guard let step = counted(numbers[0]), let bestEpoch = counted(numbers[4]), let since = counted(numbers[5]),
            records.count * EpochRecord.numberCount == history.count, bestEpoch + since == records.count,
            records.isEmpty || bestEpoch > 0
        else { return nil }
        let stopping = EarlyStopping(
            best: records.isEmpty ? nil : numbers[3], bestEpoch: bestEpoch, epochsSinceBest: since)
        return TrainingState(
            weights: read[0], firstMoment: read[1], secondMoment: read[2], average: read[3], best: read[4],
            step: step, betaPowers: (numbers[1], numbers[2]), stopping: stopping, history: records)
    }

    /// A whole number from 0 that Double holds exactly.
    fileprivate static func counted(_ number: Double) -> Int? {
        (0...0x1p53).contains(number) ? Int(exactly: number) : nil
    }

    private static func numbers(_ state: TrainingState) -> [Double] {
        [
            Double(state.step), state.betaPowers.0, state.betaPowers.1, state.stopping.best ?? 0,
            Double(state.stopping.bestEpoch), Double(state.stopping.epochsSinceBest),
        ]
    }
}

extension EpochRecord {
    static let numberCount = 8

    var numbers: [Double] {
        [
            Double(epoch), trainingLogLikelihood, trainingKLDivergence, beta, learningRate, validationLogLikelihood,
            validationKLDivergence, Double(activeUnits),
        ]
    }

    /// - Returns: nil when the epoch or the active units are not counts.
    init?(numbers: [Double]) {
        guard let epoch = Checkpoint.counted(numbers[0]), let activeUnits = Checkpoint.counted(numbers[7]) else {
            return nil
        }
        self.init(
            epoch: epoch, trainingLogLikelihood: numbers[1], trainingKLDivergence: numbers[2],
            beta: numbers[3], learningRate: numbers[4], validationLogLikelihood: numbers[5],
            validationKLDivergence: numbers[6], activeUnits: activeUnits)
    }
}
