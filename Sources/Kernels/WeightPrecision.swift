/// How the weights of a dense product are kept. Inputs, biases, products and sums are `Float` all the same, in the same order, so a
/// precision gives the same bits whatever the batch and the instructions; another precision gives others.
package enum WeightPrecision: String, CaseIterable, Sendable {
    case float32
    /// The upper half of a `Float`, rounded to nearest, ties to even: eight bits of significand, half the memory to read.
    case bf16

    /// Numbers' room that one panel of so many inputs takes, the biases in front.
    func panelCount(inputs: Int, width: Int) -> Int {
        switch self {
        case .float32: (inputs + 1) * width
        case .bf16: width + inputs * width / 2
        }
    }
}
