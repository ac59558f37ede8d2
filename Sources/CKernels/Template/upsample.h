// Nearest neighbours: every place of an image becomes a square of factor × factor places.

static void upsample(elbo_extent image, size_t channels, size_t factor, size_t rows, const float *x, float *y) {
    size_t line = image.width * channels;
    for (size_t r = 0; r < rows * image.height; r++, x += line) {
        float *first = y;
        for (size_t c = 0; c < image.width; c++)
            for (size_t j = 0; j < factor; j++, y += channels) copy_run(y, x + c * channels, channels);
        for (size_t i = 1; i < factor; i++, y += line * factor) memcpy(y, first, line * factor * sizeof *y);
    }
}

/// dx = Σ dy over the square, its rows in order.
static void upsample_backward(elbo_extent image, size_t channels, size_t factor, size_t rows, const float *dy, float *dx) {
    size_t line = image.width * channels;
    memset(dx, 0, rows * image.height * line * sizeof *dx);
    for (size_t r = 0; r < rows * image.height; r++, dx += line)
        for (size_t i = 0; i < factor; i++)
            for (size_t c = 0; c < image.width; c++)
                for (size_t j = 0; j < factor; j++, dy += channels) add_run(dx + c * channels, dy, channels);
}
