# A file of some thousand lines, optimized.
prepare() { python3 /workloads/gcc.py > program.c; }
run() { gcc -O2 -c -o program.o program.c && sha256sum program.o; }
