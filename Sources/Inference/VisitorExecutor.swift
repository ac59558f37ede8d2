import Synchronization

/// Of an actor that whoever borrows it runs on a thread of their own, one at a time: work that takes less time than waking another
/// thread is done where it has arrived.
///
/// The actor is entered by `assumeIsolated` between `enter` and `leave`, and in no other way.
final class VisitorExecutor: SerialExecutor {
    private let isEntered = Atomic<Bool>(false)

    func enter() {
        let wasEntered = isEntered.exchange(true, ordering: .acquiring)
        precondition(!wasEntered, "two threads in one actor")
    }

    func leave() {
        isEntered.store(false, ordering: .releasing)
    }

    func isIsolatingCurrentContext() -> Bool? { isEntered.load(ordering: .relaxed) }

    func checkIsolated() {
        precondition(isEntered.load(ordering: .relaxed), "an actor is used by somebody who has not borrowed it")
    }

    func enqueue(_ job: consuming ExecutorJob) {
        preconditionFailure("a borrowed actor is not awaited")
    }
}
