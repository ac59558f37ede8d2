import Kernels

/// γ and β as PyTorch has them, and with their channels last as the kernels take them.
package struct RecordAffine<Scalar: KernelScalar>: PackedPart {
    package let name: String
    /// Views into the parameters: one for each channel, or one for each number `[C, H, W]`.
    private let tensors: Affine<Scalar>
    /// The same numbers with the channels last; the tensors themselves where that is the same.
    package let lastChannels: Affine<Scalar>
    /// Channels of the tensors where their order differs.
    private let channels: Int?

    init(_ name: String, _ groups: ChannelGroups, in parameters: Parameters<Scalar>) {
        self.name = name
        tensors = Affine(gamma: parameters["\(name).weight"], beta: parameters["\(name).bias"])
        let count = tensors.gamma.count
        let isSame = count == groups.channels || groups.channels == 1
        channels = isSame ? nil : groups.channels
        let make = { Matrix<Scalar>(rows: 1, columns: count) }
        lastChannels = isSame ? tensors : Affine(gamma: make(), beta: make())
        repack()
    }

    package func repack() {
        guard let channels else { return }
        Scalar.channelsLast(
            tensors.gamma.reshaped(columns: tensors.gamma.count), channels: channels, into: lastChannels.gamma)
        Scalar.channelsLast(
            tensors.beta.reshaped(columns: tensors.beta.count), channels: channels, into: lastChannels.beta)
    }

    /// Room for gradients in the kernels' order; the parameters' own where that is the same.
    package func makeGradient(in gradients: Parameters<Scalar>) -> Affine<Scalar> {
        if channels == nil { return view(of: gradients) }
        let make = { Matrix<Scalar>(rows: 1, columns: tensors.gamma.count) }
        return Affine(gamma: make(), beta: make())
    }

    /// Brings gradients into PyTorch's order.
    package func store(_ gradient: Affine<Scalar>, in gradients: Parameters<Scalar>) {
        guard let channels else { return }
        let view = view(of: gradients)
        Scalar.channelsFirst(gradient.gamma, channels: channels, into: view.gamma.reshaped(columns: view.gamma.count))
        Scalar.channelsFirst(gradient.beta, channels: channels, into: view.beta.reshaped(columns: view.beta.count))
    }

    private func view(of gradients: Parameters<Scalar>) -> Affine<Scalar> {
        Affine(gamma: gradients["\(name).weight"], beta: gradients["\(name).bias"])
    }
}
