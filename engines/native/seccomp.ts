/**
 * The filter of system calls that every native box runs under, as a classic BPF program
 * (seccomp(2)). A list of what is refused, as docker's default profile refuses it, so that programs
 * meet the same kernel in every engine. Pure: launch.pl and walls.pl load what this makes.
 */
import { type Arch, CALLS, REFUSED } from "./syscalls.ts";

export const RETURN = {
  allow: 0x7fff0000,
  kill: 0x80000000,
  /** Or-ed with the number of the error. */
  error: 0x00050000,
} as const;

export const EPERM = 1;
/** "No such call": what makes a libc use the older one, whose arguments we can read. */
export const ENOSYS = 38;
export const EAFNOSUPPORT = 97;

// linux/bpf_common.h
const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_AT_LEAST = 0x35;
const JUMP_BITS = 0x45;
const RETURN_VALUE = 0x06;

// Offsets in struct seccomp_data; both processors are little-endian, so low words come first.
const NUMBER = 0;
const ARCH = 4;
const argument = (index: number): number => 16 + 8 * index;

/** CLONE_NEWTIME … CLONE_NEWNET: a thread or a child may be made, a namespace may not. */
const NAMESPACES = 0x7e020080;
/** Types their argument into the terminal, for the user's shell to read after us. */
const TERMINAL_REQUESTS = [0x5412, /* TIOCSTI */ 0x541c /* TIOCLINUX */];
/** PER_LINUX, PER_LINUX32, UNAME26 or both, and "tell me", as in docker. */
const PERSONALITIES = [0x0, 0x8, 0x20000, 0x20008, 0xffffffff];
/** Leads out past every network namespace, to the hypervisor, or deep into the kernel. */
const SOCKET_FAMILIES = [40, /* AF_VSOCK */ 38 /* AF_ALG */];

export interface Instruction {
  code: number;
  /** How many to skip when the comparison holds, and when it does not. */
  yes: number;
  no: number;
  k: number;
}

/** The whole program, readable; `encode` makes the kernel's form of it. */
export function filter(arch: Arch): Instruction[] {
  const at = ({ column }: Arch, numbers: readonly (number | undefined)[]) => numbers[column];
  const refused = Object.values(REFUSED).map((numbers) => at(arch, numbers))
    .filter((number): number is number => number !== undefined);
  const call = (name: keyof typeof CALLS): number => CALLS[name][arch.column];
  return [
    load(ARCH),
    { code: JUMP_EQUAL, yes: 1, no: 0, k: arch.audit },
    result(RETURN.kill),
    load(NUMBER),
    ...(arch.x32 === undefined ? [] : [
      { code: JUMP_AT_LEAST, yes: 0, no: 1, k: arch.x32 },
      result(RETURN.kill),
    ]),
    ...refused.flatMap((number) => when(number, [result(RETURN.error | EPERM)])),
    ...when(call("clone3"), [result(RETURN.error | ENOSYS)]),
    ...when(call("clone"), [
      load(argument(0)),
      { code: JUMP_BITS, yes: 0, no: 1, k: NAMESPACES },
      result(RETURN.error | EPERM),
      result(RETURN.allow),
    ]),
    ...when(call("ioctl"), [load(argument(1)), ...refuseValues(TERMINAL_REQUESTS, EPERM)]),
    ...when(call("socket"), [load(argument(0)), ...refuseValues(SOCKET_FAMILIES, EAFNOSUPPORT)]),
    ...when(call("personality"), [
      load(argument(0)),
      ...PERSONALITIES.flatMap((value) => when(value, [result(RETURN.allow)])),
      result(RETURN.error | EPERM),
    ]),
    result(RETURN.allow),
  ];
}

/** An array of struct sock_filter. */
export function encode(program: readonly Instruction[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(program.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [index, { code, yes, no, k }] of program.entries()) {
    view.setUint16(index * 8, code, true);
    view.setUint8(index * 8 + 2, yes);
    view.setUint8(index * 8 + 3, no);
    view.setUint32(index * 8 + 4, k, true);
  }
  return bytes;
}

/** Does `body`, which must end in a result, when the loaded word is `value`. */
function when(value: number, body: readonly Instruction[]): Instruction[] {
  return [{ code: JUMP_EQUAL, yes: 0, no: body.length, k: value }, ...body];
}

function refuseValues(values: readonly number[], error: number): Instruction[] {
  return [
    ...values.flatMap((value) => when(value, [result(RETURN.error | error)])),
    result(RETURN.allow),
  ];
}

function load(offset: number): Instruction {
  return { code: LOAD, yes: 0, no: 0, k: offset };
}

function result(value: number): Instruction {
  return { code: RETURN_VALUE, yes: 0, no: 0, k: value >>> 0 };
}
