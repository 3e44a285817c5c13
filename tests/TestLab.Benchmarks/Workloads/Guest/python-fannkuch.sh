prepare() { :; }
run() { python3 /workloads/python-fannkuch.py; }
