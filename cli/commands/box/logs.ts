/** `ct box logs`: the life of a box as it was recorded. What the program printed is not in it. */
import { z } from "zod";
import { arg, defineCommand } from "../../command.ts";

export const boxLogs = defineCommand({
  path: ["box", "logs"],
  summary: "Print the life of a box, one JSON object per line",
  args: z.object({
    name: z.string().describe("Box to look at")
      .register(arg, { positional: 0, complete: "boxes" }),
    json: z.boolean().default(false).describe("Print one JSON list"),
  }),
  examples: ["ct box logs construct-1a2b-web", "ct box logs construct-1a2b-web --json"],
  rpc: ["box.logs"],

  async run({ client, out, json, signal }, args) {
    const lines = await client.box.logs(args.name, { signal });
    if (args.json) json(lines.map(toValue));
    else lines.forEach(out);
  },
});

/** The last line of a box that is being written may be half there. */
function toValue(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}
