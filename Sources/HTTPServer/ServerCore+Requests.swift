internal import Synchronization

/// What becomes of the connection after a callback.
enum CallbackVerdict {
    case goOn
    case hangUp
}

/// The way of a request through the server, always on the thread of its connection.
extension ServerCore {
    /// The header has been read.
    func begin(_ line: RequestLine, on connection: MHDConnection, _ loop: EventLoop) -> RequestJob {
        load.unfinished.add(1, ordering: .relaxed)
        let fields = connection.fields(in: line.fieldBytes)
        let framing = MessageFraming(fields)
        let expiry = MonotonicTime.now + configuration.requestDeadline
        let job = RequestJob(
            connection: connection, loop: loop, identity: RequestIdentity(fields), expiry: expiry)
        job.record?.setDeadline(expiry)
        job.record?.suspect(from: framing.announcesBody ? .now + ConnectionRecord.silence : .never)
        job.method = line.method
        job.beganWhileStopping = stage == .stopping
        job.record?.beginRequest()
        let fault = framing.fault(version: line.version) ?? setHead(line, fields, of: job) ?? takeIn(job, framing)
        if let fault {
            answerEarly(job, response(to: fault, path: line.rawPath), framing)
        } else if framing.announcesBody, let answer = job.earlyAnswer {
            answerEarly(job, answer.response, framing)
        }
        return job
    }

    /// A piece of the body has been read.
    func receive(_ piece: UnsafeRawBufferPointer, for job: RequestJob) -> CallbackVerdict {
        if let stream = job.stream { return unsafe receive(piece, for: job, stream) }
        if !job.body.isGivenUp, !hold(job.body.received + piece.count, for: job) { job.body.giveUp() }
        job.record?.suspect(from: .now + ConnectionRecord.silence)
        return switch unsafe job.body.append(piece) {
        case .goOn: .goOn
        case .hangUp: .hangUp
        }
    }

    /// The body is complete, or an answer has come.
    func proceed(with job: RequestJob) -> CallbackVerdict {
        job.record?.suspect(from: .never)
        if let answer = job.earlyAnswer { return answer.isSent ? .hangUp : send(answer.response, for: job) }
        switch job.takeOutcome() {
        case .unasked:
            return askHandler(about: job)
        case .unanswered:
            return awaitAnswer(to: job)
        case .answer(let answer):
            stopWaiting(job)
            return send(response(of: answer, for: job), for: job)
        case .hangUp:
            stopWaiting(job)
            return .hangUp
        }
    }

    /// The response has been sent or the connection is lost.
    func finish(_ job: RequestJob, timedOut: Bool) {
        stopWaiting(job)
        heldBodyBytes.subtract(job.bytesHeld, ordering: .relaxed)
        let now = MonotonicTime.now
        let wasIdle = timedOut || job.record?.isOverdue(at: now) == true
        reportEnd(of: job, wasIdle ? HTTPExchange.timedOut : HTTPExchange.clientGone)
        job.record?.endRequest(at: now)
        job.close(bodyError: stage == .stopping ? .serverStopped : wasIdle ? .idle : .disconnected)
        job.record?.setDeadline(now + configuration.idleTimeout + configuration.headerDeadline)
        job.record?.suspect(from: now + ConnectionRecord.silence)
        load.unfinished.subtract(1, ordering: .sequentiallyConsistent)
    }

    private func stopWaiting(_ job: RequestJob) {
        guard let slot = job.waitingSlot else { return }
        job.waitingSlot = nil
        waiting.remove(at: slot)
    }

    private func setHead(_ line: RequestLine, _ fields: HTTPFields, of job: RequestJob) -> HTTPRejection? {
        guard let path = line.rawPath, let query = job.connection.rawQuery,
            let target = RequestTarget(rawPath: path, rawQuery: query)
        else { return .malformedTarget }
        job.head = RequestHead(method: line.method, target: target, fields: fields)
        if configuration.compression != nil {
            job.acceptsGzip = HTTPCompression.isAccepted(fields.value(of: "Accept-Encoding"))
        }
        return nil
    }

    /// Prepares for the body in the way that is chosen for it.
    private func takeIn(_ job: RequestJob, _ framing: MessageFraming) -> HTTPRejection? {
        switch choose(for: job) {
        case .collect: return collect(job, framing)
        case .stream(let work): return startStream(job, framing, work)
        case .refuse(var response):
            response.headers += configuredHeaders(for: job)
            job.earlyAnswer = EarlyAnswer(response: response)
            return nil
        }
    }

