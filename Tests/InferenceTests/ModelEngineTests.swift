import Dispatch
import Kernels
import Locking
import Synchronization
import Testing
import VAE

@testable import Inference

@Suite struct ModelEngineTests {
    /// Kept for the whole process: an executor may stop only when nothing uses it any more.
    private static let executors = [ComputeExecutor(), ComputeExecutor()]

    private static func engine(
        _ model: TrainedModel, executors count: Int, maxBatchRows: Int = 256, maxQueuedRows: Int = 65_536
    ) -> ModelEngine {
        var limits = ModelEngine.Limits()
        (limits.maxBatchRows, limits.maxQueuedRows) = (maxBatchRows, maxQueuedRows)
        return ModelEngine(model, executors: Array(executors.prefix(count)), limits: limits)
    }

    /// Submits a job and waits; a completion called twice ends the process.
    private static func answer(
        _ engine: ModelEngine, _ operation: Operation, _ input: Matrix<Float>,
        deadline: ContinuousClock.Instant = .now + .seconds(600), isCancelled: Bool = false
    ) async -> Result<[UInt64], InferenceError> {
        await withCheckedContinuation { continuation in
            engine.submit(
                InferenceJob(
                    operation, input: TestModel.copy(input), model: engine.model, deadline: deadline,
                    isCancelled: { isCancelled }
                ) { continuation.resume(returning: $0.map(\.bits)) })
        }
    }

    /// Holds the only worker at a job's question whether it is cancelled, until `open`; all that comes meanwhile waits.
    private final class Gate: Sendable {
        private let isReached = DispatchSemaphore(value: 0)
        private let mayGo = DispatchSemaphore(value: 0)
        let calls = Calls()

        func close(_ engine: ModelEngine) {
            let job = InferenceJob(
                .reconstruct, input: TestModel.input(.reconstruct, rows: 1), model: engine.model,
                deadline: .now + .seconds(600),
                isCancelled: { [isReached, mayGo] in
                    isReached.signal()
                    mayGo.wait()
                    return false
                }, completion: calls.completion)
            engine.submit(job)
        }

        /// From a thread of its own, since the pool must not wait.
        func waitUntilReached() async {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async { [isReached] in
                    isReached.wait()
                    continuation.resume()
                }
            }
        }

