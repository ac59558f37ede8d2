#include "Message.h"

#include <stdio.h>

void CPNGSetMessage(char *message, const char *text) {
    snprintf(message, CPNGMessageSize, "%s", text);
}

_Noreturn void CPNGFail(png_structp png, png_const_charp text) {
    CPNGSetMessage(png_get_error_ptr(png), text);
    png_longjmp(png, 1);
}

void CPNGIgnore(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}
