/// Bytes a piece at a time.
package protocol ByteSource: AnyObject {
    /// Appends the next bytes, at least one.
    ///
    /// - Returns: false at the end, with nothing appended.
    func append(to bytes: inout [UInt8]) throws(DataFileError) -> Bool
}
