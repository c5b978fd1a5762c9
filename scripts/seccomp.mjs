#!/usr/bin/env node
// node scripts/seccomp.mjs > docker/seccomp.json     by hand, where linux-libc-dev (Linux 6.1 or newer) is installed
// The system calls that a container of frota may make: all that the kernel's own headers name, but for those below. Docker's
// own profile keeps Chromium from its sandbox, because it denies new namespaces and chroot to whoever has no capabilities;
// here these are allowed, and of the rest at least as much is denied. What no header of today names answers as on a kernel
// that does not have it, so that programs fall back on what they used before.
import { readFileSync } from 'node:fs'

const HEADERS = ['/usr/include/x86_64-linux-gnu/asm/unistd_64.h', '/usr/include/asm-generic/unistd.h']
const [EPERM, ENOSYS] = [1, 38]

/** By what one could do with them. */
const DENIED = {
  'the kernel itself':
    'create_module delete_module finit_module get_kernel_syms init_module kexec_file_load kexec_load query_module reboot',
  'its eyes and hooks': 'bpf lookup_dcookie perf_event_open syslog fanotify_init userfaultfd',
  'its secrets': 'add_key keyctl request_key memfd_secret',
  'file systems': `fsconfig fsmount fsopen fspick mount mount_setattr move_mount nfsservctl open_by_handle_at open_tree pivot_root
    quotactl quotactl_fd swapoff swapon sysfs umount umount2 ustat uselib`,
  'the clock and the names of the machine': 'clock_settime settimeofday setdomainname sethostname vhangup acct',
  'ports and descriptors of the processor': 'ioperm iopl modify_ldt',
  'other processes': 'kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace setns',
  'where memory lies': 'get_mempolicy mbind migrate_pages move_pages set_mempolicy set_mempolicy_home_node',
  'a second way to every system call': 'io_uring_enter io_uring_register io_uring_setup',
  'what nobody has used for decades':
    '_sysctl afs_syscall epoll_ctl_old epoll_wait_old getpmsg putpmsg security tuxcall vserver',
}
/** Allowed with these first arguments only: the ordinary execution domain, and the question which one it is. */
const PERSONALITIES = [0, 0xffffffff]
/** AF_ALG and AF_VSOCK reach the kernel's cryptography and the hypervisor. */
const CLOSED_FAMILIES = [38, 40]

const words = (text) => text.split(/\s+/).filter(Boolean)
const denied = new Set(Object.values(DENIED).flatMap(words))
const named = new Set(
  HEADERS.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^#define __NR(?:3264)?_(\w+)\s/gm)].map(([, name]) => name),
  ),
)
for (const name of ['syscalls', 'arch_specific_syscall', 'personality', 'socket']) named.delete(name)
const allowed = [...named].filter((name) => !denied.has(name)).sort()

const allow = (names, args) => ({ names, action: 'SCMP_ACT_ALLOW', ...(args && { args }) })
const first = (op, value) => ({ index: 0, value, op })
const only64Bit = (architecture) => ({ architecture, subArchitectures: [] })

const profile = {
  defaultAction: 'SCMP_ACT_ERRNO',
  defaultErrnoRet: ENOSYS,
  archMap: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_AARCH64'].map(only64Bit),
  syscalls: [
    allow(allowed),
    ...PERSONALITIES.map((value) => allow(['personality'], [first('SCMP_CMP_EQ', value)])),
    // Rules are joined by "or": so it is below the first, between the two, or above the last.
    allow(['socket'], [first('SCMP_CMP_LT', CLOSED_FAMILIES[0])]),
    allow(['socket'], [first('SCMP_CMP_EQ', CLOSED_FAMILIES[0] + 1)]),
    allow(['socket'], [first('SCMP_CMP_GT', CLOSED_FAMILIES[1])]),
    { names: [...denied].sort(), action: 'SCMP_ACT_ERRNO', errnoRet: EPERM },
  ],
}
process.stdout.write(`${JSON.stringify(profile, null, 2)}\n`)
