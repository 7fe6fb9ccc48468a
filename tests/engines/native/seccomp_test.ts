/** The filter, run by a small interpreter of classic BPF: every answer without a kernel. */
import assert from "node:assert/strict";
import {
  EAFNOSUPPORT,
  encode,
  ENOSYS,
  EPERM,
  filter,
  type Instruction,
  RETURN,
} from "../../../engines/native/seccomp.ts";
import { type Arch, archOf, CALLS, REFUSED } from "../../../engines/native/syscalls.ts";

/** What the kernel would answer to this call. */
function answer(
  program: readonly Instruction[],
  audit: number,
  number: number,
  args: readonly number[] = [],
): number {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, number, true);
  data.setUint32(4, audit, true);
  args.forEach((value, index) => data.setBigUint64(16 + 8 * index, BigInt(value), true));
  let loaded = 0;
  for (let at = 0; at < program.length; at++) {
    const { code, yes, no, k } = program[at] ?? assert.fail("jumped out of the program");
    if (code === 0x20) loaded = data.getUint32(k, true);
    else if (code === 0x06) return k;
    else {
      const holds = code === 0x15
        ? loaded === k
        : code === 0x35
        ? loaded >= k
        : code === 0x45
        ? (loaded & k) !== 0
        : assert.fail(`unknown code ${code}`);
      at += holds ? yes : no;
    }
  }
  return assert.fail("ran out of the program");
}

const error = (number: number): number => RETURN.error | number;

for (const name of ["x86_64", "aarch64"]) {
  const arch: Arch = archOf(name);
  const program = filter(arch);
  const of = (number: number, ...args: number[]) => answer(program, arch.audit, number, args);
  const call = (word: keyof typeof CALLS): number => CALLS[word][arch.column];
  const test = (behaviour: string, check: () => void) =>
    Deno.test(`native filter (${name}): ${behaviour}`, check);

  test("every call of the list is refused", () => {
    for (const [word, numbers] of Object.entries(REFUSED)) {
      const number = numbers[arch.column];
      if (number !== undefined) assert.equal(of(number), error(EPERM), word);
    }
  });

  test("ordinary calls pass", () => {
    const ordinary = name === "x86_64"
      ? { read: 0, openat: 257, execve: 59, futex: 202, ptrace: 101, landlock: 444 }
      : { read: 63, openat: 56, execve: 221, futex: 98, ptrace: 117, landlock: 444 };
    for (const [word, number] of Object.entries(ordinary)) {
      assert.equal(of(number), RETURN.allow, word);
    }
  });

  test("a foreign processor's calls kill", () => {
    assert.equal(answer(program, 0x40000003, /* i386 */ 0), RETURN.kill);
    if (arch.x32 !== undefined) assert.equal(of(arch.x32 + 1), RETURN.kill);
  });

  test("a child is made, a namespace is not", () => {
    const THREAD = 0x003d0f00;
    assert.equal(of(call("clone"), THREAD), RETURN.allow);
    assert.equal(of(call("clone"), 17), RETURN.allow);
    const flags = [
      0x80,
      0x20000,
      0x2000000,
      0x4000000,
      0x8000000,
      0x10000000,
      0x20000000,
      0x40000000,
    ];
    for (const flag of flags) assert.equal(of(call("clone"), flag | 17), error(EPERM));
    assert.equal(of(call("clone3")), error(ENOSYS));
    assert.equal(of(call("unshare"), 0x10000000), error(EPERM));
  });

  test("the terminal takes no typing, whatever the upper half says", () => {
    for (const request of [0x5412, 0x541c, 0xff_0000_5412]) {
      assert.equal(of(call("ioctl"), 0, request), error(EPERM));
    }
    assert.equal(of(call("ioctl"), 0, 0x5413 /* TIOCGWINSZ */), RETURN.allow);
  });

  test("sockets that lead past every namespace are refused", () => {
    assert.equal(of(call("socket"), 40), error(EAFNOSUPPORT));
    assert.equal(of(call("socket"), 38), error(EAFNOSUPPORT));
    for (const family of [1, 2, 10, 16]) assert.equal(of(call("socket"), family), RETURN.allow);
  });

  test("only the harmless personalities are taken", () => {
    assert.equal(of(call("personality"), 0xffffffff), RETURN.allow);
    assert.equal(of(call("personality"), 0x0040000 /* no randomisation */), error(EPERM));
  });
}

Deno.test("native filter: is encoded as the kernel reads it", () => {
  const bytes = encode([{ code: 0x15, yes: 1, no: 2, k: 0xc000003e }]);
  assert.deepEqual([...bytes], [0x15, 0, 1, 2, 0x3e, 0, 0, 0xc0]);
});

Deno.test("native filter: an unknown processor is refused", () => {
  assert.throws(() => archOf("riscv64"), { code: "unavailable" });
});
