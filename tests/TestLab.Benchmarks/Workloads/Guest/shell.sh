# A loop in the shell itself.
prepare() { :; }
run() {
    i=0 sum=0
    while [ $i -lt 100000 ]; do
        i=$((i + 1))
        case $i in
            *7) sum=$((sum + i)) ;;
            *) sum=$((sum ^ i)) ;;
        esac
    done
    echo $sum
}
