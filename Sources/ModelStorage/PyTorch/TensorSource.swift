/// Where in a state dict the numbers of one of Elbo's tensors lie.
struct TensorSource: Equatable, Sendable {
    /// Of its outputs, which are the first side of every tensor.
    enum Part: Equatable, Sendable {
        case whole, first, second
    }

    /// PyTorch's, without the prefix of the whole state dict.
    var name: String
    /// That the tensor in the state dict must have.
    let shape: [Int]
    let part: Part
    let factor: Float

    init(_ name: String, shape: [Int], half part: Part = .whole, factor: Float = 1) {
        (self.name, self.shape, self.part, self.factor) = (name, shape, part, factor)
    }

    /// Elbo's numbers from those of the whole tensor.
    func numbers(_ elements: [Float]) -> [Float] {
        let half = elements.count / 2
        let part =
            switch part {
            case .whole: elements[...]
            case .first: elements[..<half]
            case .second: elements[half...]
            }
        return factor == 1 ? Array(part) : part.map { $0 * factor }
    }
}
