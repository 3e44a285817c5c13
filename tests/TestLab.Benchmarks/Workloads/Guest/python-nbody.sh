prepare() { :; }
run() { python3 /workloads/python-nbody.py; }
