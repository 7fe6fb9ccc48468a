/**
 * The door of the program: joins the command line to what answers it, and is the only place that
 * exits. No parsing here, and nothing is loaded before it is needed: `--version` loads this file.
 */
import { VERSION } from "./core/version.ts";
import { toSink } from "./io/sink.ts";

async function main(argv: string[]): Promise<number> {
  const [{ run }, { openTerminal }] = await Promise.all([
    import("./cli/run.ts"),
    import("./io/terminal.ts"),
  ]);
  const env = Deno.env.toObject();
  return await run(argv, {
    ...openTerminal(() => Deno.exit(130)),
    colours: !env.NO_COLOR,
    codes: env.TERM !== "dumb",
    debug: env.CONSTRUCT_DEBUG === "1",
    clock: {
      now: () => Date.now(),
      // Arrows, because timers refuse to be called as methods of something else.
      setTimeout: (callback, ms) => setTimeout(callback, ms),
      clearTimeout: (id) => clearTimeout(Number(id)),
    },
    connect: async (notes) =>
      (await import("./supervisor/local.ts")).createLocal({ env, cwd: Deno.cwd(), notes }),
  });
}

const [word = "", ...others] = Deno.args;
if (/^(version|--version|-v)$/.test(word) && others.length === 0) {
  toSink(Deno.stdout).write(`construct ${VERSION}\n`);
} else {
  Deno.exit(await main(Deno.args));
}
