/** `ct config set`: changes one key of config.toml. What its words mean is decided by the key. */
import { z } from "zod";
import { AppError } from "../../../core/errors.ts";
import { formatKey, formatValue, parseKey } from "../../../core/model/toml_key.ts";
import { arg, type CommandContext, defineCommand } from "../../command.ts";

export const configSet = defineCommand({
  path: ["config", "set"],
  summary: "Change a setting, and keep the comments of the file",
  args: z.object({
    key: z.string().describe("Key, such as sandbox.memory")
      .register(arg, { positional: 0, complete: "config-keys" }),
    value: z.string().describe("Value without quotes; a list as a,b or as TOML")
      .register(arg, { positional: 1 }),
    quiet: z.boolean().default(false).describe("Print nothing").register(arg, { short: "q" }),
  }),
  examples: [
    "ct config set runtime.engine docker",
    "ct config set sandbox.env_passthrough GITHUB_TOKEN,NPM_TOKEN",
    "ct config set 'projects.\"/home/me/shop\".network' offline",
  ],
  rpc: ["config.get", "config.set", "config.check"],

  async run({ client, err, errStyle }, { key: typed, value, quiet }) {
    const key = formatKey(parseKey(typed) ?? [typed]);
    const before = await valueOf(client, key);
    await client.config.set(key, value);
    if (quiet) return;
    const after = await valueOf(client, key);
    // Two masks look alike, whatever is behind them.
    if (after.includes("***")) err(`${key} is set`);
    else if (after === before) err(`${key} is ${after} already`);
    else err(`${key} is ${after}, and was ${before}`);
    for (const finding of await client.config.check()) {
      if (finding.key !== key) continue;
      err(`${errStyle.bold(`${finding.level}:`)} ${key} ${finding.message}`);
    }
  },
});

async function valueOf(client: CommandContext["client"], key: string): Promise<string> {
  try {
    return formatValue(await client.config.get(key));
  } catch (error) {
    if (error instanceof AppError && error.code === "notFound") return "not set";
    throw error;
  }
}
