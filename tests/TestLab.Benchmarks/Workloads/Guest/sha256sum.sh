prepare() { cat /usr/lib/x86_64-linux-gnu/*.so.* | head -c 33554432 > data; }
run() { sha256sum data data; }
