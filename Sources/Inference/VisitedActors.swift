import Locking

/// The model actors that compute on the threads of those who ask, as many as there have been at one time.
final class VisitedActors: Sendable {
    private struct Visited: Sendable {
        let actor: ModelActor
        let executor: VisitorExecutor
    }

    private let idle = Locked<[Visited]>([])
    private let make: @Sendable (VisitorExecutor) -> ModelActor

    init(make: @escaping @Sendable (VisitorExecutor) -> ModelActor) {
        self.make = make
    }

    /// Lends an actor to the calling thread.
    func visit(_ body: (ModelActor) -> Void) {
        let visited = idle.withLock { $0.popLast() } ?? newActor()
        visited.executor.enter()
        body(visited.actor)
        visited.executor.leave()
        idle.withLock { $0.append(visited) }
    }

    private func newActor() -> Visited {
        let executor = VisitorExecutor()
        return Visited(actor: make(executor), executor: executor)
    }
}
