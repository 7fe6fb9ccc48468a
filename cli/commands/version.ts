/** `ct version` with flags; main.ts answers it at once when it stands alone. */
import { z } from "zod";
import { VERSION } from "../../core/version.ts";
import { defineCommand } from "../command.ts";

export const version = defineCommand({
  path: ["version"],
  summary: "Print the version",
  args: z.object({
    json: z.boolean().default(false).describe("Print JSON"),
  }),
  examples: ["ct version", "ct version --json"],

  run({ out, json }, args) {
    if (args.json) json({ version: VERSION });
    else out(`construct ${VERSION}`);
  },
});
