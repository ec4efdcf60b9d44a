#!/bin/sh
# boot.sh NAME FOLDER: become the first process of a host, in namespaces that are its own already.
#
# FOLDER is the bed's. Out of the environment: what is hidden from the host (BED_HIDE), and which paths below
# that are seen all the same (BED_KEEP), one a line.
set -eu
name=$1
bed=$2
own=$bed/$name
umask 022

hostname "$name"
mount -t tmpfs -o mode=1777 none /dev/shm
mount -t tmpfs -o mode=755 none /run
mkdir -p /run/sshd /run/lock /run/kept

# Who asks "is that the same machine?" must be told no, whichever way he asks.
cover() {
  [ ! -e "$2" ] || mount --bind "$1" "$2"
}
cover "$own/hostname" /etc/hostname
cover "$own/machine-id" /etc/machine-id
cover "$own/boot-id" /proc/sys/kernel/random/boot_id
cover "$bed/hosts" /etc/hosts
cover "$bed/ssh/ssh_config" /etc/ssh/ssh_config

newline='
'
each() { # each LIST COMMAND...: the command for each line
  list=$1
  shift
  set -f
  IFS=$newline
  for path in $list; do
    unset IFS
    "$@" "$path"
  done
  unset IFS
  set +f
}
at() {
  echo "/run/kept/$(printf %s "$1" | tr / :)"
}
set_aside() {
  if [ -d "$1" ]; then mkdir "$(at "$1")"; else : >"$(at "$1")"; fi
  mount --bind "$1" "$(at "$1")"
}
hide() {
  mount -t tmpfs -o "mode=$(stat -c %a "$1"),size=1g" none "$1"
}
put_back() {
  mkdir -p "$(dirname "$1")"
  if [ -d "$(at "$1")" ]; then mkdir -p "$1"; else : >"$1"; fi
  mount --move "$(at "$1")" "$1"
}
if [ -n "$BED_HIDE" ]; then
  each "$BED_KEEP" set_aside
  each "$BED_HIDE" hide
  each "$BED_KEEP" put_back
fi

cd /
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  /usr/sbin/sshd -D -e -f "$bed/ssh/sshd_config" -h "$own/host-key"
