// Signs with RSA, and checks the last signature: sign KEY COUNT
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments) {
    FILE *file = count == 3 ? fopen(arguments[1], "r") : 0;
    EVP_PKEY *key = file ? PEM_read_PrivateKey(file, 0, 0, 0) : 0;
    EVP_PKEY_CTX *context = key ? EVP_PKEY_CTX_new(key, 0) : 0;
    if (!context) return 2;
    unsigned char digest[32] = {1, 2, 3}, signature[256];
    int signatures = atoi(arguments[2]);
    if (EVP_PKEY_sign_init(context) != 1 || EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) != 1) return 3;
    for (int i = 0; i < signatures; i++) {
        size_t length = sizeof signature;
        digest[31] = (unsigned char)i;
        if (EVP_PKEY_sign(context, signature, &length, digest, sizeof digest) != 1) return 4;
    }
    if (EVP_PKEY_verify_init(context) != 1 || EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) != 1) return 5;
    if (EVP_PKEY_verify(context, signature, sizeof signature, digest, sizeof digest) != 1) return 6;
    printf("%d signatures\n", signatures);
    return 0;
}
