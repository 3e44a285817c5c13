prepare() { :; }
run() { python3 /workloads/python-regex.py; }
