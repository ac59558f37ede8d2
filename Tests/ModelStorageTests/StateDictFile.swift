import Files
import Safetensors
import Tensors
import TestSupport

@testable import ModelStorage

/// What a PyTorch user has: a state dict and an architecture file.
struct StateDictFile {
    let directory: TemporaryDirectory
    var tensors: [String: Tensor<Float>]
    var architecture: String

    init(_ architecture: String, _ tensors: [String: Tensor<Float>]) throws {
        directory = try TemporaryDirectory()
        (self.tensors, self.architecture) = (tensors, architecture)
    }

    /// Two numbers, one latent, no hidden layers: μ = x₁ + 2 x₂ + ½, log σ² = log ¼, mean record = (z, 1 − z).
    static func linear() throws -> StateDictFile {
        try StateDictFile(
            """
            {"input": [2], "latent_dimension": 1, "encoder": [], "decoder": [],
             "heads": {"mean": "fc_mu", "log_variance": "fc_logvar"}, "output": {"type": "dense", "name": "fc_out"},
             "likelihood": {"type": "gaussian", "sigma": 1}}
            """,
            [
                "fc_mu.weight": Tensor(fitting: [1, 2], [1, 2]), "fc_mu.bias": Tensor(fitting: [1], [0.5]),
                "fc_logvar.weight": Tensor(fitting: [1, 2], [0, 0]),
                "fc_logvar.bias": Tensor(fitting: [1], [-1.3862944]),
                "fc_out.weight": Tensor(fitting: [2, 1], [1, -1]), "fc_out.bias": Tensor(fitting: [2], [0, 1]),
            ])
    }

    /// Numbers that no two tensors share.
    static func numbers(_ shape: [Int], from start: Float) -> Tensor<Float> {
        Tensor(fitting: shape, (0..<shape.reduce(1, *)).map { start + Float($0) / 64 })
    }

    func plan(golden: [String: SafetensorsValue]? = nil) throws -> PyTorchImport.Plan {
        let values = tensors.mapValues { SafetensorsValue.float32($0) }
        try FileSystem.write(SafetensorsWriter.bytes(tensors: values), to: directory("vae.safetensors"))
        try FileSystem.write(Array(architecture.utf8), to: directory("vae.json"))
        var plan = PyTorchImport.Plan(weights: directory("vae.safetensors"), architecture: directory("vae.json"))
        if let golden {
            try FileSystem.write(SafetensorsWriter.bytes(tensors: golden), to: directory("golden.safetensors"))
            plan.golden = directory("golden.safetensors")
        }
        return plan
    }

    func imported(golden: [String: SafetensorsValue]? = nil) throws -> PyTorchImport {
        try PyTorchImport(plan(golden: golden), name: "vae")
    }

    /// What the import says of it.
    func message(golden: [String: SafetensorsValue]? = nil) -> String {
        do {
            _ = try imported(golden: golden)
            return "no error"
        } catch let error as ModelStorageError {
            return error.description(of: "vae.json")
        } catch {
            return "\(error)"
        }
    }
}
