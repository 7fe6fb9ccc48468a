/** `ct config edit`: the user's own editor on config.toml, and then a check of what was saved. */
import { z } from "zod";
import { defineCommand } from "../../command.ts";
import { printFindings } from "../../settings.ts";

export const configEdit = defineCommand({
  path: ["config", "edit"],
  summary: "Open the settings in your editor and check them",
  args: z.object({}),
  examples: ["ct config edit"],
  rpc: ["config.edit", "config.path"],

  async run({ client, out, err }) {
    return printFindings(await client.config.edit(), client.config.path(), { out, err });
  },
});
