import Files
import Safetensors
import Tensors
import TestSupport
import Testing

/// From PyTorch's weights to answers, and to ONNX, as a user does it.
@Suite struct ImportTests {
    private let program: Program

    /// μ = x₁ + 2 x₂ + ½, mean record = (z, 1 − z).
    init() throws {
        program = try Program()
        try write(
            "vae.safetensors",
            [
                "fc_mu.weight": Tensor(fitting: [1, 2], [1, 2]), "fc_mu.bias": Tensor(fitting: [1], [0.5]),
                "fc_logvar.weight": Tensor(fitting: [1, 2], [0, 0]), "fc_logvar.bias": Tensor(fitting: [1], [0]),
                "decoder.0.weight": Tensor(fitting: [2, 1], [1, -1]), "decoder.0.bias": Tensor(fitting: [2], [0, 1]),
            ])
        try program.write(
            "vae.json",
            """
            {"input": [2], "latent_dimension": 1, "encoder": [], "decoder": [],
             "heads": {"mean": "fc_mu", "log_variance": "fc_logvar"}, "likelihood": {"type": "gaussian", "sigma": 1}}
            """)
    }

    private func write(_ name: String, _ tensors: [String: Tensor<Float>]) throws {
        let values = tensors.mapValues { SafetensorsValue.float32($0) }
        try FileSystem.write(SafetensorsWriter.bytes(tensors: values), to: program.folder(name))
    }

    private let command = "elbo import vae.safetensors --architecture vae.json --output models/vae"

    @Test func importsAnswersAndExports() throws {
        try write(
            "answers.safetensors", ["input": Tensor(fitting: [1, 2], [1, 2]), "mu": Tensor(fitting: [1, 1], [5.5])])
        let imported = try program.run("\(command) --golden answers.safetensors --samples 0")
        #expect(imported.status == 0, "\(imported.errors)")
        #expect(
            imported.lines == [
                "models/vae: 10 parameters from 6 tensors",
                "largest difference from 1 stated row, in millionths: mu 0.00",
            ])
        let codes = try program.run("echo '[1, 2]' | elbo encode models/vae - | tail -n 1")
        #expect(codes.output == "5.5,1\n", "\(codes.errors)")
        let inspected = try program.run("elbo inspect models/vae")
        let origin = "elbo import vae.safetensors --architecture vae.json --golden answers.safetensors --samples 0"
        #expect(inspected.output.contains("  command     \(origin)\n  data        vae.safetensors, sha256 "))
        let exported = try program.run("elbo export models/vae --onnx a/b && ls a/b")
        #expect(exported.status == 0 && exported.lines.suffix(3) == ["decoder.onnx", "encoder.onnx", "score.onnx"])
    }

    @Test func refusesAndLeavesNothingBehind() throws {
        try write(
            "answers.safetensors", ["input": Tensor(fitting: [1, 2], [1, 2]), "mu": Tensor(fitting: [1, 1], [5])])
        let wrong = try program.run("\(command) --golden answers.safetensors; echo $?; ls")
        #expect(wrong.lines == ["1", "answers.safetensors", "err", "out", "script", "vae.json", "vae.safetensors"])
        #expect(wrong.errors.contains("answers of answers.safetensors: mu[0, 0] is 5.5, expected 5.0"))
        let usage = try program.run("\(command) --tolerance 0.1")
        #expect(usage.status == 64 && usage.errors.contains("--tolerance goes with --golden"))
        let missing = try program.run("elbo export models/none --onnx x; echo $?; ls -d x")
        #expect(missing.lines == ["1"])
    }
}
