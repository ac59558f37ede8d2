import Kernels
import VAE

/// Counts the modules of an `nn.Sequential` on: behind `body.2` with one module comes `body.3`.
struct ModuleCounter {
    /// Of the module that comes next; nil behind one whose name no number ends.
    private(set) var name: String?
    /// Of the module before it.
    private(set) var last = ""

    init(_ name: String?) { self.name = name }

    mutating func advance(by count: Int) {
        guard let name else { return }
        last = name
        let parent = name.lastIndex(of: ".").map { name[...$0] } ?? ""
        // A number too large to count on from ends the counting, as a word does.
        self.name = Int32(name.dropFirst(parent.count)).map { "\(parent)\(Int($0) + count)" }
    }
}

extension LayerSpecification {
    /// How many modules of PyTorch it is: an activation is one of its own, but for a residual block's, which is within.
    var moduleCount: Int {
        switch self {
        case .dense(let layer): layer.activation == .identity ? 1 : 2
        case .convolution(let layer): [.gated, .activation(.identity)].contains(layer.nonlinearity) ? 1 : 2
        case .batchNorm(let layer): layer.activation == .identity ? 1 : 2
        case .groupNorm(let layer): layer.activation == .identity ? 1 : 2
        case .gatedDense, .pool, .upsample, .activation, .flatten, .reshape, .dropout, .residual: 1
        }
    }

    /// Whether a state dict holds something of it, so that its name matters.
    var hasTensors: Bool {
        switch self {
        case .dense, .gatedDense, .convolution, .batchNorm, .groupNorm: true
        // The layers within it have names of their own.
        case .pool, .upsample, .activation, .flatten, .reshape, .dropout, .residual: false
        }
    }
}
