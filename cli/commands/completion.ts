/** `ct completion`: prints a script for the user's shell to read. It installs nothing. */
import { z } from "zod";
import { arg, defineCommand } from "../command.ts";
import { SCRIPTS, SHELLS } from "../completion_scripts.ts";

export const completion = defineCommand({
  path: ["completion"],
  summary: "Print the completion script of a shell",
  args: z.object({
    shell: z.enum(SHELLS).describe("Shell that reads it").register(arg, { positional: 0 }),
  }),
  examples: ["ct completion bash", "ct completion zsh", "ct completion fish"],

  run({ out }, { shell }) {
    out(SCRIPTS[shell].trimEnd());
  },
});
