import ArgumentParser
import ModelStorage

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verifies model directories: files, shapes, finite weights, golden answers.",
        discussion: "Example: elbo check models/mnist models/mine\nExits with 1 when one of them is not fit to serve.")

    @Argument(help: "Model directories.")
    var models: [String]

    func run() throws {
        var failures = 0
        for directory in models {
            do {
                let stored = try Models.load(directory)
                try Output.writeLine("\(directory): ok, version \(stored.description.version)")
            } catch let failure as Failure {
                failures += 1
                Output.noteLine("error: \(failure)")
            }
        }
        if failures > 0 { throw ExitCode.failure }
    }
}
