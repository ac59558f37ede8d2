import VAE

extension Text {
    /// " (1.234 bits/dim)" behind nats of −log p; nothing for a table.
    static func bits(_ bits: BitsPerDimension?, nats: Double) -> String {
        bits.map { " (\(fixed($0(nats: nats), 3)) bits/dim)" } ?? ""
    }

    /// What the bits are of.
    static func unit(_ bits: BitsPerDimension) -> String {
        bits.offset == 0
            ? "nats / (\(grouped(bits.numbers)) ln 2)"
            : "nats / (\(grouped(bits.numbers)) ln 2) + log2 256: density of 8-bit pixels scaled to 0 … 1"
    }
}
