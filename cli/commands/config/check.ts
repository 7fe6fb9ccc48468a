/** `ct config check`: what is wrong in config.toml, or has no effect. Exit code 2 for an error. */
import { z } from "zod";
import { defineCommand } from "../../command.ts";
import { codeOf, printFindings } from "../../settings.ts";

export const configCheck = defineCommand({
  path: ["config", "check"],
  summary: "Find mistakes in the settings",
  args: z.object({
    json: z.boolean().default(false).describe("Print JSON"),
  }),
  examples: ["ct config check", "ct config check --json"],
  rpc: ["config.check", "config.path"],

  async run({ client, out, err, json }, args) {
    const findings = await client.config.check();
    if (!args.json) return printFindings(findings, client.config.path(), { out, err });
    json(findings);
    return codeOf(findings);
  },
});
