import Kernels
import Tensors

/// The numbers of a model, or a gradient of the same shape: one flat vector and the tensors in it.
package struct Parameters<Scalar: KernelScalar>: Sendable {
    package let layout: ParameterLayout
    /// `[1, layout.count]`
    package let vector: Matrix<Scalar>
    /// How the networks that are made of them keep the weights of their dense layers.
    package let precision: WeightPrecision

    /// Zeros.
    package init(_ layout: ParameterLayout) {
        self.init(layout, vector: Matrix(rows: 1, columns: layout.count))
    }

    /// Shares the vector.
    package init(_ layout: ParameterLayout, vector: Matrix<Scalar>, precision: WeightPrecision = .float32) {
        precondition(vector.count == layout.count)
        (self.layout, self.vector, self.precision) = (layout, vector, precision)
    }

    /// The same numbers, shared, for networks whose dense layers keep their weights so.
    package func packed(as precision: WeightPrecision) -> Parameters {
        Parameters(layout, vector: vector, precision: precision)
    }

    /// The tensor's numbers as `[outputs, inputs]`, its last sides taken together, or one row for a bias; shared, not copied.
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
    /// Starting weights as the layout says; each tensor's depend on its place in it and the seed only.
    package init(_ layout: ParameterLayout, seed: UInt64) {
        self.init(layout)
        for (i, entry) in layout.entries.enumerated() {
            let (weights, stream) = (
                matrix(entry), NoiseStream(seed: seed, purpose: .initialisation, index: UInt32(i))
            )
            switch entry.beginning {
            case .constant(let value): if value != 0 { weights.fill(Scalar(value)) }
            case .normal: Scalar.normals(stream, into: weights)
            case .glorot(let fans, let gain):
                Scalar.normals(stream, into: weights)
                Scalar.scale(weights, by: Scalar(gain) * (2 / Scalar(fans)).squareRoot(), into: weights)
            }
        }
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
        for entry in layout.entries where entry.name.hasSuffix(".running_var") {
            if let index = matrix(entry).values.firstIndex(where: { $0 < 0 }) {
                throw .negativeVariance(tensor: entry.name, index: index)
            }
        }
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
