/// What the housekeeper does at intervals.
extension ServerCore {
    func doRounds(at now: MonotonicTime) {
        connections.cutOffOverdue(at: now)
        let jobs = waiting.jobs + paused.jobs
        for job in jobs where job.isOverdue(at: now) {
            job.answer(.rejection(.deadlineExceeded), bodyError: .deadlineExceeded)
        }
        abandonDeparted(jobs)
    }

    /// Gives up the requests of clients that have gone: libmicrohttpd does not watch a suspended connection.
    ///
    /// A job may have been answered since it was listed, and its descriptor may be another's now; then giving it up
    /// has no effect.
    private func abandonDeparted(_ jobs: [RequestJob]) {
        let watched = jobs.filter { $0.record != nil }
        guard !watched.isEmpty else { return }
        var polled = watched.compactMap(\.record).map { PolledSocket($0.descriptor, interest) }
        PolledSocket.poll(&polled, milliseconds: 0)
        for (job, socket) in zip(watched, polled) where socket.hasEvent {
            job.abandon()
        }
    }

    private var interest: PolledSocket.Interest {
        switch configuration.halfClosedClient {
        case .gone: .endOfPeer
        case .reading: .breakage
        }
    }
}
