import Kernels
import Tensors

/// The numbers of a model, or a gradient of the same shape: one flat vector and the tensors in it.
package struct Parameters<Scalar: KernelScalar>: Sendable {
    package let layout: ParameterLayout
    /// `[1, layout.count]`
    package let vector: Matrix<Scalar>

    /// Zeros.
    package init(_ layout: ParameterLayout) {
        self.init(layout, vector: Matrix(rows: 1, columns: layout.count))
    }

    /// Shares the vector.
    package init(_ layout: ParameterLayout, vector: Matrix<Scalar>) {
        precondition(vector.count == layout.count)
        (self.layout, self.vector) = (layout, vector)
    }

    /// The tensor's numbers as `[outputs, inputs]`, or one row for a bias; shared, not copied.
    package subscript(name: String) -> Matrix<Scalar> {
        guard let entry = layout[name] else { preconditionFailure("no tensor named \(name)") }
        return matrix(entry)
    }

    package func matrix(_ entry: ParameterLayout.Entry) -> Matrix<Scalar> {
        vector.slice(from: entry.start, rows: entry.rows, columns: entry.columns)
    }

    /// The first tensor with a number that is not finite.
    package func firstNonFinite() -> (tensor: String, index: Int)? {
        for entry in layout.entries {
            if let index = matrix(entry).firstNonFinite() { return (entry.name, index) }
        }
        return nil
    }
}

extension Parameters {
    /// Starting weights: normal with variance 2 / (inputs + outputs) (Glorot and Bengio 2010), biases zero.
    package init(_ layout: ParameterLayout, seed: UInt64) {
        self.init(layout)
        for (i, entry) in layout.entries.enumerated() where entry.shape.count == 2 {
            let weights = matrix(entry)
            Scalar.normals(NoiseStream(seed: seed, purpose: .initialisation, index: UInt32(i)), into: weights)
            Scalar.scale(weights, by: Self.startingScale(entry), into: weights)
        }
    }
}

extension Parameters {
    private static func startingScale(_ entry: ParameterLayout.Entry) -> Scalar {
        // The components of a prior start where N(0, I) has its mass, each as wide as that.
        if entry.name == "prior.mean" { return 1 }
        if entry.name == "prior.log_variance" { return 0 }
        // Couplings start near the identity.
        let isCoupling = entry.name.hasPrefix("prior.") && Self.isHead(entry.name)
        // A small head for log σ² starts the posterior at σ ≈ 1, where the KL term is calm.
        let gain: Scalar = isCoupling ? 0.01 : entry.name.hasSuffix("log_variance.weight") ? 0.1 : 1
        return gain * (2 / Scalar(entry.rows + entry.columns)).squareRoot()
    }

    private static func isHead(_ name: String) -> Bool {
        name.hasSuffix(".mean.weight") || name.hasSuffix(".log_variance.weight")
    }
}

extension Parameters<Float> {
    /// Takes over tensors by name; each must be there, of its shape, and finite, and no other.
    package init(_ layout: ParameterLayout, tensors: [String: Tensor<Float>]) throws(VAEError) {
        try Self.check(tensors, against: layout)
        self.init(layout)
        for entry in layout.entries {
            if let tensor = tensors[entry.name] { matrix(entry).assign(tensor.elements) }
        }
        if let (tensor, index) = firstNonFinite() { throw .notFinite(tensor: tensor, index: index) }
    }

    /// Before anything is allocated: a model file may claim any size.
    private static func check(
        _ tensors: [String: Tensor<Float>], against layout: ParameterLayout
    ) throws(VAEError) {
        for entry in layout.entries {
            guard let tensor = tensors[entry.name] else { throw .missingTensor(entry.name) }
            guard tensor.shape == entry.shape else {
                throw .tensorShape(name: entry.name, expected: entry.shape, got: tensor.shape)
            }
        }
        if let extra = tensors.keys.filter({ layout[$0] == nil }).min() { throw .unexpectedTensor(extra) }
    }

    /// The tensors by name, copied.
    package var tensors: [String: Tensor<Float>] {
        var result: [String: Tensor<Float>] = [:]
        for entry in layout.entries {
            result[entry.name] = Tensor(fitting: entry.shape, matrix(entry).values)
        }
        return result
    }
}
