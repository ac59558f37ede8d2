/// How numbers lie in memory that other programs send: without gaps, little-endian.
package enum NumberFormat: CaseIterable, Sendable {
    /// One byte, 0 or 1.
    case bool
    case uint8, uint16, uint32, uint64
    case int8, int16, int32, int64
    /// IEEE 754 binary16, and the upper half of a binary32.
    case float16, bfloat16
    case float32, float64

    /// Bytes of one number.
    package var size: Int {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }

    /// The numbers of some bytes, each rounded to the nearest `Float`, what is too large to an infinity.
    ///
    /// - Parameter bytes: a whole number of numbers.
    package func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
        convert(bytes, to: Float.self)
    }

    /// As `floats`, to the nearest `Double`.
    package func doubles(_ bytes: ArraySlice<UInt8>) -> [Double] {
        convert(bytes, to: Double.self)
    }

    private func convert<Number: BinaryFloatingPoint>(_ bytes: ArraySlice<UInt8>, to type: Number.Type) -> [Number] {
        precondition(bytes.count % size == 0, "\(bytes.count) bytes are not whole numbers")
        let count = bytes.count / size
        return unsafe [Number](unsafeUninitializedCapacity: count) { room, written in
            if let start = room.baseAddress { unsafe write(bytes, to: start) }
            written = count
        }
    }

    /// Writes the numbers of some bytes, each rounded to the nearest, where there is room for them.
    func write<Number: BinaryFloatingPoint>(_ bytes: ArraySlice<UInt8>, to room: UnsafeMutablePointer<Number>) {
        switch self {
        case .bool, .uint8: unsafe write(bytes, to: room) { (bits: UInt8) in Number(bits) }
        case .uint16: unsafe write(bytes, to: room) { (bits: UInt16) in Number(bits) }
        case .uint32: unsafe write(bytes, to: room) { (bits: UInt32) in Number(bits) }
        case .uint64: unsafe write(bytes, to: room) { (bits: UInt64) in Number(bits) }
        case .int8: unsafe write(bytes, to: room) { (bits: UInt8) in Number(Int8(bitPattern: bits)) }
        case .int16: unsafe write(bytes, to: room) { (bits: UInt16) in Number(Int16(bitPattern: bits)) }
        case .int32: unsafe write(bytes, to: room) { (bits: UInt32) in Number(Int32(bitPattern: bits)) }
        case .int64: unsafe write(bytes, to: room) { (bits: UInt64) in Number(Int64(bitPattern: bits)) }
        case .float16: unsafe write(bytes, to: room) { (bits: UInt16) in Number(Float(Float16(bitPattern: bits))) }
        case .bfloat16:
            unsafe write(bytes, to: room) { (bits: UInt16) in Number(Float(bitPattern: UInt32(bits) << 16)) }
        case .float32: unsafe write(bytes, to: room) { (bits: UInt32) in Number(Float(bitPattern: bits)) }
        case .float64: unsafe write(bytes, to: room) { (bits: UInt64) in Number(Double(bitPattern: bits)) }
        }
    }

    private func write<Bits: FixedWidthInteger, Number>(
        _ bytes: ArraySlice<UInt8>, to room: UnsafeMutablePointer<Number>, _ number: (Bits) -> Number
    ) {
        let size = MemoryLayout<Bits>.size
        precondition(size == self.size && bytes.count % size == 0, "\(bytes.count) bytes are not whole numbers")
        unsafe bytes.withUnsafeBytes { bytes in
            for i in 0..<bytes.count / size {
                let bits = unsafe bytes.loadUnaligned(fromByteOffset: i * size, as: Bits.self)
                unsafe (room + i).initialize(to: number(Bits(littleEndian: bits)))
            }
        }
    }
}
