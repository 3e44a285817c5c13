prepare() { cat /usr/lib/x86_64-linux-gnu/*.so.* | head -c 8388608 > data; }
run() { gzip -nc data; }
