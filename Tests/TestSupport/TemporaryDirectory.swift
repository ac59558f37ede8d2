import Files

/// A directory of its own for a test, deleted with it.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        path = "/tmp/elbo-test-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        try FileSystem.createDirectories(path)
    }

    deinit {
        try? FileSystem.removeDirectory(path)
    }

    package func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    /// The files of a directory in here by name.
    package func files(_ name: String) throws -> [String: [UInt8]] {
        let names = try FileSystem.list(self(name))
        return try Dictionary(uniqueKeysWithValues: names.map { ($0, try FileSystem.read("\(self(name))/\($0)")) })
    }
}
