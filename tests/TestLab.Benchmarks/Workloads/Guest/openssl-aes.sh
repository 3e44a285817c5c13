prepare() { cat /usr/lib/x86_64-linux-gnu/*.so.* | head -c 33554432 > data; }
run() {
    openssl enc -aes-128-cbc -K 000102030405060708090a0b0c0d0e0f -iv 0f0e0d0c0b0a09080706050403020100 -in data \
        | tail -c 4096
}
