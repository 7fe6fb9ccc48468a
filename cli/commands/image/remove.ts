/** `ct image remove`: removes images after a question. The next run builds what it needs. */
import { z } from "zod";
import { arg, defineCommand, yesFlag } from "../../command.ts";
import { makeSure } from "../../prompt.ts";
import { count } from "../../words.ts";

export const imageRemove = defineCommand({
  path: ["image", "remove"],
  summary: "Remove images",
  args: z.object({
    reference: z.array(z.string()).min(1).describe("Images to remove")
      .register(arg, { positional: 0, rest: true, complete: "images" }),
    yes: yesFlag(),
    quiet: z.boolean().default(false).describe("Print nothing").register(arg, { short: "q" }),
  }),
  examples: [
    "ct image remove construct-box-1a2b:3c4d",
    "ct image remove -y construct-box-1a2b:3c4d",
  ],
  rpc: ["image.remove"],

  async run(context, args) {
    const { client, err, signal } = context;
    const { reference: all } = args;
    const what = all.length === 1 ? all[0] : count(all.length, "image", "images");
    await makeSure(context, `Remove ${what}?`, args.yes);
    for (const reference of all) {
      await client.image.remove(reference, { signal });
      if (!args.quiet) err(`Removed ${reference}`);
    }
  },
});
