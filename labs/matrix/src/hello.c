#include <stdio.h>

int main(void)
{
    printf("Hello from a %zu-bit program\n", 8 * sizeof(void *));
    return 0;
}
