internal import Synchronization

/// Random-looking words that no other request of this process has, for a few nanoseconds: a counter from a random start, mixed.
///
/// The mixing is a bijection, so the words of one process differ; the start is from the system's generator, so those of
/// two processes do. They are names, not secrets: who knows two can find the rest.
///
/// Source: Steele, Lea and Flood 2014, Fast Splittable Pseudorandom Number Generators (SplitMix64).
enum IdentifierSource {
    private static let start: UInt64 = {
        var system = SystemRandomNumberGenerator()
        return system.next()
    }()
    private static let counter = Atomic<UInt64>(0)

    /// The place of words in the sequence; never given twice.
    ///
    /// - Parameter count: of the words wanted, which are at this place and behind it.
    static func reserve(_ count: UInt64) -> UInt64 {
        start &+ counter.add(count, ordering: .relaxed).oldValue
    }

    /// Never 0, which means "none" in a trace.
    static func word(_ place: UInt64) -> UInt64 {
        var word = place &* 0x9E37_79B9_7F4A_7C15
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        word ^= word >> 31
        return word == 0 ? 1 : word
    }
}
