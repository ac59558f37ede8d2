import Kernels
import Testing

/// Bytes of other programs and the numbers that they are.
@Suite struct NumberFormatTests {
    private static let cases: [(NumberFormat, [UInt8], [Double])] = [
        (.bool, [0, 1], [0.0, 1]), (.uint8, [0, 255], [0, 255]), (.int8, [127, 128], [127, -128]),
        (.uint16, [255, 255, 1, 0], [65_535, 1]), (.int16, [255, 127, 0, 128], [32_767, -32_768]),
        (.uint32, [255, 255, 255, 255], [4_294_967_295]), (.int32, [0, 0, 0, 128], [-2_147_483_648]),
        (.uint64, [0, 0, 0, 0, 0, 0, 0, 128], [0x1p63]), (.int64, [0, 0, 0, 0, 0, 0, 0, 128], [-0x1p63]),
        // The largest binary16, the smallest, and −2; 3 and the largest bfloat16.
        (.float16, [255, 123, 1, 0, 0, 192], [65_504, 0x1p-24, -2]),
        (.bfloat16, [64, 64, 127, 127], [3, 0x1.fep127]),
        (.float32, [0, 0, 128, 63, 255, 255, 127, 255], [1, -0x1.fffffep127]),
        (.float64, [1, 0, 0, 0, 0, 0, 240, 63], [1 + 0x1p-52]),
    ]

    @Test(arguments: cases)
    func readsBytes(_ format: NumberFormat, _ bytes: [UInt8], _ expected: [Double]) {
        // Not where the array begins: formats are not aligned.
        let slice = ([9] + bytes)[1...]
        #expect(format.doubles(slice) == expected)
        #expect(format.floats(slice) == expected.map { Float($0) })
        #expect(bytes.count == format.size * expected.count)
        #expect(format.doubles([]) == [])
    }

    @Test func keepsWhatIsNotFinite() {
        for (format, bytes): (NumberFormat, [UInt8]) in [(.float16, [0, 124]), (.bfloat16, [128, 127])] {
            #expect(format.floats(bytes[...]) == [.infinity])
        }
        #expect(NumberFormat.float32.floats([0, 0, 192, 127])[0].isNaN)
        // Beyond single precision.
        #expect(NumberFormat.float64.floats([0, 0, 0, 0, 0, 0, 240, 79]) == [.infinity])
    }

    @Test(arguments: cases)
    func aMatrixHasTheSameNumbers(_ format: NumberFormat, _ bytes: [UInt8], _ expected: [Double]) {
        let slice = ([9] + bytes)[1...]
        for isColumnMajor in [false, true] {
            let row = Matrix(slice, format, rows: 1, columns: expected.count, isColumnMajor: isColumnMajor)
            let column = Matrix(slice, format, rows: expected.count, columns: 1, isColumnMajor: isColumnMajor)
            #expect(row.values == expected.map { Float($0) })
            #expect(column.values == row.values)
        }
    }

    @Test(arguments: [(0, 3), (1, 1), (2, 3), (3, 2), (17, 16), (16, 17), (40, 33), (5, 100)])
    func columnsSideBySideBecomeRows(_ rows: Int, _ columns: Int) {
        let matrix = Matrix((0..<rows * columns).map { Float($0) }, rows: rows, columns: columns)
        var bytes: [UInt8] = []
        for column in 0..<columns { for row in 0..<rows { Matrix([matrix[row, column]]).appendBytes(to: &bytes) } }
        let read = Matrix(bytes[...], .float32, rows: rows, columns: columns, isColumnMajor: true)
        #expect(read.values == matrix.values)
        #expect(read.rows == rows && read.columns == columns)
    }

    @Test func bytesOfAMatrixReadBack() {
        let numbers: [Float] = [1, -0.0, 0x1p-149, .infinity, 3.5, -2]
        var bytes: [UInt8] = [7]
        Matrix(numbers, rows: 2, columns: 3).appendBytes(to: &bytes)
        #expect(bytes.count == 25)
        #expect(NumberFormat.float32.floats(bytes[1...]).map(\.bitPattern) == numbers.map(\.bitPattern))
    }
}
