/// What the observer is told.
extension ServerCore {
    /// Tells of a request; only the first call has an effect. Connection's thread only.
    func report(_ job: RequestJob, status: Int, errorCode: String?) {
        guard let observer = configuration.observer, !job.isReported else { return }
        job.isReported = true
        observer(
            HTTPExchange(
                method: job.method, segments: job.head?.target.segments, status: status, errorCode: errorCode,
                duration: ContinuousClock.now - job.began))
    }

    /// Tells of a connection that was answered before anything was read.
    func report(_ response: HTTPResponse) {
        configuration.observer?(
            HTTPExchange(
                method: nil, segments: nil, status: response.status, errorCode: response.errorCode, duration: .zero))
    }
}
