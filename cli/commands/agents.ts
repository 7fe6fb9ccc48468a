/** `ct agents`: the agents that `ct <name>` starts. The list itself is core/model/agents.ts. */
import { z } from "zod";
import { defineCommand, looks } from "../command.ts";

export const agents = defineCommand({
  path: ["agents"],
  summary: "List the agents",
  args: z.object(looks("the names")),
  examples: ["ct agents", "ct agents --json"],
  rpc: ["agent.list"],

  async run({ client, out, table, json }, args) {
    const list = await client.agent.list();
    if (args.json) json(list);
    else if (args.quiet) list.forEach(({ name }) => out(name));
    else {
      table(list, [
        { title: "name", value: ({ name }) => name },
        { title: "title", value: ({ title }) => title },
        { title: "installable", value: ({ installable }) => installable ? "yes" : "no" },
        { title: "home", value: ({ home }) => home },
      ]);
    }
  },
});