    private func choose(for job: RequestJob) -> HTTPIntake {
        guard let intake, let head = job.head else { return .collect }
        return intake(HTTPRequest(head: head, body: job.body.take(), job: job))
    }

    private func collect(_ job: RequestJob, _ framing: MessageFraming) -> HTTPRejection? {
        let limit = configuration.maxBodyBytes
        if let fault = framing.sizeFault(limit: limit) { return fault }
        job.body = BodyCollector(limit: limit, announced: framing.contentLength)
        return nil
    }

    /// Sets room aside for what has come of a body, not for what is announced: announcing costs nothing. Small bodies are bounded by
    /// the number of connections.
    ///
    /// - Returns: false where all that there is has been taken.
    private func hold(_ bytes: Int, for job: RequestJob) -> Bool {
        let more = bytes - job.bytesHeld
        guard bytes > Self.smallBody, more > 0 else { return true }
        let sum = heldBodyBytes.add(more, ordering: .relaxed).newValue
        guard sum <= configuration.maxHeldBodyBytes else {
            heldBodyBytes.subtract(more, ordering: .relaxed)
            return false
        }
        job.bytesHeld = bytes
        return true
    }

    private static let smallBody = 64 << 10

    private func askHandler(about job: RequestJob) -> CallbackVerdict {
        if job.body.isGivenUp { return refuse(job, .tooManyBytes) }
        if job.body.isTooLarge { return refuse(job, .bodyTooLarge(limit: configuration.maxBodyBytes)) }
        guard let head = job.head else { return .hangUp }
        if let rejection = admissionFault(head, of: job) { return refuse(job, rejection) }
        switch handler(HTTPRequest(head: head, body: job.body.take(), job: job)) {
        case .now(let response):
            return send(job.coded(response), for: job)
        case .later(let work):
            setAside(job, work)
            return .goOn
        case .soon(let work):
            job.run()
            work(HTTPReply(job: job), job.loop.round)
            return .goOn
        }
    }

    /// A request that began before the server was told to stop is one that it finishes.
    private func admissionFault(_ head: RequestHead, of job: RequestJob) -> HTTPRejection? {
        if job.beganWhileStopping { return .stopping }
        let isFull = waiting.count >= configuration.maxInFlight
        return isFull && !configuration.alwaysAdmittedPaths.contains(head.target.path) ? .tooManyInFlight : nil
    }

    /// First suspends, then lets others know of the reply: otherwise the answer could come before the suspension and
    /// the connection would sleep for ever.
    private func setAside(_ job: RequestJob, _ work: @Sendable (HTTPReply) -> Void) {
        job.suspend()
        job.waitingSlot = waiting.insert(job)
        if job.waitingSlot != nil {
            work(HTTPReply(job: job))
        } else {
            job.answer(.rejection(.stopping))
        }
    }

    /// Answers before the body has been read, and ends the connection.
    ///
    /// What the client still sends is read and thrown away for a while: if the socket were closed over unread bytes,
    /// TCP would reset the connection and the client might never see the answer (RFC 9112 §9.6).
    private func answerEarly(_ job: RequestJob, _ response: HTTPResponse, _ framing: MessageFraming) {
        if framing.announcesBody { lingering.adopt(copyOf: job.connection.descriptor) }
        var response = response
        response.closesConnection = true
        _ = send(response, for: job)
    }

    func refuse(_ job: RequestJob, _ rejection: HTTPRejection) -> CallbackVerdict {
        send(response(to: rejection, path: job.head?.target.path), for: job)
    }

    func response(of answer: ReplyState.Answer, for job: RequestJob) -> HTTPResponse {
        switch answer {
        case .response(let response): response
        case .rejection(let rejection): response(to: rejection, path: job.head?.target.path)
        }
    }

    private func response(to rejection: HTTPRejection, path: String?) -> HTTPResponse {
        rejection.response(path: path, errorBody: configuration.errorBody)
    }

    func configuredHeaders(for job: RequestJob) -> [(String, String)] {
        guard let headers = configuration.responseHeaders, let head = job.head else { return [] }
        return headers(HTTPRequest(head: head, body: [], job: job))
    }

    private func send(_ response: HTTPResponse, for job: RequestJob) -> CallbackVerdict {
        var response = response
        announce(&response, for: job)
        job.record?.setDeadline(.now + configuration.sendDeadline(of: response.content))
        if stage > .serving { response.closesConnection = true }
        if job.earlyAnswer == nil { response.headers += configuredHeaders(for: job) }
        return job.connection.queue(response) ? .goOn : .hangUp
    }
}
