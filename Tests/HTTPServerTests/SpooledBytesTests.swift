import Files
import Glibc
import TestSupport
import Testing

@testable import HTTPServer

@Suite struct SpooledBytesTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Bytes in which every place can be told from its neighbours.
    private func sample(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
    }

    private func spool(_ bytes: [UInt8], threshold: Int, step: Int = 777) throws -> HTTPContent {
        var spooled = SpooledBytes(threshold: threshold, directory: directory.path)
        for start in stride(from: 0, to: bytes.count, by: step) {
            try spooled.append(bytes[start..<min(start + step, bytes.count)])
        }
        #expect(spooled.count == bytes.count)
        return try spooled.finish()
    }

    @Test(arguments: [0, 1, 9_999, 10_000]) func staysInMemoryUpToTheThreshold(count: Int) throws {
        guard case .bytes(let bytes) = try spool(sample(count), threshold: 10_000) else {
            Issue.record("went to a file")
            return
        }
        #expect(bytes == sample(count))
    }

    @Test(arguments: [10_001, 300_000, 5_000_000]) func isSentFromAFileByteForByte(count: Int) throws {
        let bytes = sample(count)
        let content = try spool(bytes, threshold: 10_000)
        guard case .file(_, count) = content else {
            Issue.record("stayed in memory")
            return
        }
        #expect(try FileSystem.list(directory.path).isEmpty, "the file has a name")
        let client = try TestClient(serve { _ in .now(HTTPResponse(status: 200, content: content)) })
        for _ in 0..<2 {
            let response = try client.exchange(get())
            #expect(response.header("content-length") == String(count))
            #expect(!response.closes)
            #expect(response.body == bytes)
            try client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.response(toHEAD: true).header("content-length") == String(count))
        }
    }

    /// A gigabyte takes longer than a minute on most lines.
    @Test func aFileHasTimeToBeRead() throws {
        let configuration = HTTPServerConfiguration()
        let file = try SpoolFile(in: directory.path)
        #expect(configuration.sendDeadline(of: .bytes(sample(1_000))) == configuration.requestDeadline)
        let extra = configuration.sendDeadline(of: .file(file, count: 1 << 30)) - configuration.requestDeadline
        #expect(extra == .seconds(8_192))
    }

    @Test func saysThatTheDirectoryIsMissing() throws {
        var spooled = SpooledBytes(threshold: 1, directory: "/nowhere at all")
        #expect {
            try spooled.append([1, 2])
        } throws: { error in
            guard case .cannotCreate(directory: "/nowhere at all", _) = error as? SpoolError else { return false }
            return true
        }
    }

    @Test func saysThatTheDiskIsFull() {
        let file = SpoolFile(adopting: open("/dev/full", O_WRONLY), in: "here")
        #expect {
            try file.append([UInt8](repeating: 0, count: 2_000))
        } throws: { error in
            guard case .full(directory: "here", _) = error as? SpoolError else { return false }
            return true
        }
    }

    @Test func leavesNoDescriptorOpen() throws {
        let path = directory.path
        let server = try serve { _ in
            .later { reply in
                var spooled = SpooledBytes(threshold: 1_000, directory: path)
                try? spooled.append([UInt8](repeating: 7, count: 20_000_000))
                if let content = try? spooled.finish() {
                    reply.send(HTTPResponse(status: 200, content: content))
                }
            }
        }
        for round in 0..<6 {
            let client = try TestClient(server)
            try client.send(get())
            if round % 2 == 0 { #expect(try client.response().body.count == 20_000_000) } else { client.reset() }
        }
        #expect(eventually { server.inFlight == 0 })
        #expect(eventually { Self.openSpoolFiles(in: path) == 0 })
    }

    /// Descriptors of deleted files that have the name of a spool file.
    private static func openSpoolFiles(in directory: String) -> Int {
        let names = (try? FileSystem.list("/proc/self/fd")) ?? []
        return names.filter { name in
            var target = [UInt8](repeating: 0, count: 512)
            let count = target.withUnsafeMutableBytes { bytes in
                readlink("/proc/self/fd/\(name)", bytes.assumingMemoryBound(to: CChar.self).baseAddress!, bytes.count)
            }
            let text = String(decoding: target.prefix(max(0, count)), as: UTF8.self)
            return text.hasPrefix("\(directory)/elbo-") && text.hasSuffix(".tmp (deleted)")
        }.count
    }
}
