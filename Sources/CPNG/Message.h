#ifndef CPNG_MESSAGE_H
#define CPNG_MESSAGE_H

#include "CPNG.h"

#include <png.h>

void CPNGSetMessage(char *message, const char *text);

/// Keeps the text as the message and goes back to the `setjmp`.
_Noreturn void CPNGFail(png_structp png, png_const_charp text);

void CPNGIgnore(png_structp png, png_const_charp text);

#endif
