import RealModule

extension Naive {
    /// The four words of one counter: ten rounds of two multiplications.
    package static func philox(counter: [UInt32], key: (UInt32, UInt32)) -> [UInt32] {
        var (c, k) = (counter, key)
        for _ in 0..<10 {
            let p0 = UInt64(c[0]) * 0xD251_1F53
            let p1 = UInt64(c[2]) * 0xCD9E_8D57
            c = [
                UInt32(p1 >> 32) ^ c[1] ^ k.0, UInt32(truncatingIfNeeded: p1),
                UInt32(p0 >> 32) ^ c[3] ^ k.1, UInt32(truncatingIfNeeded: p0),
            ]
            k = (k.0 &+ 0x9E37_79B9, k.1 &+ 0xBB67_AE85)
        }
        return c
    }

    /// Word `i` of a stream.
    package static func word(_ stream: NoiseStream, _ i: Int) -> UInt32 {
        philox(counter: [UInt32(i / 4), stream.index, stream.draw, stream.purpose], key: stream.key)[i % 4]
    }

    /// Box–Muller on u = (word + ½) / 2³²; words 0, 1 give normals 0, 1 and words 2, 3 give normals 2, 3.
    package static func normals(_ stream: NoiseStream, into x: Matrix<Scalar>) {
        for i in 0..<x.count {
            let pair = i / 2 * 2
            let u0 = (Scalar(word(stream, pair)) + 0.5) / 4_294_967_296
            let u1 = (Scalar(word(stream, pair + 1)) + 0.5) / 4_294_967_296
            let radius = (-2 * Scalar.log(u0)).squareRoot()
            x[i] = radius * (i == pair ? .cos(2 * .pi * u1) : .sin(2 * .pi * u1))
        }
    }

    package static func binarise(_ p: Matrix<Scalar>, _ stream: NoiseStream, into x: Matrix<Scalar>) {
        for i in 0..<p.count { x[i] = Scalar(word(stream, i) >> 8) / 16_777_216 < p[i] ? 1 : 0 }
    }
}