        func open() { mayGo.signal() }
    }

    /// Alone or together, with batching or without; what takes too long is computed by the workers.
    @Test(arguments: [true, false], TestModel.operations)
    func computingHereHasTheBitsOfTheRunner(isBatching: Bool, operation: Operation) throws {
        let model = try TestModel.make()
        let limits = ModelEngine.Limits(isBatching: isBatching)
        let engine = ModelEngine(model, executors: Self.executors, limits: limits)
        let (answers, isAnswered) = (Locked<[Int: [UInt64]]>([:]), DispatchSemaphore(value: 0))
        let inputs = (1...12).map { TestModel.input(operation, rows: $0, seed: UInt64($0)) }
        let jobs = inputs.enumerated().map { place, input in
            InferenceJob(
                operation, input: TestModel.copy(input), model: model, deadline: .now + .seconds(600)
            ) { result in
                answers.withLock { $0[place] = try? result.get().bits }
                isAnswered.signal()
            }
        }
        engine.compute([jobs[0]])
        #expect(answers.withLock { $0.count } == 1)
        engine.compute(Array(jobs.dropFirst()))
        for _ in jobs { isAnswered.wait() }
        for (place, input) in inputs.enumerated() {
            #expect(try answers.withLock { $0[place] } == TestModel.answer(operation, input, model), "\(place)")
        }
        engine.close()
    }

    @Test(arguments: [1, 2], TestModel.operations)
    func answersHaveTheBitsOfTheRunner(executors: Int, operation: Operation) async throws {
        let model = try TestModel.make()
        let engine = Self.engine(model, executors: executors)
        for rows in 1...64 {
            let input = TestModel.input(operation, rows: rows, seed: UInt64(rows))
            let answer = await Self.answer(engine, operation, input)
            #expect(try answer.get() == TestModel.answer(operation, input, model), "\(rows)")
        }
        engine.close()
    }

    @Test(arguments: [1, 2])
    func fiveHundredJobsOfAllKindsAreAnsweredEachByItself(executors: Int) async throws {
        let model = try TestModel.make()
        let engine = Self.engine(model, executors: executors, maxBatchRows: 48)
        let jobs = (0..<500).map { i in
            let operation = TestModel.operations[i % TestModel.operations.count]
            return (operation, TestModel.input(operation, rows: 1 + i * 7 % 64, seed: UInt64(i)))
        }
        let answers = await withTaskGroup(of: (Int, Result<[UInt64], InferenceError>).self) { group in
            for (i, (operation, input)) in jobs.enumerated() {
                group.addTask { (i, await Self.answer(engine, operation, input)) }
            }
            return await group.reduce(into: [Int: Result<[UInt64], InferenceError>]()) { $0[$1.0] = $1.1 }
        }
        engine.close()
        #expect(answers.count == 500)
        for (i, (operation, input)) in jobs.enumerated() {
            #expect(try answers[i]?.get() == TestModel.answer(operation, input, model), "\(i)")
        }
        #expect(engine.queuedRows == 0)
    }

    @Test func aTablesJobsAreAnsweredEachByItself() async throws {
        let model = try TestModel.table()
        let engine = Self.engine(model, executors: 2, maxBatchRows: 24)
        let jobs = (0..<120).map { i in
            let operation = TestModel.operations[i % TestModel.operations.count]
            return (operation, TestModel.tableInput(operation, rows: 1 + i * 7 % 40, seed: UInt64(i)))
        }
        let answers = await withTaskGroup(of: (Int, Result<[UInt64], InferenceError>).self) { group in
            for (i, (operation, input)) in jobs.enumerated() {
                group.addTask { (i, await Self.answer(engine, operation, input)) }
            }
            return await group.reduce(into: [Int: Result<[UInt64], InferenceError>]()) { $0[$1.0] = $1.1 }
        }
        engine.close()
        for (i, (operation, input)) in jobs.enumerated() {
            #expect(try answers[i]?.get() == TestModel.answer(operation, input, model), "\(i) \(operation)")
        }
    }

    /// Rows of several requests computed together, which the gate makes certain.
    @Test func jobsOfOneBatchGetTheirOwnRows() async throws {
        let model = try TestModel.make()
        for operation in TestModel.operations {
            let engine = Self.engine(model, executors: 1)
            let gate = Gate()
            gate.close(engine)
            await gate.waitUntilReached()
            let inputs = [3, 1, 40, 2].map { TestModel.input(operation, rows: $0, seed: UInt64($0)) }
            async let answers = Self.answers(engine, operation, inputs)
            while engine.queuedRows < 46 { await Task.yield() }
            gate.open()
            for (answer, input) in zip(await answers, inputs) {
                #expect(try answer.get() == TestModel.answer(operation, input, model), "\(operation)")
            }
            #expect(gate.calls.all.count == 1)
            engine.close()
        }
    }

    /// All at once, answers in order.
    private static func answers(
        _ engine: ModelEngine, _ operation: Operation, _ inputs: [Matrix<Float>]
    ) async -> [Result<[UInt64], InferenceError>] {
        await withTaskGroup(of: (Int, Result<[UInt64], InferenceError>).self) { group in
            for (i, input) in inputs.enumerated() { group.addTask { (i, await answer(engine, operation, input)) } }
            let all = await group.reduce(into: [(Int, Result<[UInt64], InferenceError>)]()) { $0.append($1) }
            return all.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    @Test func aBadRowFailsItsOwnJobOnly() async throws {
        let model = try TestModel.make(.bernoulli)
        for operation in [Operation.encode(drawSeed: 3), .reconstruct, .score(ScoreSettings(samples: 4, seed: 7))] {
            let engine = Self.engine(model, executors: 1)
            let gate = Gate()
            gate.close(engine)
            await gate.waitUntilReached()
            let inputs = (0..<4).map { TestModel.input(operation, rows: 5, seed: UInt64($0)) }
            inputs[2][3, 4] = 1.5
            async let answers = Self.answers(engine, operation, inputs)
            while engine.queuedRows < 20 { await Task.yield() }
            gate.open()
            for (i, answer) in await answers.enumerated() {
                if i == 2 {
                    let error = InferenceError.outsideSupport(row: 3, column: 4, value: 1.5, support: "[0, 1]")
                    #expect(answer == .failure(error))
                } else {
                    #expect(try answer.get() == TestModel.answer(operation, inputs[i], model))
                }
            }
            engine.close()
        }
    }

    @Test func aBadRowIsCountedFromTheStartOfItsRequest() async throws {
        let model = try TestModel.make(.bernoulli)
        let engine = Self.engine(model, executors: 2, maxBatchRows: 8)
        let input = TestModel.input(.reconstruct, rows: 30)
        input[21, 2] = -1
        let error = InferenceError.outsideSupport(row: 21, column: 2, value: -1, support: "[0, 1]")
        #expect(await Self.answer(engine, .reconstruct, input) == .failure(error))
        engine.close()
    }

    @Test func anOverflowNamesItsRow() async throws {
        let model = try TestModel.make()
        model.network.parameters["decoder.output.weight"].fill(1e30)
        model.network.refresh()
        let engine = Self.engine(model, executors: 1)
        let input = TestModel.input(.decode(drawSeed: nil), rows: 9)
        (input[6, 0], input[6, 1]) = (1e20, 1e20)
        #expect(await Self.answer(engine, .decode(drawSeed: nil), input) == .failure(.notFinite(row: 6)))
        engine.close()
    }

    @Test func aHugeJobIsCutAndPutTogetherAgain() async throws {
        let model = try TestModel.make()
        let engine = Self.engine(model, executors: 2, maxBatchRows: 16, maxQueuedRows: 20)
        for operation in TestModel.operations {
            let input = TestModel.input(operation, rows: 1_001)
            let answer = await Self.answer(engine, operation, input)
            #expect(try answer.get() == TestModel.answer(operation, input, model), "\(operation)")
        }
        engine.close()
    }

    @Test func aJobWithoutRowsIsAnsweredToo() async throws {
        let engine = Self.engine(try TestModel.make(), executors: 1)
        #expect(await Self.answer(engine, .reconstruct, Matrix(rows: 0, columns: 5)) == .success([]))
        engine.close()
        #expect(await Self.answer(engine, .reconstruct, Matrix(rows: 0, columns: 5)) == .failure(.closed))
    }

    @Test func expiredAndCancelledJobsAreNotComputed() async throws {
        let engine = Self.engine(try TestModel.make(), executors: 1)
        let input = TestModel.input(.reconstruct, rows: 2)
        #expect(await Self.answer(engine, .reconstruct, input, deadline: .now) == .failure(.deadlineExceeded))
        #expect(await Self.answer(engine, .reconstruct, input, isCancelled: true) == .failure(.deadlineExceeded))
        // The worker goes on.
        #expect(try await Self.answer(engine, .reconstruct, input).get().count == 10)
        engine.close()
    }

    @Test func aFullQueueRefusesAtOnce() throws {
        // Without a worker, what is taken waits for ever.
        let engine = Self.engine(try TestModel.make(), executors: 0, maxQueuedRows: 8)
        let calls = (0..<4).map { _ in Calls() }
        for (call, rows) in zip(calls, [5, 3, 1, 7]) {
            let input = TestModel.input(.reconstruct, rows: rows)
            engine.submit(
                InferenceJob(
                    .reconstruct, input: input, model: engine.model, deadline: .now + .seconds(600),
                    completion: call.completion))
        }
        #expect(calls.map(\.all) == [[], [], [.failure(.queueFull(limit: 8))], [.failure(.queueFull(limit: 8))]])
        #expect(engine.queuedRows == 8)
    }

    /// 30 rows took 6 s in two batches, so 100 rows take two workers 10 s.
    @Test func reckonsHowLongAQueueTakes() {
        var counts = EngineCounts()
        counts.rows = 30
        for (rows, seconds) in [(10, 2), (20, 4)] {
            var batches = EngineCounts.Batches()
            batches.infer.add(.seconds(seconds))
            counts.batches[rows] = batches
        }
        #expect(abs(counts.seconds(toCompute: 100, workers: 2) - 10) < 1e-9)
        #expect(EngineCounts().seconds(toCompute: 100, workers: 0) == 0)
    }

    /// Two rows took 18 s, and two wait.
    @Test func aFullQueueTellsWhenToTryAgain() throws {
        let engine = Self.engine(try TestModel.make(), executors: 0, maxQueuedRows: 2)
        let job = { (call: Calls) in
            InferenceJob(
                .reconstruct, input: TestModel.input(.reconstruct, rows: 2), model: engine.model,
                deadline: .now + .seconds(600), completion: call.completion)
        }
        let (first, second) = (Calls(), Calls())
        engine.submit(job(first))
        let now = ContinuousClock.now
        let timing = BatchTiming(began: now, gathered: now, computed: now + .seconds(18), ended: now + .seconds(18))
        engine.statistics.count([JobShard(job: job(Calls()), rows: 0..<2)], timing)
        engine.submit(job(second))
        #expect(second.all == [.failure(.queueFull(limit: 2, retryAfter: 18))])
    }

    @Test func aClosedEngineRefusesAndFinishesWhatWaits() async throws {
        let model = try TestModel.make()
        let engine = Self.engine(model, executors: 1)
        let gate = Gate()
        gate.close(engine)
        await gate.waitUntilReached()
        let inputs = (1...10).map { TestModel.input(.reconstruct, rows: $0) }
        async let answers = Self.answers(engine, .reconstruct, inputs)
        while engine.queuedRows < 55 { await Task.yield() }
        engine.close()
        #expect(await Self.answer(engine, .reconstruct, inputs[0]) == .failure(.closed))
        gate.open()
        for (answer, input) in zip(await answers, inputs) {
            #expect(try answer.get() == TestModel.answer(.reconstruct, input, model))
        }
        #expect(gate.calls.all.count == 1)
    }
}
