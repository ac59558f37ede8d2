import Dispatch
import Locking
import Testing

@testable import Service

@Suite(.offThePool, .timeLimit(.minutes(2))) struct ParsingQueueTests {
    /// How many run at one time, of works that each wait for all that may run beside them.
    private func mostAtOnce(_ sizes: [Int], together: Int) -> Int {
        let queue = ParsingQueue()
        let running = Locked((now: 0, most: 0))
        let (begun, go, ended) = (
            DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
        )
        for bytes in sizes {
            queue.async(bytes: bytes) {
                running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                begun.signal()
                go.wait()
                running.withLock { $0.now -= 1 }
                ended.signal()
            }
        }
        for _ in 0..<together { begun.wait() }
        for _ in sizes { go.signal() }
        for _ in sizes { ended.wait() }
        return running.withLock { $0.most }
    }

    @Test func largeBodiesAreParsedOneByOne() {
        #expect(mostAtOnce([20 << 20, 20 << 20, 20 << 20], together: 1) == 1)
        // One that is larger than all the room is parsed alone.
        #expect(mostAtOnce([100 << 20, 1, 100 << 20], together: 1) <= 2)
    }

    @Test func smallOnesAreParsedTogether() {
        #expect(mostAtOnce([1 << 20, 2 << 20, 3 << 20], together: 3) == 3)
    }
}
