prepare() { :; }
run() { python3 /workloads/python-strings.py; }
