/** `ct demo`: a scripted agent tries what it must not, and this shows what came of it. */
import { z } from "zod";
import type { DemoReport } from "../../core/client.ts";
import { AGENTS } from "../../core/model/agents.ts";
import { ENGINE_NAMES } from "../../core/model/engine.ts";
import { arg, type CommandContext, defineCommand } from "../command.ts";
import { plain } from "../table.ts";
import { duration } from "../words.ts";

export const demo = defineCommand({
  path: ["demo"],
  summary: "Show on a throwaway project what a box refuses",
  args: z.object({
    agent: z.enum(AGENTS.map(({ name }) => name)).optional()
      .describe("Agent to ask in place of the scripted one")
      .register(arg, { complete: "agents", value: "name" }),
    engine: z.enum(ENGINE_NAMES).optional().describe("Engine that makes the box")
      .register(arg, { complete: "engines", value: "name" }),
    json: z.boolean().default(false).describe("Print JSON"),
  }),
  examples: ["ct demo", "ct demo --engine docker --json"],
  rpc: ["demo"],

  async run(context, { agent, engine, json }) {
    const report = await ask(context, { agent, engine });
    if (json) context.json(report);
    else show(report, context);
    return report.passed ? 0 : 1;
  },
});

async function ask(
  { client, status, signal }: CommandContext,
  request: Parameters<CommandContext["client"]["demo"]>[0],
): Promise<DemoReport> {
  using progress = status("Trying to break out of a box");
  return await client.demo(request, progress.line, { signal });
}

function show({ engine, rows, diff, timings, passed }: DemoReport, context: CommandContext): void {
  const { out, table, style } = context;
  out(style.bold(`Attempts (engine ${engine})`));
  table(rows, [
    {
      title: "",
      value: ({ wanted, got }) => wanted === got ? "ok" : "FAIL",
      look: (cell, { wanted, got }) => wanted === got ? style.good(cell) : style.bad(cell),
    },
    { title: "attempt", value: ({ attempt }) => attempt },
    { title: "wanted", value: ({ wanted }) => wanted },
    { title: "got", value: ({ got }) => got },
    { title: "detail", value: ({ detail }) => detail },
  ]);
  out("");
  out(style.bold("What changed in the project"));
  const lines = diff.trimEnd().split("\n").map((line) => plain(line.replaceAll("\t", "  ")));
  (diff.trim() === "" ? ["nothing"] : lines).forEach(out);
  out("");
  out(style.bold("Times"));
  table(timings, [
    { title: "step", value: ({ step }) => step },
    { title: "time", value: ({ milliseconds }) => duration(milliseconds) },
  ]);
  out("");
  const failed = rows.filter(({ wanted, got }) => wanted !== got).length;
  out(passed ? "The box held" : `The box did not hold: ${failed} of ${rows.length} went wrong`);
}
