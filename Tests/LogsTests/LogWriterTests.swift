import Dispatch
import Glibc
import Testing

@testable import Logs

/// A pipe whose reader is the test.
private final class Pipe: Sendable {
    let (readEnd, writeEnd): (Int32, Int32)

    init(isBlocking: Bool = true) throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        (readEnd, writeEnd) = (ends[0], ends[1])
        if !isBlocking { _ = fcntl(writeEnd, F_SETFL, O_NONBLOCK) }
    }

    /// What is there, at least so many bytes.
    func read(_ count: Int) -> String {
        var (text, piece) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
        while text.count < count {
            let got = Glibc.read(readEnd, &piece, piece.count)
            if got <= 0 { break }
            text += piece.prefix(got)
        }
        return String(decoding: text, as: UTF8.self)
    }
}

@Suite(.timeLimit(.minutes(2))) struct LogWriterTests {
    private func line(_ number: Int) -> [UInt8] { Array("line \(number)\n".utf8) }

    @Test(arguments: [true, false]) func linesComeWholeAndInOrder(isBlocking: Bool) throws {
        let pipe = try Pipe(isBlocking: isBlocking)
        let writer = LogWriter(descriptor: pipe.writeEnd, capacity: 1 << 22)
        #expect(writer.start())
        let expected = (0..<50_000).map { "line \($0)\n" }.joined()
        DispatchQueue.global().async { for i in 0..<50_000 { writer.append(self.line(i)) } }
        #expect(pipe.read(expected.utf8.count) == expected)
        #expect(writer.flush(within: .seconds(20)))
        #expect(writer.dropped == 0)
    }

    /// Nobody reads: who logs goes on, and what is lost is counted to the line.
    @Test func aStuckReaderHoldsNobodyUp() throws {
        let pipe = try Pipe()
        let writer = LogWriter(descriptor: pipe.writeEnd, capacity: 100_000)
        #expect(writer.start())
        for i in 0..<100_000 { writer.append(line(100_000 + i)) }
        #expect(!writer.flush(within: .milliseconds(50)))
        let dropped = writer.dropped
        #expect(dropped > 50_000 && dropped < 100_000)
        let size = line(100_000).count
        let kept = pipe.read((100_000 - dropped) * size)
        #expect(kept.utf8.count == (100_000 - dropped) * size)
        #expect(kept.hasPrefix("line 100000\nline 100001\n") && kept.hasSuffix("\n"))
        #expect(writer.flush(within: .seconds(20)))
        writer.append(line(7))
        #expect(pipe.read(7) == "line 7\n")
        #expect(writer.dropped == dropped)
    }

    @Test func aReaderThatHasGoneCostsLinesOnly() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = try Pipe()
        close(pipe.readEnd)
        let writer = LogWriter(descriptor: pipe.writeEnd)
        #expect(writer.start())
        for i in 0..<10 { writer.append(line(i)) }
        #expect(writer.flush(within: .seconds(20)))
        #expect(writer.dropped == 10)
        let closed = LogWriter(descriptor: 1 << 20)
        #expect(closed.start())
        closed.append(line(1))
        #expect(closed.flush(within: .seconds(20)))
        #expect(closed.dropped == 1)
    }

    @Test func aBufferKeepsWholeLines() {
        var buffer = LogBuffer(capacity: 10)
        let wakes = ["12345\n", "123\n", "\n"].map { buffer.append(Array($0.utf8)) }
        #expect(wakes == [true, false, false])
        #expect(buffer.dropped == 1 && !buffer.isEmpty)
        let first = buffer.take(unwritten: 0)
        #expect(first == Array("12345\n123\n".utf8) && !buffer.isEmpty)
        let wakesWriter = buffer.append(Array("a\n".utf8))
        #expect(!wakesWriter)
        let (second, third) = (buffer.take(unwritten: 2), buffer.take(unwritten: 0))
        #expect(second == Array("a\n".utf8) && third == nil)
        #expect(buffer.isEmpty && buffer.dropped == 3)
        let wakesAgain = buffer.append(Array("b\n".utf8))
        #expect(wakesAgain)
    }
}
