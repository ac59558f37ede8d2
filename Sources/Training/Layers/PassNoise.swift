import Kernels

/// What the noise of a pass depends on: two shards of two steps have four different numbers.
package struct PassNoise: Equatable, Sendable {
    package var seed: UInt64 = 0
    package var number: UInt32 = 0

    package init(seed: UInt64 = 0, number: UInt32 = 0) { (self.seed, self.number) = (seed, number) }

    /// - Parameter layer: which of the layers that draw.
    func stream(layer: Int) -> NoiseStream {
        NoiseStream(seed: seed, purpose: .dropout, index: UInt32(layer), draw: number)
    }
}
