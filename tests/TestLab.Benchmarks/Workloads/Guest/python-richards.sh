prepare() { :; }
run() { python3 /workloads/python-richards.py; }
