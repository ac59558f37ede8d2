#include "CPNG.h"
#include "Message.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

// Not libpng's simplified interface: the faults of 2025 (CVE-2025-64720, -65018, -66293) are in it.

typedef struct {
    const uint8_t *bytes;
    size_t count;
    size_t position;
} Source;

static void read_bytes(png_structp png, png_bytep target, size_t count) {
    Source *source = png_get_io_ptr(png);
    if (count > source->count - source->position) png_error(png, "it ends too early");
    memcpy(target, source->bytes + source->position, count);
    source->position += count;
}

/// What a file may make libpng hold or do beside the pixels.
static void set_limits(png_structp png, uint32_t width, uint32_t height) {
    png_set_user_limits(png, width, height);
    png_set_chunk_cache_max(png, 16);
    png_set_chunk_malloc_max(png, 1 << 20);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    // Text, profiles, gamma and times are skipped, never inflated.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
}

/// Channels with alpha, from 1 to 4, of 8 bits each; 0 after an error.
static int read_rows(
    png_structp png, png_infop info, Source *source, uint32_t width, uint32_t height, uint8_t *pixels, uint8_t **rows) {
    if (setjmp(png_jmpbuf(png))) return 0;
    png_set_read_fn(png, source, read_bytes);
    set_limits(png, width, height);
    png_read_info(png, info);
    if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height) {
        png_error(png, "it has another size than its header says");
    }
    png_set_expand(png);
    png_set_scale_16(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    int channels = png_get_channels(png, info);
    size_t stride = png_get_rowbytes(png, info);
    if (png_get_bit_depth(png, info) != 8 || stride != (size_t)channels * width || channels > 4) {
        png_error(png, "its pixels are of no kind that is known");
    }
    for (uint32_t row = 0; row < height; row++) rows[row] = pixels + row * stride;
    png_read_image(png, rows);
    png_read_end(png, NULL);
    if (source->position != source->count) png_error(png, "there are bytes behind its end");
    return channels;
}

/// Multiplies colours by their alpha and drops it, in place: what lies on black.
static void compose(uint8_t *pixels, size_t count, int channels) {
    int colours = channels - 1;
    for (size_t i = 0; i < count; i++) {
        unsigned alpha = pixels[i * channels + colours];
        for (int c = 0; c < colours; c++) {
            pixels[i * colours + c] = (uint8_t)((pixels[i * channels + c] * alpha + 127) / 255);
        }
    }
}

int CPNGDecode(const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels, char *message) {
    Source source = {bytes, count, 0};
    CPNGSetMessage(message, "memory is short");
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, message, CPNGFail, CPNGIgnore);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    uint8_t **rows = calloc(height, sizeof *rows);
    int channels = info && rows ? read_rows(png, info, &source, width, height, pixels, rows) : 0;
    free(rows);
    png_destroy_read_struct(&png, &info, NULL);
    if (channels == 2 || channels == 4) {
        compose(pixels, (size_t)width * height, channels);
        channels -= 1;
    }
    return channels;
}
