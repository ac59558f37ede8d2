import HTTPServer
import Inference
import JSON
import Locking

/// The operations of one request on their way through the engine; the last to end answers for all.
final class PendingInference: Sendable {
    private struct State: Sendable {
        var answers: [InferenceOutput?]
        var left: Int
        var failure: InferenceError?
    }

    private let request: InferRequest
    private let account: RequestAccount
    private let reply: HTTPReply
    private let began = ContinuousClock.now
    private let state: Locked<State>

    init(_ request: InferRequest, _ account: RequestAccount, _ reply: HTTPReply) {
        (self.request, self.account, self.reply) = (request, account, reply)
        let count = request.plan.operations.count
        state = Locked(State(answers: Array(repeating: nil, count: count), left: count))
    }

    /// One for each operation.
    func jobs(deadline: ContinuousClock.Instant) -> [InferenceJob] {
        request.plan.operations.enumerated().map { place, asked in
            let times = StageTimes()
            return InferenceJob(
                asked.operation, input: request.source.input, model: request.plan.model.model, deadline: deadline,
                priority: request.header.parameters.priority, accounting: .part, times: times,
                isCancelled: { [self] in reply.isCancelled || hasFailed }
            ) { [self] in finish(place, $0, times) }
        }
    }

    private var hasFailed: Bool { state.withLock { $0.failure != nil } }

    /// - Parameter times: of this operation; those of the last to end are the request's, since the others ran beside it.
    private func finish(_ place: Int, _ result: Result<InferenceOutput, InferenceError>, _ times: StageTimes) {
        let finished: State? = state.withLock { state in
            switch result {
            case .success(let answer): state.answers[place] = answer
            // What the others say once one has failed is only that they were not computed.
            case .failure(let error): state.failure = state.failure ?? error
            }
            state.left -= 1
            return state.left == 0 ? state : nil
        }
        guard let finished else { return }
        account.take(queueAndComputeOf: times)
        request.plan.model.engine.statistics.countRequest(hasFailed: finished.failure != nil, since: began)
        reply.send(response(finished))
    }

    private func response(_ state: State) -> HTTPResponse {
        let model = request.plan.model
        if let failure = state.failure {
            return HTTPResponse(
                openInference: ServiceError(
                    failure, in: request.source.batch, firstRow: 0, columnName: model.columnName))
        }
        for (answer, asked) in zip(state.answers, request.plan.operations) {
            if let answer { model.observe(answer, of: asked.operation) }
        }
        do {
            return try account.measure(.print) { () throws(JSONError) in
                let response = InferResponse(
                    model: model, id: request.header.id, seed: request.plan.seed, outputs: outputs(state.answers))
                return try response.response()
            }
        } catch {  // a number that is not finite, which the runner lets nobody see
            return HTTPResponse(openInference: .unprintableAnswer)
        }
    }

    private func outputs(_ answers: [InferenceOutput?]) -> [(tensor: OutputTensor, isBinary: Bool)] {
        let plan = request.plan
        return plan.outputs.compactMap { output, isBinary in
            guard let place = plan.operations.firstIndex(where: { $0.verb == output.operation }),
                let answer = answers[place]
            else { return nil }
            return (OutputTensor(output, of: answer, plan.model.model, plan.verdict), isBinary)
        }
    }
}
