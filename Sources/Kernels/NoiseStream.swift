/// A stream of random numbers that depends on what it is for, never on when, where or in which batch it is drawn.
///
/// Philox4x32-10 with the seed as key; the counter's first word counts along the stream, the other three are `index`, `draw`
/// and `purpose`. Source: Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
package struct NoiseStream: Equatable, Sendable {
    /// What the numbers are for: streams of different purposes never meet.
    package enum Purpose: UInt32, Sendable {
        case initialisation = 1, shuffle, binarisation, posterior, sample, score, observation, split, hiding, dropout
        case component, corruption
    }

    package let seed: UInt64
    package let purpose: UInt32
    package let index: UInt32
    package let draw: UInt32

    package init(seed: UInt64, purpose: Purpose, index: UInt32 = 0, draw: UInt32 = 0) {
        self.init(seed: seed, index: index, draw: draw, tag: purpose.rawValue)
    }

    /// The stream number `position` of 2⁶⁴ for one purpose, such as one for each generated row.
    package init(seed: UInt64, purpose: Purpose, position: UInt64) {
        self.init(
            seed: seed, purpose: purpose, index: UInt32(truncatingIfNeeded: position),
            draw: UInt32(truncatingIfNeeded: position >> 32))
    }

    /// For known-answer tests of the generator, where every word of the counter is given.
    init(seed: UInt64, index: UInt32, draw: UInt32, tag: UInt32) {
        (self.seed, self.index, self.draw, purpose) = (seed, index, draw, tag)
    }

    /// The two words of the key, low first.
    var key: (UInt32, UInt32) {
        (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    }
}
