#include "CPNG.h"
#include "Message.h"

#include <png.h>
#include <string.h>

typedef struct {
    uint8_t *bytes;
    size_t capacity;
    size_t count;
} Sink;

static void write_bytes(png_structp png, png_bytep bytes, size_t count) {
    Sink *sink = png_get_io_ptr(png);
    if (count > sink->capacity - sink->count) png_error(png, "it does not fit");
    memcpy(sink->bytes + sink->count, bytes, count);
    sink->count += count;
}

static void flush_nothing(png_structp png) { (void)png; }

static int write_rows(
    png_structp png, png_infop info, Sink *sink, const uint8_t *pixels, uint32_t width, uint32_t height, int channels) {
    if (setjmp(png_jmpbuf(png))) return 0;
    png_set_write_fn(png, sink, write_bytes, flush_nothing);
    // What decides the bytes, apart from the version of zlib.
    png_set_compression_level(png, 6);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE | PNG_FILTER_SUB | PNG_FILTER_UP);
    int colour = channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB;
    png_set_IHDR(
        png, info, width, height, 8, colour, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (uint32_t row = 0; row < height; row++) {
        png_write_row(png, pixels + (size_t)row * width * (size_t)channels);
    }
    png_write_end(png, NULL);
    return 1;
}

size_t CPNGEncode(
    const uint8_t *pixels, uint32_t width, uint32_t height, int channels, uint8_t *bytes, size_t capacity,
    char *message) {
    Sink sink = {bytes, capacity, 0};
    CPNGSetMessage(message, "memory is short");
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, message, CPNGFail, CPNGIgnore);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    int is_done = info ? write_rows(png, info, &sink, pixels, width, height, channels) : 0;
    png_destroy_write_struct(&png, &info);
    return is_done ? sink.count : 0;
}

size_t CPNGBound(uint32_t width, uint32_t height, int channels) {
    // A byte a row says how it is filtered. Deflate adds at most 5 bytes for each 16 KiB that it cannot shorten, and each
    // chunk of 8 KiB has a frame of 12 bytes.
    size_t plain = ((size_t)width * (size_t)channels + 1) * height;
    return plain + plain / 256 + 1024;
}
