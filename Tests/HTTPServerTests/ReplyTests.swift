import Dispatch
import Testing

@testable import HTTPServer

@Suite struct ReplyTests {
    @Test func sentWithinTheWork() throws {
        let client = try TestClient(serve { request in .later { $0.send(echoed(request)) } })
        for number in 0..<50 {
            #expect(try client.exchange(post("\(number)")).text == "\(number)")
        }
    }

    @Test func sentFromAnotherThread() throws {
        let server = try serve { request in
            .later { reply in
                DispatchQueue.global().async { reply.send(echoed(request)) }
            }
        }
        let client = try TestClient(server)
        for number in 0..<50 {
            #expect(try client.exchange(post("\(number)")).text == "\(number)")
        }
    }

    @Test func droppedIsAnswered500() throws {
        let client = try TestClient(serve { _ in .later { _ in } })
        let response = try client.exchange(get())
        #expect(response.status == 500)
        #expect(response.text.contains("internal_error"))
        #expect(try client.exchange(get()).status == 500)
    }

    @Test func droppedLaterIsAnswered500() throws {
        let box = ReplyBox()
        let client = try TestClient(makeServer(handler: box.handler))
        try client.send(get())
        do { _ = try box.take() }
        #expect(try client.response().status == 500)
    }

    @Test func onlyTheFirstCounts() throws {
        let box = ReplyBox()
        let client = try TestClient(makeServer(handler: box.handler))
        try client.send(get())
        let reply = try box.take()
        #expect(!reply.isCancelled)
        reply.send(fine)
        reply.send(HTTPResponse(status: 500))
        #expect(try client.response().text == "fine")
        try client.send(get())
        try box.take().send(HTTPResponse(status: 201))
        #expect(try client.response().status == 201)
    }

    @Test func aRaceOfAnswersSendsOne() throws {
        let box = ReplyBox()
        let client = try TestClient(makeServer(handler: box.handler))
        for _ in 0..<200 {
            try client.send(get())
            let reply = try box.take()
            DispatchQueue.concurrentPerform(iterations: 4) { _ in reply.send(fine) }
            #expect(try client.response().text == "fine")
        }
    }

    @Test func mayOutliveTheServer() throws {
        let box = ReplyBox()
        let server = try makeServer(handler: box.handler)
        let client = try TestClient(server)
        try client.send(get())
        let reply = try box.take()
        server.stop(deadline: .zero)
        #expect(try client.response().status == 503)
        #expect(reply.isCancelled)
        reply.send(fine)
    }
}
