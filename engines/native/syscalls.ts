/**
 * Numbers of system calls, for the filter and for the Perl templates, by processor. From Linux's
 * arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h. Data only.
 */
import { AppError } from "../../core/errors.ts";

export interface Arch {
  /** AUDIT_ARCH_… of linux/audit.h. */
  audit: number;
  /** Numbers from here on are x32's, a second door to the same kernel; undefined where there is none. */
  x32: number | undefined;
  column: 0 | 1;
}

const ARCHES: Readonly<Record<string, Arch>> = {
  x86_64: { audit: 0xc000003e, x32: 0x40000000, column: 0 },
  aarch64: { audit: 0xc00000b7, x32: undefined, column: 1 },
};

type Numbers = readonly [x86_64: number | undefined, aarch64: number | undefined];

/** What no box may call: what docker's default profile refuses to a container without capabilities. */
export const REFUSED: Readonly<Record<string, Numbers>> = {
  acct: [163, 89],
  add_key: [248, 217],
  adjtimex: [159, 171],
  bpf: [321, 280],
  chroot: [161, 51],
  clock_adjtime: [305, 266],
  clock_settime: [227, 112],
  create_module: [174, undefined],
  delete_module: [176, 106],
  fanotify_init: [300, 262],
  finit_module: [313, 273],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fsopen: [430, 430],
  fspick: [433, 433],
  get_kernel_syms: [177, undefined],
  get_mempolicy: [239, 236],
  init_module: [175, 105],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  io_uring_setup: [425, 425],
  ioperm: [173, undefined],
  iopl: [172, undefined],
  kexec_file_load: [320, 294],
  kexec_load: [246, 104],
  keyctl: [250, 219],
  lookup_dcookie: [212, 18],
  mbind: [237, 235],
  migrate_pages: [256, 238],
  mount: [165, 40],
  mount_setattr: [442, 442],
  move_mount: [429, 429],
  move_pages: [279, 239],
  name_to_handle_at: [303, 264],
  nfsservctl: [180, 42],
  open_by_handle_at: [304, 265],
  open_tree: [428, 428],
  open_tree_attr: [467, 467],
  perf_event_open: [298, 241],
  pivot_root: [155, 41],
  query_module: [178, undefined],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  reboot: [169, 142],
  request_key: [249, 218],
  set_mempolicy: [238, 237],
  set_mempolicy_home_node: [450, 450],
  setdomainname: [171, 162],
  sethostname: [170, 161],
  setns: [308, 268],
  settimeofday: [164, 170],
  swapoff: [168, 225],
  swapon: [167, 224],
  _sysctl: [156, undefined],
  sysfs: [139, undefined],
  syslog: [103, 116],
  umount2: [166, 39],
  unshare: [272, 97],
  uselib: [134, undefined],
  userfaultfd: [323, 282],
  ustat: [136, undefined],
  vhangup: [153, 58],
};

/** Those that we look at more closely, or make ourselves. */
export const CALLS = {
  capset: [126, 91],
  clone: [56, 220],
  clone3: [435, 435],
  close: [3, 57],
  ioctl: [16, 29],
  mount: [165, 40],
  mount_setattr: [442, 442],
  move_mount: [429, 429],
  open_tree: [428, 428],
  personality: [135, 92],
  pivot_root: [155, 41],
  prctl: [157, 167],
  seccomp: [317, 277],
  sethostname: [170, 161],
  socket: [41, 198],
  umount2: [166, 39],
  unshare: [272, 97],
} as const;

/** @throws `unavailable` on a processor whose numbers we do not know. */
export function archOf(name: string): Arch {
  const arch = ARCHES[name];
  if (arch !== undefined) return arch;
  throw new AppError("unavailable", `Cannot use engine "native" on a ${name} processor`, {
    hint: "Use a container engine: --ct-engine docker",
  });
}

/** `--call=` arguments of the Perl templates. */
export function callArgs({ column }: Arch): string[] {
  return Object.entries(CALLS).map(([name, numbers]) => `--call=${name}:${numbers[column]}`);
}
