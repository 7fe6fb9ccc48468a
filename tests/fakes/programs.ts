/**
 * Programs on a PATH of their own: shell scripts that stand in for docker, systemctl and their like.
 * PATH of this process is theirs alone until the end, because drivers start programs by name.
 */

export interface FakePrograms extends AsyncDisposable {
  /** Where they are; also a place for what they write. */
  folder: string;
  /** Makes or replaces one. `$0.calls` gets a line of arguments for each call. */
  put(name: string, script: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** The arguments of each call of it so far. */
  calls(name: string): Promise<string[]>;
}

/**
 * @param scripts by name, each a body for /bin/sh; only built-in commands are on its PATH
 * @param env further variables of this process meanwhile; undefined takes one away
 */
export async function makePrograms(
  scripts: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<FakePrograms> {
  const folder = await Deno.makeTempDir({ prefix: "ct-programs-" });
  const before = new Map<string, string | undefined>();
  for (const [name, value] of Object.entries({ PATH: folder, ...env })) {
    before.set(name, Deno.env.get(name));
    setVariable(name, value);
  }
  const programs: FakePrograms = {
    folder,
    async put(name, script) {
      const draft = `${folder}/.${name}`;
      const text = `#!/bin/sh\necho "$*" >> "${folder}/${name}.calls"\n${script}\n`;
      await Deno.writeTextFile(draft, text, { mode: 0o755 });
      await Deno.rename(draft, `${folder}/${name}`);
    },
    remove: (name) => Deno.remove(`${folder}/${name}`),
    async calls(name) {
      try {
        const text = await Deno.readTextFile(`${folder}/${name}.calls`);
        return text.split("\n").slice(0, -1);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return [];
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      for (const [name, value] of before) setVariable(name, value);
      await Deno.remove(folder, { recursive: true });
    },
  };
  for (const [name, script] of Object.entries(scripts)) await programs.put(name, script);
  return programs;
}

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) Deno.env.delete(name);
  else Deno.env.set(name, value);
}
