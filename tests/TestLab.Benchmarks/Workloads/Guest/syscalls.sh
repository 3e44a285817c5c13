# Two system calls a byte.
prepare() { :; }
run() { dd if=/dev/zero of=/dev/null bs=1 count=500000 status=none && echo done; }
