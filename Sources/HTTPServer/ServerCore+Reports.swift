/// What the observer is told.
extension ServerCore {
    /// Tells of a request that is about to be answered, and labels the answer. Connection's thread only.
    func announce(_ response: inout HTTPResponse, for job: RequestJob) {
        let bytes = job.method == "HEAD" ? 0 : response.content.count
        report(job, status: response.status, errorCode: response.errorCode, bytesOut: bytes)
        response.headers.reserveCapacity(response.headers.count + 4)
        job.identity.addHeaders(to: &response.headers)
        job.notes.account?.addHeaders(to: &response.headers)
    }

    /// Tells of a request that ended without an answer, unless its answer was told of. Connection's thread only.
    func reportEnd(of job: RequestJob, _ end: (status: Int, errorCode: String)) {
        if job.isReported { return }
        let (status, errorCode) = end
        report(job, status: status, errorCode: errorCode, bytesOut: 0)
    }

    /// Only the first call has an effect.
    private func report(_ job: RequestJob, status: Int, errorCode: String?, bytesOut: Int) {
        guard let observer = configuration.observer, !job.isReported else { return }
        job.isReported = true
        job.notes.account?.end()
        observer(
            HTTPExchange(
                method: job.method, segments: job.head?.target.segments, status: status, errorCode: errorCode,
                duration: ContinuousClock.now - job.began, identity: job.identity, account: job.notes.account,
                key: job.notes.key, bytesIn: job.bytesIn, bytesOut: bytesOut))
    }

    /// Tells of a connection that was answered before anything was read.
    func report(_ response: HTTPResponse) {
        configuration.observer?(
            HTTPExchange(
                method: nil, segments: nil, status: response.status, errorCode: response.errorCode, duration: .zero,
                identity: nil, account: nil, key: nil, bytesIn: 0, bytesOut: response.content.count))
    }
}
