# Signatures of RSA 2048: a fixed number of them, since seconds of a guest are not seconds.
prepare() { gcc -O2 -o sign /workloads/openssl-rsa.c -lcrypto && openssl genrsa -out key 2048 2> /dev/null; }
run() { ./sign key 500; }
