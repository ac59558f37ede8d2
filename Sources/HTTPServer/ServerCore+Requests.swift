internal import Synchronization

/// What becomes of the connection after a callback.
enum CallbackVerdict {
    case goOn
    case hangUp
}

/// The way of a request through the server, always on the thread of its connection.
extension ServerCore {
    /// The header has been read.
    func begin(_ line: RequestLine, on connection: MHDConnection) -> RequestJob {
        unfinished.add(1, ordering: .relaxed)
        let fields = connection.fields
        let framing = MessageFraming(fields)
        let limit = configuration.maxBodyBytes
        let fault = framing.fault(version: line.version, maxBodyBytes: limit)
        let body = BodyCollector(limit: limit, announced: fault == nil ? framing.contentLength : nil)
        let expiry = MonotonicTime.now + configuration.requestDeadline
        let job = RequestJob(connection: connection, core: self, expiry: expiry, body: body)
        job.record?.setDeadline(expiry)
        if let fault = fault ?? setHead(line, fields, of: job) {
            refuseEarly(job, fault, framing)
        }
        return job
    }

    /// A piece of the body has been read.
    func receive(_ piece: UnsafeRawBufferPointer, for job: RequestJob) -> CallbackVerdict {
        switch unsafe job.body.append(piece) {
        case .goOn: .goOn
        case .hangUp: .hangUp
        }
    }

    /// The body is complete, or an answer has come.
    func proceed(with job: RequestJob) -> CallbackVerdict {
        switch job.takeOutcome() {
        case .unasked:
            return askHandler(about: job)
        case .answer(.response(let response)):
            waiting.remove(job)
            return send(response, for: job)
        case .answer(.rejection(let rejection)):
            waiting.remove(job)
            return refuse(job, rejection)
        case .hangUp:
            waiting.remove(job)
            return .hangUp
        }
    }

    /// The response has been sent or the connection is lost.
    func finish(_ job: RequestJob) {
        waiting.remove(job)
        job.record?.setDeadline(.now + configuration.idleTimeout + configuration.headerDeadline)
        unfinished.subtract(1, ordering: .sequentiallyConsistent)
    }

    private func setHead(_ line: RequestLine, _ fields: HTTPFields, of job: RequestJob) -> HTTPRejection? {
        guard let path = line.rawPath, let query = job.connection.rawQuery,
            let target = RequestTarget(rawPath: path, rawQuery: query)
        else { return .malformedTarget }
        job.head = RequestHead(method: line.method, target: target, fields: fields)
        return nil
    }

    private func askHandler(about job: RequestJob) -> CallbackVerdict {
        if job.body.isTooLarge { return refuse(job, .bodyTooLarge(limit: configuration.maxBodyBytes)) }
        guard let head = job.head else { return .hangUp }
        if let rejection = admissionFault(head) { return refuse(job, rejection) }
        switch handler(HTTPRequest(head: head, body: job.body.take())) {
        case .now(let response):
            return send(response, for: job)
        case .later(let work):
            setAside(job, work)
            return .goOn
        }
    }

    private func admissionFault(_ head: RequestHead) -> HTTPRejection? {
        if stage == .stopping { return .stopping }
        let isFull = waiting.count >= configuration.maxInFlight
        return isFull && !configuration.alwaysAdmittedPaths.contains(head.target.path) ? .tooManyInFlight : nil
    }

    /// First suspends, then lets others know of the reply: otherwise the answer could come before the suspension and
    /// the connection would sleep for ever.
    private func setAside(_ job: RequestJob, _ work: @Sendable (HTTPReply) -> Void) {
        job.suspend()
        if waiting.insert(job) {
            work(HTTPReply(job: job))
        } else {
            job.answer(.rejection(.stopping))
        }
    }

    /// Answers before the body has been read, and ends the connection.
    ///
    /// What the client still sends is read and thrown away for a while: if the socket were closed over unread bytes,
    /// TCP would reset the connection and the client might never see the answer (RFC 9112 §9.6).
    private func refuseEarly(_ job: RequestJob, _ rejection: HTTPRejection, _ framing: MessageFraming) {
        if framing.announcesBody { lingering.adopt(copyOf: job.connection.descriptor) }
        var response = rejection.response(errorBody: configuration.errorBody)
        response.closesConnection = true
        _ = send(response, for: job)
    }

    private func refuse(_ job: RequestJob, _ rejection: HTTPRejection) -> CallbackVerdict {
        send(rejection.response(errorBody: configuration.errorBody), for: job)
    }

    private func send(_ response: HTTPResponse, for job: RequestJob) -> CallbackVerdict {
        job.record?.setDeadline(.now + configuration.sendDeadline(of: response.content))
        var response = response
        if stage > .serving { response.closesConnection = true }
        return job.connection.queue(response) ? .goOn : .hangUp
    }
}
