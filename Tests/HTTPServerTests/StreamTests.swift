import Dispatch
import Glibc
import Locking
import Testing

@testable import HTTPServer

@Suite struct StreamTests {
    private static let megabyte = sampleBytes(1 << 20)

    /// What 64 times the megabyte sum up to.
    private static let sumOf64: String = {
        var sum = BodySum()
        for _ in 0..<64 { sum.add(megabyte) }
        return sum.text
    }()

    @Test(arguments: [true, false]) func reads64MegabytesInBoundedMemory(isChunked: Bool) throws {
        let most = Locked(0)
        let server = try makeStreamingServer {
            $0.maxBodyBytes = 1_000
        } intake: { request in
            guard case .stream(let work) = summing(request) else { return .collect }
            return .stream { body, reply in
                work(body, reply)
                most.withLock { $0 = max($0, body.mostBuffered) }
            }
        }
        let client = try TestClient(server)
        try client.send(isChunked ? chunkedHead : lengthHead(64 << 20))
        let piece = isChunked ? chunk(Self.megabyte) : Self.megabyte
        for _ in 0..<64 { try client.send(piece) }
        if isChunked { try client.send("0\r\n\r\n") }
        let response = try client.response()
        #expect(response.text == Self.sumOf64)
        #expect(!response.closes)
        #expect(eventually { most.withLock { $0 } > 0 })
        #expect(most.withLock { $0 } < (512 + 64) << 10)
        #expect(try client.exchange(get()).status == 200)
        #expect(try client.exchange(post("abc")).text == BodySum(Array("abc".utf8)).text)
    }

    @Test(arguments: [0, 1, 100]) func readsShortBodies(count: Int) throws {
        let client = try TestClient(makeStreamingServer(intake: summing))
        let bytes = sampleBytes(count)
        for _ in 0..<20 {
            try client.send(lengthHead(count))
            try client.send(bytes)
            #expect(try client.response().text == BodySum(bytes).text)
            try client.send(chunkedHead)
            for byte in bytes { try client.send(chunk([byte])) }
            try client.send("0\r\n\r\n")
            #expect(try client.response().text == BodySum(bytes).text)
        }
    }

    /// Many chunks are read from the socket at once, so that several come after the connection has been suspended.
    @Test func pausesAmongManySmallChunks() throws {
        let server = try makeStreamingServer {
            $0.streamBufferBytes = 10
        } intake: {
            summing($0)
        }
        let client = try TestClient(server)
        let bytes = sampleBytes(40_000)
        var message = Array(chunkedHead.utf8)
        for start in stride(from: 0, to: bytes.count, by: 8) { message += chunk(Array(bytes[start..<start + 8])) }
        for _ in 0..<5 {
            try client.send(message)
            try client.send("0\r\n\r\n")
            #expect(try client.response().text == BodySum(bytes).text)
        }
    }

    @Test func isGivenTheHeaderAtOnce() throws {
        let box = StreamBox()
        let client = try TestClient(makeServer(streamingTo: box))
        try client.send(lengthHead(3))
        let request = try box.take()
        try client.send("ab")
        #expect(try request.body.next() == Array("ab".utf8))
        try client.send("c")
        #expect(try request.body.next() == Array("c".utf8))
        #expect(try request.body.next() == nil)
        #expect(try request.body.next() == nil)
        request.reply.send(fine)
        #expect(try client.response().text == "fine")
    }

    @Test func continuesWhenAsked() throws {
        let box = StreamBox()
        let client = try TestClient(makeServer(streamingTo: box))
        try client.send(streamedHead + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(try client.interimStatus() == 100)
        let request = try box.take()
        try client.send("ab")
        #expect(try drain(request.body) == Array("ab".utf8))
        request.reply.send(fine)
        #expect(try client.response().text == "fine")
    }

    @Test func refusesBeforeTheBody() throws {
        let client = try TestClient(makeStreamingServer { _ in .refuse(HTTPResponse(status: 415)) })
        for _ in 0..<2 {
            let response = try client.exchange(get())
            #expect(response.status == 415)
            #expect(!response.closes)
        }
        try client.send(streamedHead + "Expect: 100-continue\r\nContent-Length: 2000000\r\n\r\n")
        #expect(try client.interimStatus() == 415)
    }

    /// The client can send what the buffers of both sockets and of the server hold, and no more.
    @Test func aSlowReaderStopsTheClient() throws {
        let box = StreamBox()
        let server = try makeServer(streamingTo: box)
        let client = try TestClient(server)
        try client.send(lengthHead(64 << 20))
        let request = try box.take()
        let sent = Locked(0)
        let isDone = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            for _ in 0..<64 where (try? client.send(Self.megabyte)) != nil { sent.withLock { $0 += 1 } }
            isDone.signal()
        }
        #expect(eventually { request.body.mostBuffered >= 512 << 10 })
        #expect(isDone.wait(timeout: .now() + 0.5) == .timedOut)
        let before = sent.withLock { $0 }
        #expect(before < 32)
        #expect(request.body.mostBuffered < (512 + 64) << 10)
        #expect(try TestClient(server).exchange(get()).status == 200)
        var sum = BodySum()
        while let piece = try request.body.next() { sum.add(piece) }
        #expect(sum.text == Self.sumOf64)
        #expect(isDone.wait(timeout: .now() + 20) == .success)
        request.reply.send(fine)
        #expect(try client.response().text == "fine")
    }

    @Test func servesManyBesideOrdinaryRequests() throws {
        let server = try makeStreamingServer(intake: summing)
        let failures = Locked(0)
        DispatchQueue.concurrentPerform(iterations: 8) { index in
            do {
                let client = try TestClient(server)
                for round in 0..<(index < 4 ? 2 : 200) {
                    if index < 4 {
                        try client.send(lengthHead(4 << 20))
                        for _ in 0..<4 { try client.send(Self.megabyte) }
                        let isRight = try client.response().text.hasPrefix("\(4 << 20) ")
                        if !isRight { failures.withLock { $0 += 1 } }
                    } else {
                        let tag = try client.exchange(get(extra: "X-Tag: \(round)\r\n")).header("x-tag")
                        if tag != "\(round)" { failures.withLock { $0 += 1 } }
                    }
                }
            } catch {
                failures.withLock { $0 += 1 }
            }
        }
        #expect(failures.withLock { $0 } == 0)
    }

    @Test func refusesMoreStreamsThanAllowed() throws {
        let box = StreamBox()
        let server = try makeServer(streamingTo: box) { $0.maxStreams = 1 }
        let client = try TestClient(server)
        try client.send(lengthHead(1))
        try { () throws in
            let request = try box.take()
            let refused = try TestClient(server).exchange(lengthHead(1))
            #expect(refused.status == 429)
            #expect(refused.closes)
            try client.send("x")
            #expect(try drain(request.body) == Array("x".utf8))
            request.reply.send(fine)
        }()
        #expect(try client.response().text == "fine")
        try client.send(lengthHead(0))
        try box.take().reply.send(fine)
        #expect(try client.response().text == "fine")
    }
}
