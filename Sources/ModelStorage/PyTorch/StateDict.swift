import Safetensors
import Tensors
import VAE

/// PyTorch's tensors by name, as `safetensors.torch.save_file(model.state_dict(), …)` writes them.
struct StateDict {
    private let file: SafetensorsFile
    private let names: ModuleNames

    /// Layers may share a module, and one of them may need another shape of it.
    private struct Use: Hashable {
        let name: String
        let shape: [Int]
    }

    init(_ file: SafetensorsFile, _ names: ModuleNames) {
        (self.file, self.names) = (file, names)
    }

    /// Elbo's tensors.
    ///
    /// - Throws: all that is wrong with any tensor, in the order of the layers; extra ones last, by name.
    func tensors(_ layout: ParameterLayout) throws(StateDictError) -> [String: Tensor<Float>] {
        var tensors: [String: Tensor<Float>] = [:]
        var whole: [Use: Result<[Float], TensorFault>] = [:]
        var faults: [TensorFault] = []
        for entry in layout.entries {
            guard let source = names.source(of: entry) else {
                tensors[entry.name] = Tensor(fitting: entry.shape, Array(repeating: 0, count: entry.count))
                continue
            }
            // A split head is two of Elbo's tensors, and its faults are told once.
            let use = Use(name: source.name, shape: source.shape)
            let isNew = whole[use] == nil
            let elements = whole[use] ?? read(source)
            whole[use] = elements
            switch elements {
            case .success(let elements):
                tensors[entry.name] = Tensor(fitting: entry.shape, source.numbers(elements))
            case .failure(let fault): if isNew { faults.append(fault) }
            }
        }
        faults += extras(used: Set(whole.keys.map(\.name)))
        if !faults.isEmpty { throw StateDictError(faults: faults) }
        return tensors
    }

    /// How many of the file's tensors are the model's, and how many are left out.
    func counts(_ layout: ParameterLayout) -> (used: Int, ignored: Int) {
        let used = Set(layout.entries.compactMap { names.source(of: $0)?.name })
        return (used.count, file.names.count - used.count)
    }

    private func read(_ source: TensorSource) -> Result<[Float], TensorFault> {
        guard file.names.contains(source.name) else { return .failure(.missing(source.name, shape: source.shape)) }
        do throws(SafetensorsError) {
            let shape = try file.shape(of: source.name)
            guard shape == source.shape else {
                return .failure(.shape(source.name, expected: source.shape, got: shape))
            }
            let elements = try file.float32(source.name).elements
            if let index = elements.firstIndex(where: { !$0.isFinite }) {
                return .failure(.notFinite(source.name, index: index))
            }
            return .success(elements)
        } catch {
            return .failure(.unreadable(error))
        }
    }

    private func extras(used: Set<String>) -> [TensorFault] {
        file.names.filter { !used.contains($0) && !names.ignores($0) && !isBatchCount($0, used) }
            .map { name in .extra(name, shape: (try? file.shape(of: name)) ?? []) }
    }

    /// Whether a batch normalisation's count of batches, which says nothing of the model.
    private func isBatchCount(_ name: String, _ used: Set<String>) -> Bool {
        let suffix = "num_batches_tracked"
        return name.hasSuffix(".\(suffix)") && used.contains(name.dropLast(suffix.count) + "running_var")
    }
}

/// All that is wrong with a state dict.
struct StateDictError: Error {
    let faults: [TensorFault]
}
