internal import CMicrohttpd
internal import Glibc

// What libmicrohttpd calls. Free functions, isolated to no actor; each translates and decides nothing.
//
// The first argument of each is the `EventLoop`, not retained: `MHDDaemon` holds it until the daemon has stopped.

/// Called with the request target before it is cut at `?`: what it returns is the request's first context.
func noteTarget(
    loop: UnsafeMutableRawPointer?, target: UnsafePointer<CChar>?, connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    unsafe TargetMark(length: target.map { unsafe strlen($0) } ?? 0).context
}

/// Called once for the header, for each piece of the body, and at its end (also after a suspension).
func accessRequest(
    loop: UnsafeMutableRawPointer?, connection: OpaquePointer?, url: UnsafePointer<CChar>?,
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, piece: UnsafePointer<CChar>?,
    pieceSize: UnsafeMutablePointer<Int>?, context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let loop = unsafe loop, let connection = unsafe connection, let pieceSize = unsafe pieceSize,
        let context = unsafe context
    else { return .NO }
    let eventLoop = unsafe Unmanaged<EventLoop>.fromOpaque(loop).takeUnretainedValue()
    let server = eventLoop.core
    eventLoop.noteProgress()
    guard let known = unsafe context.pointee, unsafe TargetMark(known) == nil else {
        let mark = unsafe TargetMark(context.pointee)
        let line = unsafe requestLine(method: method, url: url, version: version, mark, MHDConnection(connection))
        let job = unsafe server.begin(line, on: MHDConnection(connection), eventLoop)
        unsafe context.pointee = Unmanaged.passRetained(job).toOpaque()
        return .YES
    }
    let job = unsafe Unmanaged<RequestJob>.fromOpaque(known).takeUnretainedValue()
    let count = unsafe pieceSize.pointee
    guard count > 0 else { return server.proceed(with: job).result }
    unsafe pieceSize.pointee = 0
    return unsafe server.receive(UnsafeRawBufferPointer(start: piece, count: count), for: job).result
}

/// Called once for each request that `accessRequest` has seen: the one place that lets go of its job.
func requestCompleted(
    loop: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, reason: MHD_RequestTerminationCode
) {
    guard let loop = unsafe loop, let context = unsafe context, let known = unsafe context.pointee else { return }
    unsafe context.pointee = nil
    guard unsafe TargetMark(known) == nil else { return }
    let job = unsafe Unmanaged<RequestJob>.fromOpaque(known).takeRetainedValue()
    unsafe Unmanaged<EventLoop>.fromOpaque(loop).takeUnretainedValue().core.finish(
        job, timedOut: reason == .REQUEST_TERMINATED_TIMEOUT_REACHED)
}

/// Called when a connection begins and, before its socket is closed, when it ends: the record's one retain and release.
func connectionChanged(
    loop: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, change: MHD_ConnectionNotificationCode
) {
    guard let loop = unsafe loop, let connection = unsafe connection, let context = unsafe context else { return }
    let eventLoop = unsafe Unmanaged<EventLoop>.fromOpaque(loop).takeUnretainedValue()
    let server = eventLoop.core
    if let known = unsafe context.pointee {
        unsafe context.pointee = nil
        eventLoop.connectionEnded()
        unsafe server.connections.close(Unmanaged<ConnectionRecord>.fromOpaque(known).takeRetainedValue())
    } else {
        eventLoop.connectionBegan()
        let record = unsafe server.open(MHDConnection(connection))
        unsafe context.pointee = Unmanaged.passRetained(record).toOpaque()
    }
}

/// Leaves paths and queries as sent: libmicrohttpd's own decoding makes `%2F` a slash and cuts at `%00`.
func leaveEscaped(
    loop: UnsafeMutableRawPointer?, connection: OpaquePointer?, text: UnsafeMutablePointer<CChar>?
) -> Int {
    guard let text = unsafe text else { return 0 }
    return unsafe strlen(text)
}

/// Called when a response has been sent: the one release of its body.
func releaseResponseBody(_ body: UnsafeMutableRawPointer?) {
    guard let body = unsafe body else { return }
    unsafe Unmanaged<ResponseBody>.fromOpaque(body).release()
}

/// Called for each header field while `MHDConnection.fields` runs.
func collectField(
    target: UnsafeMutableRawPointer?, kind: MHD_ValueKind, name: UnsafePointer<CChar>?, nameSize: Int,
    value: UnsafePointer<CChar>?, valueSize: Int
) -> MHD_Result {
    guard let target = unsafe target else { return .NO }
    unsafe target.assumingMemoryBound(to: FieldCollector.self).pointee.append(
        name: UnsafeRawBufferPointer(start: name, count: nameSize),
        value: UnsafeRawBufferPointer(start: value, count: valueSize))
    return .YES
}

/// Called for each query argument while `MHDConnection.rawQuery` runs; no value means no `=`.
func collectArgument(
    target: UnsafeMutableRawPointer?, kind: MHD_ValueKind, name: UnsafePointer<CChar>?, nameSize: Int,
    value: UnsafePointer<CChar>?, valueSize: Int
) -> MHD_Result {
    guard let target = unsafe target else { return .NO }
    unsafe target.assumingMemoryBound(to: QueryCollector.self).pointee.append(
        name: UnsafeRawBufferPointer(start: name, count: nameSize),
        value: UnsafeRawBufferPointer(start: value, count: valueSize))
    return .YES
}

private func requestLine(
    method: UnsafePointer<CChar>?, url: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, _ mark: TargetMark?,
    _ connection: MHDConnection
) -> RequestLine {
    guard let method = unsafe method, let url = unsafe url, let version = unsafe version else {
        return RequestLine(method: "", rawPath: nil, version: .http10, fieldBytes: 0..<0)
    }
    let isWhole = unsafe mark?.isWhole(method: method, target: url, version: version) == true
    let start = unsafe UInt(bitPattern: version + strlen(version))
    let end = unsafe UInt(bitPattern: method + connection.headSize)
    return unsafe RequestLine(
        method: String(cString: method), rawPath: isWhole ? String(validatingCString: url) : nil,
        version: HTTPVersion(String(cString: version)), fieldBytes: start..<max(start, end))
}

extension CallbackVerdict {
    fileprivate var result: MHD_Result {
        switch self {
        case .goOn: .YES
        case .hangUp: .NO
        }
    }
}
