// The form for any CPU: correct everywhere, exact, and slow where there is no FMA instruction.
#define ELBO_TABLE elbo_portable
#define ELBO_HARDWARE_FMA 0
#define WIDTH 4
#define TILE_ROWS 6
#define ROWS_FOR_WIDE 1
#include "Template/table.h"
