/** `ct help`: the help of any command or agent. It is handed the list, so that it is in it. */
import { z } from "zod";
import { expandAlias } from "../aliases.ts";
import { arg, type Command, defineCommand, type Entry } from "../command.ts";
import { find, helpOf } from "../find.ts";
import { formatPage } from "../help.ts";

export function help(entries: readonly Entry[]): Command {
  return defineCommand({
    path: ["help"],
    summary: "Show help for a command",
    args: z.object({
      command: z.array(z.string()).default([]).describe("Command or agent to explain")
        .register(arg, { positional: 0, rest: true, complete: "commands" }),
    }),
    examples: ["ct help", "ct help box list", "ct help claude"],

    async run({ out, style }, { command }) {
      const found = find(expandAlias(command), entries);
      out(formatPage(await helpOf(found, entries), style));
    },
  });
}
