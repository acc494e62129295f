#!/usr/bin/env bash
# Run a throw-away SLURM of one node until standard input ends: slurm_up.sh FOLDER PORT PORT FAKE_GPUS
# It needs no root and touches nothing outside FOLDER, whose path must be short, for it holds a socket. Clients find it
# by SLURM_CONF=FOLDER/slurm.conf, and want FOLDER/bin first in PATH.
set -euo pipefail
export PATH="$PATH:/usr/sbin:/sbin"
cd "$1"
fake_gpus=$4 host=$(hostname -s) user=$(id -un)
export SLURM_CONF=$PWD/slurm.conf
mkdir -p state spool bin

# proctrack, task, accounting: the ones that need neither cgroups nor a database.
# config_overrides: the node has the CPUs written here, whatever the machine has, so that every job fits.
# MinJobAge: finished jobs stay in squeue, which stands in for the missing database.
cat >slurm.conf <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$2
SlurmdPort=$3
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$PWD/munge.socket
CredType=cred/munge
StateSaveLocation=$PWD/state
SlurmdSpoolDir=$PWD/spool
SlurmctldPidFile=$PWD/slurmctld.pid
SlurmdPidFile=$PWD/slurmd.pid
SlurmctldLogFile=$PWD/slurmctld.log
SlurmdLogFile=$PWD/slurmd.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MinJobAge=600
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
GresTypes=gpu
NodeName=$host NodeAddr=127.0.0.1 CPUs=16 RealMemory=100000 Gres=gpu:$fake_gpus State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF

# Any character device passes for a GPU.
devices=(/dev/zero /dev/null /dev/full /dev/random)
for device in "${devices[@]:0:fake_gpus}"; do echo "NodeName=$host Name=gpu File=$device"; done >gres.conf
# Nothing here uses cgroups, but slurmd 22.05 looks for them and stops where it cannot tell their version.
echo 'CgroupPlugin=cgroup/v1' >cgroup.conf

# Jobs submitted by Snakemake lose SLURM_CONF (slurm-jobstep plugin 0.6) before they call srun.
printf '#!/bin/sh\nSLURM_CONF=%s exec %s "$@"\n' "$SLURM_CONF" "$(command -v srun)" >bin/srun
chmod +x bin/srun

trap 'scancel --quiet --user "$user" || true; kill $(jobs -p) || true; wait' EXIT
(umask 077 && head -c 1024 /dev/urandom >munge.key)
munged --foreground --force --key-file="$PWD/munge.key" --socket="$PWD/munge.socket" \
  --pid-file="$PWD/munged.pid" --log-file="$PWD/munged.log" --seed-file="$PWD/munged.seed" &>munged.out &
until [ -S munge.socket ]; do sleep 0.1; done
slurmctld -D &>slurmctld.out &
slurmd -D &>slurmd.out &
cat # whoever started this has closed the pipe, or died
