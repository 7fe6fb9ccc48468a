/** `ct config get`: the values in force. Secrets are masked before they come here. */
import { z } from "zod";
import { formatValue, isTable } from "../../../core/model/toml_key.ts";
import { arg, defineCommand } from "../../command.ts";
import { toLines } from "../../settings.ts";

export const configGet = defineCommand({
  path: ["config", "get"],
  summary: "Print settings that are in force",
  args: z.object({
    key: z.string().default("").describe("Key or section; everything when not given")
      .register(arg, { positional: 0, complete: "config-keys" }),
    json: z.boolean().default(false).describe("Print JSON"),
  }),
  examples: ["ct config get", "ct config get runtime.engine", "ct config get sandbox --json"],
  rpc: ["config.get"],

  async run({ client, out, json }, args) {
    const value = await client.config.get(args.key);
    if (args.json) json(value);
    else if (isTable(value)) toLines(value, args.key).forEach(out);
    // A text alone is for a script: as it is, without the quotes of the file.
    else out(typeof value === "string" ? value : formatValue(value));
  },
});
