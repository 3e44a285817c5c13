# Inserts each in a transaction of its own, on the disk.
folder=/var/tmp/work
prepare() {
    i=0
    while [ $i -lt 200 ]; do
        i=$((i + 1))
        echo "insert into t(b) values ('row $i of a table on the disk');"
    done > inserts
}
run() {
    rm -f base
    { echo 'create table t(a integer primary key, b text);' && cat inserts && echo 'select count(*), sum(a) from t;'; } \
        | sqlite3 base
}
