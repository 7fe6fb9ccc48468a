/** The bundle of a small project: names of the import map, lazy chunks, and templates beside them. */
import assert from "node:assert/strict";
import { bundle, toAliases } from "../../scripts/bundle.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("bundle: reads the import map", () => {
  assert.deepEqual(
    toAliases({
      "@std/path": "node:path",
      "@std/toml": "npm:smol-toml@1.9.1",
      "@david/dax": "npm:dax@0.49.0",
      "zod": "npm:zod@4.6.7",
      "hono/client": "npm:hono@4.13.19/client",
      "@scope/name": "npm:@scope/name@1.0.0",
      "short": "npm:@scope/name@1.0.0/sub",
    }),
    {
      "@std/path": "node:path",
      "@std/toml": "smol-toml",
      "@david/dax": "dax",
      "short": "@scope/name/sub",
    },
  );
});

// esbuild's process ends a moment after its stop() has answered, so leaks cannot be told apart.
const LOOSE = { sanitizeOps: false, sanitizeResources: false };

Deno.test(
  "bundle: keeps a lazy import out of the entry, and runs from anywhere",
  LOOSE,
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.mkdir(`${folder}/io`);
      await Deno.mkdir(`${folder}/templates`);
      await Deno.mkdir(`${folder}/bundle`);
      for (const name of ["deno.json", "deno.lock"]) {
        await Deno.copyFile(new URL(name, ROOT), `${folder}/${name}`);
      }
      await Deno.writeTextFile(`${folder}/templates/a.txt`, "from a template");
      await Deno.writeTextFile(
        `${folder}/io/lazy.ts`,
        `import { parse } from "@std/toml";
       const file = new URL("../templates/a.txt", import.meta.url);
       export const read = (): string => Deno.readTextFileSync(file) + parse("a = 1").a;`,
      );
      await Deno.writeTextFile(
        `${folder}/main.ts`,
        `const { read } = await import("./io/lazy.ts"); console.log(read());`,
      );
      const root = new URL(`file://${folder}/`);
      const { outputs } = await bundle(root, new URL("main.ts", root), new URL("bundle/", root));
      const [, entry] = Object.entries(outputs).find(([path]) => path.endsWith("bundle/main.js")) ??
        [];
      assert.ok(entry !== undefined && entry.bytes < 1000);
      assert.ok(entry.imports.every(({ kind }) => kind === "dynamic-import"));

      await Deno.remove(`${folder}/deno.json`);
      await Deno.remove(`${folder}/io`, { recursive: true });
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-config", `${folder}/bundle/main.js`],
      }).output();
      assert.equal(new TextDecoder().decode(stdout), "from a template1\n");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
