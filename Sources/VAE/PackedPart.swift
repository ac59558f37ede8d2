/// Weights in the order in which the kernels read them, beside the parameters that they come from.
package protocol PackedPart: Sendable {
    /// Before `.weight` and `.bias`.
    var name: String { get }

    /// Packs anew, after the parameters changed.
    func repack()
}
