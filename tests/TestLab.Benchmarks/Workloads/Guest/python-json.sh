prepare() { :; }
run() { python3 /workloads/python-json.py; }
