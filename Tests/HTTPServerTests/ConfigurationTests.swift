import Testing

@testable import HTTPServer

@Suite struct ConfigurationTests {
    @Test func refusesWhatCannotWork() {
        #expect(throws: HTTPServerError.invalidConfiguration(name: "threads", expected: "from 1 to 64", got: "0")) {
            try makeServer { $0.threads = 0 }
        }
        #expect(throws: HTTPServerError.self) { try makeServer { $0.maxBodyBytes = 0 } }
        #expect(throws: HTTPServerError.self) { try makeServer { $0.maxConnections = 1 } }
        #expect(throws: HTTPServerError.self) { try makeServer { $0.requestDeadline = .zero } }
    }

    @Test func saysThatAPortIsTaken() throws {
        let first = try makeServer()
        #expect {
            try makeServer { $0.port = first.port }
        } throws: { error in
            guard case .cannotListen(let address, _) = error as? HTTPServerError else { return false }
            return address == first.addresses[0]
        }
    }

    @Test func saysThatAHostIsUnknown() {
        #expect {
            try makeServer { $0.host = "no such host" }
        } throws: { error in
            guard case .unresolvableHost = error as? HTTPServerError else { return false }
            return true
        }
    }

    @Test func servesWithOneThread() throws {
        let client = try TestClient(makeServer { $0.threads = 1 })
        #expect(try client.exchange(get()).status == 200)
    }
}
