import ArgumentParser
import Bulk
import Files
import Inference
import Pictures
import VAE

/// What the commands that write pictures have in common.
struct PictureArguments: ParsableArguments {
    @Option(help: "Pixels a side for each pixel of an image, from 1 to 16. (default: 1)")
    var scale: Int?

    @Option(name: .shortAndLong, help: "The file for a picture. (default: standard output)")
    var output: String?

    /// Images of a picture where nobody says how many.
    static let usualCount = 64

    func check(_ format: OutputFormat) throws {
        if let scale, !PictureGrid.scales.contains(scale) {
            throw ValidationError("--scale must be from 1 to 16, not \(scale)")
        }
        guard format != .png else { return }
        if scale != nil { throw ValidationError("--scale is for --format png") }
        if output != nil { throw ValidationError("--output is for --format png; redirect standard output instead") }
    }

    /// - Parameters:
    ///   - input: where what is wrong comes from.
    ///   - body: makes the PNG.
    func write(
        _ model: TrainedModel, _ operation: Operation, wantsMeans: Bool = false, input: String? = nil,
        levels: LevelChoice,
        _ body: (PictureRun) throws(BulkError) -> [UInt8]
    ) throws {
        if output == nil, Output.isTerminal {
            throw Failure("a picture is not for a terminal; give a file with --output, or redirect standard output")
        }
        let bytes: [UInt8]
        do {
            bytes = try body(PictureRun(model, operation, scale: scale ?? 1, wantsMeans: wantsMeans, levels: levels))
        } catch {
            throw Failure(input.map { "\($0): \(error)" } ?? "\(error)")
        }
        guard let output else { return try Output.write(bytes) }
        do {
            try FileSystem.write(bytes, to: output)
        } catch {
            throw Failure("\(error)")
        }
    }
}
