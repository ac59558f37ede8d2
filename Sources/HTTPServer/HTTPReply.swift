/// The right to answer one request, once, from any thread.
///
/// When it goes away unused, the client is answered with status 500: no request is left without an answer.
package final class HTTPReply: Sendable {
    private let job: RequestJob

    init(job: RequestJob) {
        self.job = job
    }

    deinit {
        job.answer(.rejection(.replyDropped))
    }

    /// Answers the request. Without effect when it has been answered before or is cancelled.
    package func send(_ response: HTTPResponse) {
        job.answer(.response(job.coded(response)))
    }

    /// Answers with status 504 when no answer has come so long after the request's header, if that is before the server's
    /// own deadline; looked for at intervals of `housekeepingInterval`.
    package func limit(to patience: Duration) {
        job.limit(to: patience)
    }

    /// Whether an answer has no reader any more: the client went away, the deadline passed, the server stopped, or
    /// the answer has been given.
    package var isCancelled: Bool { !job.isOpen }
}
