prepare() { :; }
run() {
    for i in 1 2 3 4 5; do
        python3 -c 'import json, re, collections; print(json.dumps({"start": 1}))' || return
    done
}
