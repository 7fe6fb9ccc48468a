/**
 * An address of this machine that boxes reach. Loopback is walled off from them on purpose, and a
 * bridge of docker's is nothing that native boxes know: so an interface is made, and removed again.
 */

/** For documentation only (RFC 5737): nobody's network. */
const ADDRESS = "198.51.100.10";

/** Needs root. Names of interfaces hold 15 characters. */
export async function openReachableAddress(): Promise<{ address: string } & AsyncDisposable> {
  const name = `ct-e2e-${Deno.pid}`;
  await ip("link", "add", name, "type", "bridge");
  const remove = () => ip("link", "del", name);
  try {
    await ip("address", "add", `${ADDRESS}/32`, "dev", name);
    await ip("link", "set", name, "up");
  } catch (error) {
    await remove();
    throw error;
  }
  return { address: ADDRESS, [Symbol.asyncDispose]: remove };
}

async function ip(...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("ip", { args, stdin: "null" }).output();
  if (!success) throw new Error(`ip ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
