internal import CPNG

extension Picture {
    /// Reads a PNG (ISO/IEC 15948) of any colour type, depth and interlacing, with 16 bits rounded to 8.
    ///
    /// Alpha is composed on black. Colour profiles and gamma are left aside: numbers stay what they are. Bytes behind the end
    /// and animations are refused, since it would be a guess which picture was meant.
    ///
    /// - Parameter size: what it has to be; another is refused before anything is inflated.
    package init(png bytes: [UInt8], size: PictureSize? = nil) throws(PNGError) {
        let header = try PNGHeader(bytes)
        if let size { try header.check(size) }
        let (width, height) = (header.size.width, header.size.height)
        var pixels = [UInt8](repeating: 0, count: 4 * width * height)
        let channels = unsafe try Self.withMessage { message in
            unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe pixels.withUnsafeMutableBufferPointer { pixels in
                    unsafe Int(
                        CPNGDecode(
                            bytes.baseAddress, bytes.count, UInt32(width), UInt32(height), pixels.baseAddress, message))
                }
            }
        }
        pixels.removeLast((4 - channels) * width * height)
        self.init(width: width, height: height, channels: channels, pixels: pixels)
    }

    /// As PNG: the same bytes for the same picture.
    package func png() -> [UInt8] {
        let (width, height, channels) = (UInt32(width), UInt32(height), CInt(channels))
        var bytes = [UInt8](repeating: 0, count: CPNGBound(width, height, channels))
        do throws(PNGError) {
            let count = unsafe try Self.withMessage { message in
                unsafe pixels.withUnsafeBufferPointer { pixels in
                    unsafe bytes.withUnsafeMutableBufferPointer { bytes in
                        unsafe CPNGEncode(
                            pixels.baseAddress, width, height, channels, bytes.baseAddress, bytes.count, message)
                    }
                }
            }
            bytes.removeLast(bytes.count - count)
            return bytes
        } catch {
            preconditionFailure("a picture that cannot be written: \(error)")
        }
    }

    /// - Parameter body: returns 0 when the message says why.
    private static func withMessage(_ body: (UnsafeMutablePointer<CChar>) -> Int) throws(PNGError) -> Int {
        var message = [CChar](repeating: 0, count: Int(CPNGMessageSize))
        let result = unsafe message.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            return unsafe body(base)
        }
        guard result > 0 else {
            let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw .damaged(reason: String(decoding: text, as: UTF8.self))
        }
        return result
    }
}
