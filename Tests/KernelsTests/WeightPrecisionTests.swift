import RealModule
import Testing

@testable import Kernels

/// Products whose weights are kept in fewer bits.
extension TwinTests {
    /// What the kernels should see as weights.
    private static func rounded(_ weight: Matrix<Float>) -> Matrix<Float> {
        Matrix(weight.values.map(Naive<Float>.bfloat16), rows: weight.rows, columns: weight.columns)
    }

    /// One panel, half of one, wide tiles and what lies behind them.
    private static let precisionShapes = [0, 1, 2, 3, 4, 5, 12, 13, 97].flatMap { rows in
        [(1, 1), (7, 3), (16, 5), (32, 8), (33, 7), (130, 30), (256, 5), (300, 40)].map { (rows, $0.0, $0.1) }
    }

    @Test(arguments: precisionShapes)
    func bfloat16ProductHasTheBitsOfItsTwin(rows: Int, outputs: Int, inputs: Int) {
        let (a, weight) = (Self.numbers(rows, inputs, seed: 1), Self.numbers(outputs, inputs, seed: 2))
        for i in stride(from: 0, to: a.count, by: 3) { a[i] = 0 }
        let bias = Self.numbers(1, outputs, seed: 3)
        let expected = Matrix<Float>(rows: rows, columns: outputs)
        Naive.product(a, PackedMatrix(transposing: Self.rounded(weight), bias: bias), .identity, into: expected)
        let packed = PackedMatrix(transposing: weight, bias: bias, precision: .bf16)
        Self.underEach { set in
            let c = Matrix<Float>(rows: rows, columns: outputs)
            Float.product(a, packed, .identity, into: c)
            #expect(c.values == expected.values, "\(set)")
        }
    }

    /// 5000 inputs are more than are listed for a row alone.
    @Test(arguments: [45, 5000])
    func bfloat16RowAloneHasTheBitsOfTheBatch(inputs: Int) {
        let (a, weight) = (Self.numbers(13, inputs, seed: 4), Self.numbers(170, inputs, seed: 5))
        for i in stride(from: 0, to: a.count, by: 2) { a[i] = i % 4 == 0 ? 0 : -0.0 }
        let packed = PackedMatrix(transposing: weight, bias: nil, precision: .bf16)
        for f in [Activation.identity, .relu, .gelu] {
            var seen: [UInt64] = []
            Self.underEach { set in
                let batch = Matrix<Float>(rows: 13, columns: 170)
                Float.product(a, packed, f, into: batch)
                if seen.isEmpty { seen = batch.bits }
                #expect(batch.bits == seen, "\(set)")
                for rows in 1...12 {
                    let part = Matrix<Float>(rows: rows, columns: 170)
                    Float.product(a.rows(13 - rows..<13), packed, f, into: part)
                    #expect(part.bits == batch.rows(13 - rows..<13).bits, "\(set), \(rows)")
                }
            }
        }
    }

    /// Ties go to the even neighbour, what lies between two goes to the nearer, and nothing becomes infinite.
    @Test func bfloat16RoundsToNearest() {
        let bits: [(UInt32, UInt32)] = [
            (0x3f80_0000, 0x3f80_0000), (0x3f80_8000, 0x3f80_0000), (0x3f81_8000, 0x3f82_0000),
            (0x3f80_8001, 0x3f81_0000), (0x3f80_7fff, 0x3f80_0000), (0x3fff_8000, 0x4000_0000),
            (0x8000_0000, 0x8000_0000), (0x0000_8001, 0x0001_0000), (0x8000_8000, 0x8000_0000),
            (0x7f7f_ffff, 0x7f7f_0000), (0xff7f_8000, 0xff7f_0000),
        ]
        for (given, expected) in bits {
            #expect(Self.kept(Float(bitPattern: given)).bitPattern == expected, "\(String(given, radix: 16))")
            #expect(Naive<Float>.bfloat16(Float(bitPattern: given)).bitPattern == expected)
        }
        for word in NoiseStream(seed: 8, purpose: .sample).words(2000) where word >> 23 & 255 != 255 {
            let x = Float(bitPattern: word)
            #expect(Self.kept(x).bitPattern == Naive<Float>.bfloat16(x).bitPattern, "\(x)")
        }
    }

    /// The weight that a product with 1 sees, read from where it lies.
    private static func kept(_ weight: Float) -> Float {
        let packed = PackedMatrix(transposing: Matrix([weight]), bias: nil, precision: .bf16)
        return Float(bitPattern: packed.panels[PackedMatrix<Float>.panelWidth].bitPattern << 16)
    }

    @Test func bfloat16TakesHalfTheRoom() {
        let (full, half) = (
            PackedMatrix<Float>(inputs: 784, outputs: 512),
            PackedMatrix<Float>(inputs: 784, outputs: 512, precision: .bf16)
        )
        #expect(full.panels.count == 16 * 32 * 785)
        #expect(half.panels.count == 16 * (32 + 16 * 784))
    }
}
