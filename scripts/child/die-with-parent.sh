#!/bin/sh
# Runs a command and ends it when the process that started us is gone, however it went: our standard input is a pipe
# that only the parent holds open. Usage: die-with-parent.sh <signal> <directory to remove afterwards, or ''> <niceness> command…
signal=$1
remove=$2
niceness=$3
shift 3
if [ "$niceness" -gt 0 ] && [ -w /proc/self/autogroup ]; then
  # Linux weighs the processes of a session as one, and lets those who aren't root change that of ten sessions a second in all.
  (
    for _ in 1 2 3 4 5 6 7 8 9 10; do
      echo "$niceness" 2>/dev/null >/proc/self/autogroup && exit
      sleep 0.2
    done
  ) &
fi
exec 3<&0
nice -n "$niceness" "$@" </dev/null 3<&- &
child=$!
(
  read -r _ <&3
  kill -s "$signal" "$child" 2>/dev/null
) &
watcher=$!
wait "$child"
code=$?
kill "$watcher" 2>/dev/null
if [ -n "$remove" ]; then rm -rf -- "$remove"; fi
exit "$code"
