#ifndef CZLIB_SHIM_H
#define CZLIB_SHIM_H

#include <zlib.h>

/// `inflateInit2` is a macro, which Swift does not import. Takes gzip members only (RFC 1952), or with `wrapped` zlib's own format
/// too (RFC 1950): 16 or 32 + the largest window.
static inline int CZlibInflateInit(z_stream *stream, int wrapped) {
    return inflateInit2(stream, (wrapped ? 32 : 16) + MAX_WBITS);
}

/// `deflateInit2` is a macro too. Makes one gzip member.
static inline int CZlibDeflateInitGzip(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
}

#endif
