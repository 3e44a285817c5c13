"""Prints a C program of many functions that look alike and are not the same."""

FUNCTIONS = 24

print("#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n")
print("struct node { struct node *left, *right; int key; double weight; char name[16]; };\n")
for n in range(FUNCTIONS):
    print(f"""
static int visit{n}(struct node *node, int depth, int *counts) {{
    if (!node) return depth;
    counts[(node->key * {n * 2 + 3}) & 63] += depth ^ {n};
    switch (node->key % {n % 7 + 3}) {{
        case 0: node->weight *= {n}.25 + depth; break;
        case 1: snprintf(node->name, sizeof node->name, "n%d", node->key + {n}); break;
        case 2: for (int i = 0; i < {n % 9 + 2}; i++) counts[i] ^= counts[63 - i] * node->key >> (i & 7); break;
        default: if (strlen(node->name) > {n % 5}) node->key = (int)(node->weight / ({n} + 1)) - depth;
    }}
    int left = visit{n}(node->left, depth + 1, counts), right = visit{n}(node->right, depth + {n % 3 + 1}, counts);
    return left > right ? left : right{f" + visit{n - 1}(node->left, 0, counts)" if n else ""};
}}""")
print(f"""
int main(int count, char **arguments) {{
    struct node nodes[64] = {{0}};
    int counts[64] = {{count}};
    for (int i = 0; i < 64; i++) nodes[i].key = atoi(arguments[i % count]) + i;
    for (int i = 1; i < 64; i++) *(i & 1 ? &nodes[(i - 1) / 2].left : &nodes[(i - 1) / 2].right) = &nodes[i];
    printf("%d\\n", visit{FUNCTIONS - 1}(nodes, 0, counts));
}}""")
