/** `ct box stop`: ends the programs of boxes. How gently, is the engine's business. */
import { z } from "zod";
import { arg, defineCommand } from "../../command.ts";

export const boxStop = defineCommand({
  path: ["box", "stop"],
  summary: "Stop the programs of boxes",
  args: z.object({
    name: z.array(z.string()).min(1).describe("Boxes to stop")
      .register(arg, { positional: 0, rest: true, complete: "boxes" }),
    quiet: z.boolean().default(false).describe("Print nothing").register(arg, { short: "q" }),
  }),
  examples: ["ct box stop construct-1a2b-web"],
  rpc: ["box.stop"],

  async run({ client, err, signal }, args) {
    for (const name of args.name) {
      await client.box.stop(name, { signal });
      if (!args.quiet) err(`Stopped ${name}`);
    }
  },
});
