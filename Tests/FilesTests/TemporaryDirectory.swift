import Files
import Glibc

/// A directory of its own for a test, deleted with it.
final class TemporaryDirectory {
    let path: String

    init() throws {
        path = "/tmp/elbo-test-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        try FileSystem.createDirectories(path)
    }

    deinit {
        try? FileSystem.removeDirectory(path)
    }

    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }
}
