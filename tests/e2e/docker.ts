/** Docker's own client, for what tests ask the engine behind the program's back. */

/** What it prints. @throws when it fails. */
export async function docker(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("docker", { args, stdin: "null" })
    .output();
  const decoder = new TextDecoder();
  if (success) return decoder.decode(stdout).trim();
  throw new Error(`docker ${args.join(" ")}: ${decoder.decode(stderr)}`);
}
