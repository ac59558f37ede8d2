import ArgumentParser
import Files
import ModelStorage
import ONNX

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes a model's encoder and decoder for other programs, as ONNX.",
        discussion: """
            FOLDER/encoder.onnx takes 'inputs' [batch, numbers] and gives 'mu' and 'sigma' [batch, latent]; FOLDER/decoder.onnx takes
            'latents' and gives 'reconstruction', the mean of p(x given z). Rows are as many as you like, numbers are float32 in the
            order of Elbo's own rows. Where it has a closed form, with the prior N(0, I) and a Bernoulli or Gaussian likelihood,
            FOLDER/score.onnx takes 'inputs' and gives 'score' [batch], −ELBO in nats at z = μ. A conditional model also takes 'label' [batch], int64, the level's place from 0. The
            files need ONNX's opset 17. Models of tables and of two levels of latents are refused; priors are not written.

            Example:
              elbo export models/mnist --onnx mnist-onnx
            """)

    @Argument(help: "A model directory.")
    var model: String

    @Option(help: "The folder to write; its files are replaced.")
    var onnx: String

    func run() throws {
        let stored = try Models.load(model)
        do {
            let files = try ONNXExport.files(stored.model, name: stored.name, producer: Version.text)
            try FileSystem.createDirectories(onnx)
            // One of another model, written here before, would pass for this one's.
            if FileSystem.exists("\(onnx)/score.onnx") { try FileSystem.removeFile("\(onnx)/score.onnx") }
            for (name, bytes) in files {
                try FileSystem.write(bytes, to: "\(onnx)/\(name)")
                try Output.writeLine("\(onnx)/\(name): \(Text.grouped(bytes.count)) bytes")
            }
        } catch let error as ONNXError {
            throw Failure("cannot export \(model): \(error)")
        } catch let error as FileError {
            throw Failure("cannot export \(model): \(error)")
        }
    }
}
