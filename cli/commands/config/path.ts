/** `ct config path`: where config.toml is, whether it is there yet or not. */
import { z } from "zod";
import { defineCommand } from "../../command.ts";

export const configPath = defineCommand({
  path: ["config", "path"],
  summary: "Print where the settings are",
  args: z.object({}),
  examples: ["ct config path"],
  rpc: ["config.path"],

  run({ client, out }) {
    out(client.config.path());
  },
});
