/** `ct box remove`: removes boxes, running or not, after a question. */
import { z } from "zod";
import { arg, defineCommand, yesFlag } from "../../command.ts";
import { makeSure } from "../../prompt.ts";
import { count } from "../../words.ts";

export const boxRemove = defineCommand({
  path: ["box", "remove"],
  summary: "Remove boxes and all that is only in them",
  args: z.object({
    name: z.array(z.string()).min(1).describe("Boxes to remove")
      .register(arg, { positional: 0, rest: true, complete: "boxes" }),
    yes: yesFlag(),
    quiet: z.boolean().default(false).describe("Print nothing").register(arg, { short: "q" }),
  }),
  examples: ["ct box remove construct-1a2b-web", "ct box remove construct-1a2b-web --yes"],
  rpc: ["box.remove"],

  async run(context, args) {
    const { client, err, signal } = context;
    const what = args.name.length === 1 ? args.name[0] : count(args.name.length, "box", "boxes");
    await makeSure(context, `Remove ${what} and end what runs there?`, args.yes);
    for (const name of args.name) {
      await client.box.remove(name, { signal });
      if (!args.quiet) err(`Removed ${name}`);
    }
  },
});
