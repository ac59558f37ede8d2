#ifndef CPNG_H
#define CPNG_H

#include <stddef.h>
#include <stdint.h>

// libpng reports errors by `longjmp`, which must not pass Swift's frames: here it never leaves this module.

/// Bytes of a message, with its end.
enum { CPNGMessageSize = 128 };

/// Decodes a whole PNG of a size that is known from its header.
///
/// Any depth, palette, interlacing; without alpha, which is composed on black; without colour management, so that numbers
/// stay what they are.
///
/// - Parameter pixels: `4 × width × height` bytes, of which the first `channels × width × height` are the picture,
///   interleaved.
/// - Returns: 1 channel (grey) or 3 (RGB); 0 with a message when the bytes are not such a PNG from their first to their last.
int CPNGDecode(const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels, char *message);

/// Encodes grey or RGB pixels; the same bytes each time.
///
/// - Parameter channels: 1 or 3.
/// - Returns: the bytes written; 0 with a message when they do not fit in `capacity`.
size_t CPNGEncode(
    const uint8_t *pixels, uint32_t width, uint32_t height, int channels, uint8_t *bytes, size_t capacity, char *message);

/// Bytes that are enough to encode a picture in.
size_t CPNGBound(uint32_t width, uint32_t height, int channels);

#endif
