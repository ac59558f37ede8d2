internal import Glibc
import Locking
internal import Synchronization

/// The thread that looks for what has taken too long, for clients that have gone, and after lingering sockets.
final class Housekeeper: Sendable {
    private let core: ServerCore
    private let isStopping: StopFlag
    private let thread: Locked<PosixThread?>

    private final class StopFlag: Sendable {
        let isSet = Atomic<Bool>(false)
    }

    init(core: ServerCore) throws(HTTPServerError) {
        let flag = StopFlag()
        self.core = core
        isStopping = flag
        let started = try PosixThread(name: "housekeeping thread") {
            Self.run(core: core) { flag.isSet.load(ordering: .relaxed) }
        }
        thread = Locked(started)
    }

    /// Returns when the thread has ended. Without effect the second time.
    func stop() {
        thread.withLock { thread in
            isStopping.isSet.store(true, ordering: .relaxed)
            core.lingering.wakeup.signal()
            thread?.join()
            thread = nil
        }
    }

    private static func run(core: ServerCore, until isStopping: () -> Bool) {
        var sockets: [LingeringSocket] = []
        var nextRound = MonotonicTime.now + core.configuration.housekeepingInterval
        while !isStopping() {
            core.lingering.moveArrived(to: &sockets)
            linger(&sockets, core.lingering.wakeup, until: nextRound)
            let now = MonotonicTime.now
            guard now >= nextRound else { continue }
            core.doRounds(at: now)
            nextRound = now + core.configuration.housekeepingInterval
        }
        sockets.forEach { $0.close() }
    }

    /// Waits for input at most until `time`, and throws it away.
    private static func linger(_ sockets: inout [LingeringSocket], _ wakeup: Wakeup, until time: MonotonicTime) {
        var polled = [PolledSocket(wakeup.descriptor, .input)] + sockets.map { PolledSocket($0.descriptor, .input) }
        let wait = max(0, min(time.milliseconds - MonotonicTime.now.milliseconds, 60_000))
        PolledSocket.poll(&polled, milliseconds: Int32(wait))
        if polled[0].hasEvent { wakeup.clear() }
        let now = MonotonicTime.now
        let ended = zip(sockets, polled.dropFirst()).filter { socket, polled in
            socket.expiry < now || (polled.hasEvent && !socket.discard())
        }
        for (socket, _) in ended {
            socket.close()
            sockets.removeAll { $0.descriptor == socket.descriptor }
        }
    }
}
