/** `ct engine list`: what detection found, and what the rule of choice makes of it. */
import { z } from "zod";
import type { EngineFacts } from "../../../core/model/engine.ts";
import { defineCommand, looks } from "../../command.ts";
import type { Style } from "../../style.ts";

export const engineList = defineCommand({
  path: ["engine", "list"],
  summary: "List the engines and say which one would be taken",
  args: z.object(looks("the names of those that answer")),
  examples: ["ct engine list", "ct engine list --json"],
  rpc: ["engine.list"],

  async run({ client, out, err, table, json, signal }, args) {
    const { engines, choice } = await client.engine.list({ signal });
    if (args.json) return json({ engines, choice });
    if (args.quiet) {
      return engines.filter(({ answers }) => answers).forEach(({ name }) => out(name));
    }
    table(engines, [
      { title: "name", value: ({ name }) => name },
      { title: "installed", value: ({ installed }) => yesNo(installed) },
      { title: "answers", value: ({ answers }) => yesNo(answers), look: mark },
      { title: "version", value: ({ version }) => version ?? "-" },
      { title: "endpoint", value: ({ endpoint }) => endpoint ?? "-" },
      { title: "taken", value: ({ name }) => name === choice?.name ? `yes: ${choice.why}` : "no" },
      { title: "detail", value: ({ detail }) => detail ?? "" },
    ]);
    if (choice === undefined) err("No engine can make a box now");
    else if (choice.notice !== undefined) err(choice.notice);
  },
});

function yesNo(fact: boolean): string {
  return fact ? "yes" : "no";
}

/** Colour only repeats what the word says. */
function mark(cell: string, { answers, installed }: EngineFacts, { good, bad }: Style): string {
  if (answers) return good(cell);
  return installed ? bad(cell) : cell;
}
