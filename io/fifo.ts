/** Named pipes, which Deno cannot make by itself: one call into the C library. */

/** Makes a pipe that only the user can open. @throws when it cannot be made. */
export function makeFifo(path: string): void {
  const library = Deno.build.os === "darwin" ? "libSystem.dylib" : "libc.so.6";
  const libc = Deno.dlopen(library, { mkfifo: { parameters: ["buffer", "u32"], result: "i32" } });
  const result = libc.symbols.mkfifo(new TextEncoder().encode(`${path}\0`), 0o600);
  libc.close();
  if (result !== 0) throw new Error(`Cannot make the pipe "${path}"`);
}
