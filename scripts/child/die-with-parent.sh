#!/bin/sh
# Runs a command and ends it when the process that started us is gone, however it went: our standard input is a pipe
# that only the parent holds open. Usage: die-with-parent.sh <signal> <directory to remove afterwards, or ''> command…
signal=$1
remove=$2
shift 2
exec 3<&0
"$@" </dev/null 3<&- &
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
