import Files
import Glibc
import TestSupport

/// The built program, run as a user runs it: through a shell, in a folder of its own.
struct Program: Sendable {
    struct Outcome: Equatable {
        let status: Int32
        let output: String
        let errors: String

        var lines: [Substring] { output.split(separator: "\n") }
    }

    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    /// Beside the program that runs the tests.
    static let path: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let runner = String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return runner.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/elbo"
    }()

    func write(_ name: String, _ text: String) throws {
        try FileSystem.write(Array(text.utf8), to: folder(name))
    }

    /// - Parameter command: of the shell; `elbo` is the program, and `$elbo` its path.
    @discardableResult func run(_ command: String) throws -> Outcome {
        let script =
            "elbo='\(Self.path)'\nelbo() { '\(Self.path)' \"$@\"; }\ncd '\(folder.path)' || exit 99\n\(command)\n"
        try write("script", script)
        let status = system("bash '\(folder("script"))' >'\(folder("out"))' 2>'\(folder("err"))' </dev/null")
        return Outcome(
            status: status >> 8, output: String(decoding: try FileSystem.read(folder("out")), as: UTF8.self),
            errors: String(decoding: try FileSystem.read(folder("err")), as: UTF8.self))
    }
}

/// A table with numbers, words and empty cells, and a model of it.
struct TrainedProgram: Sendable {
    let program: Program

    static let rows = 400

    /// Row i of the table.
    static func row(_ i: Int) -> String {
        let colours = ["red", "green", "light, blue"]
        let amount = i % 10 == 0 ? "" : "\(Double(i % 37) / 4)"
        let colour = colours[i % 3]
        return "\(amount),\(colour.contains(",") ? "\"\(colour)\"" : colour),\(i % 53)"
    }

    static let header = "amount,colour,size"

    init() throws {
        program = try Program()
        let lines = [Self.header] + (0..<Self.rows).map(Self.row)
        try program.write("data.csv", lines.joined(separator: "\n") + "\n")
        let outcome = try program.run("elbo train data.csv --output m --epochs 3 --hidden 8 --latent 2")
        guard outcome.status == 0 else { throw Untrained(errors: outcome.errors) }
    }

    struct Untrained: Error {
        let errors: String
    }

    /// Trained once for all tests.
    static let shared: Result<TrainedProgram, any Error> = {
        // Nothing else would delete the folder of a value that lives as long as the tests.
        atexit {
            guard case .success(let trained) = TrainedProgram.shared else { return }
            try? FileSystem.removeDirectory(trained.program.folder.path)
        }
        return Result { try TrainedProgram() }
    }()

    /// A folder of its own with the shared model.
    static func copy() throws -> Program {
        let (trained, program) = (try shared.get().program, try Program())
        try program.run("cp -r '\(trained.folder.path)'/m '\(trained.folder.path)'/data.csv .")
        return program
    }
}
