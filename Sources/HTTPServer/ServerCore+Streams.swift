internal import Synchronization

/// The way of a streamed body, always on the thread of its connection.
extension ServerCore {
    /// Hands the body to its reader before any of it has come.
    func startStream(
        _ job: RequestJob, _ framing: MessageFraming, _ work: @escaping @Sendable (HTTPRequestBody, HTTPReply) -> Void
    ) -> HTTPRejection? {
        if stage == .stopping { return .stopping }
        let limit = configuration.maxStreamedBodyBytes
        if let fault = framing.sizeFault(limit: limit) { return fault }
        guard streams.load(ordering: .relaxed) < configuration.maxStreams else { return .tooManyInFlight }
        streams.add(1, ordering: .relaxed)
        job.meter = StreamMeter(limit: limit, announced: framing.contentLength)
        job.record?.setDeadline(.now + configuration.idleTimeout)
        job.record?.suspect(from: .now + ConnectionRecord.silence)
        let body = HTTPRequestBody(job.startStream(), core: self)
        let reply = HTTPReply(job: job)
        let thread = try? PosixThread(name: "body reader") { work(body, reply) }
        guard let thread else { return .tooManyInFlight }
        thread.detach()
        return nil
    }

    /// The answer that the reader has given already, or nil.
    private func earlyResponse(to job: RequestJob) -> HTTPResponse? {
        guard job.stream != nil, !job.isRunning, case .answer(let answer) = job.takeOutcome() else { return nil }
        return response(of: answer, for: job)
    }

    /// A piece has been read; it may come although the connection is paused, since several chunks are read at once.
    func receive(
        _ piece: UnsafeRawBufferPointer, for job: RequestJob, _ stream: BodyStream
    ) -> CallbackVerdict {
        job.meter.count(piece.count)
        guard job.earlyAnswer == nil, job.isRunning else { return throwAway(for: job) }
        if job.meter.isTooLarge {
            let limit = configuration.maxStreamedBodyBytes
            job.answer(.rejection(.bodyTooLarge(limit: limit)), bodyError: .tooLarge(limit: limit))
            return throwAway(for: job)
        }
        job.record?.setDeadline(.now + configuration.idleTimeout)
        job.record?.suspect(from: .now + ConnectionRecord.silence)
        unsafe stream.append(piece)
        if !stream.pauseIfFull(job) { job.answer(.rejection(.stopping), bodyError: .serverStopped) }
        return .goOn
    }

    /// The body is complete, and who is to answer has not yet: the reader of a streamed body has all of it now.
    func awaitAnswer(to job: RequestJob) -> CallbackVerdict {
        job.record?.suspect(from: .never)
        job.stream?.finish()
        job.waitingSlot = waiting.insert(job)
        guard job.waitingSlot != nil else {
            job.close(bodyError: .serverStopped)
            return refuse(job, .stopping)
        }
        return job.suspendUnlessAnswered() ? .goOn : proceed(with: job)
    }

    /// The request has been answered, and its body still comes.
    ///
    /// libmicrohttpd takes no answer in the middle of a body. A short rest is awaited; otherwise the answer is written
    /// to the socket at once, and the rest read until the deadline so that the answer is not lost in a reset.
    private func throwAway(for job: RequestJob) -> CallbackVerdict {
        guard var answer = job.earlyAnswer ?? takeEarlyAnswer(of: job) else { return .hangUp }
        if answer.canBeSentAtOnce, job.head?.method != "HEAD", job.meter.isEndTooFar(at: .now) {
            answer.isSent = true
            announce(&answer.response, for: job)
            guard job.connection.sendAtOnce(answer.response) else { return .hangUp }
        }
        job.earlyAnswer = answer
        return .goOn
    }

    private func takeEarlyAnswer(of job: RequestJob) -> EarlyAnswer? {
        guard var response = earlyResponse(to: job) else { return nil }
        response.headers += configuredHeaders(for: job)
        job.record?.setDeadline(.now + configuration.requestDeadline)
        return EarlyAnswer(response: response)
    }
}
