# Inserts in one transaction, an index, a query.
prepare() { :; }
run() {
    rm -f base
    sqlite3 base 'create table t(a integer primary key, b text, c real); begin;
        with recursive n(i) as (select 1 union all select i + 1 from n where i < 60000)
            insert into t select i, hex(i * 7919 % 65537) || "x", i / 7.0 from n;
        commit; create index u on t(b); select count(*), sum(length(b)), max(c) from t where b > "4";'
}
