/// Arrays as `numpy.lib.format.write_array` of NumPy 2.4 wrote them.
enum NPYFile {
    /// - Parameters:
    ///   - version: 1 has two bytes of length, later ones four.
    ///   - length: of the header, as NumPy wrote it: blanks and a line end fill it up.
    static func bytes(_ dictionary: String, length: Int, version: UInt8 = 1, _ numbers: [UInt8]) -> [UInt8] {
        let size: [UInt8] = [UInt8(length & 0xFF), UInt8(length >> 8)] + (version == 1 ? [] : [0, 0])
        let blanks = String(repeating: " ", count: length - dictionary.utf8.count - 1)
        return [0x93] + Array("NUMPY".utf8) + [version, 0] + size + Array("\(dictionary)\(blanks)\n".utf8) + numbers
    }

    /// `np.array([[0, 1.5, -2], [3.25, 1e-3, 7]], np.float32)`
    static let float32 = bytes(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", length: 118,
        [0, 0, 0, 0, 0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0x50, 0x40, 0x6F, 0x12, 0x83, 0x3A, 0, 0, 0xE0, 0x40])

    /// `np.array([0.1, 0.5])`
    static let float64 = bytes(
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", length: 118,
        [0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F, 0, 0, 0, 0, 0, 0, 0xE0, 0x3F])

    /// `np.array([[1, 2]], np.float32)` in the later versions.
    static func later(_ version: UInt8) -> [UInt8] {
        bytes(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }", length: 116, version: version,
            [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])
    }

    /// `np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3))`
    static let columnMajor = bytes(
        "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", length: 118,
        [0, 0, 0, 0, 0, 0, 0x40, 0x40, 0, 0, 0x80, 0x3F, 0, 0, 0x80, 0x40, 0, 0, 0, 0x40, 0, 0, 0xA0, 0x40])

    /// `np.float32(3)`
    static let number = bytes(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (), }", length: 118, [0, 0, 0x40, 0x40])

    /// `np.zeros((0, 3), np.float32)`
    static let nothing = bytes("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }", length: 118, [])

    /// Of two `Float`, under any dictionary.
    static func two(_ dictionary: String) -> [UInt8] {
        bytes(dictionary, length: dictionary.utf8.count + 1, [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])
    }
}
