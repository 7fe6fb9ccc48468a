/** `ct box list`: the boxes of this installation, on every engine. The order is the client's. */
import { z } from "zod";
import { defineCommand, looks } from "../../command.ts";
import { age } from "../../words.ts";

export const boxList = defineCommand({
  path: ["box", "list"],
  summary: "List the boxes",
  args: z.object(looks("the names")),
  examples: ["ct box list", "ct box list --json"],
  rpc: ["box.list"],

  async run({ client, out, err, table, json, signal, clock }, args) {
    const boxes = await client.box.list({ signal });
    if (args.json) json(boxes);
    else if (args.quiet) boxes.forEach(({ name }) => out(name));
    else if (boxes.length === 0) err("No boxes");
    else {
      const now = clock.now();
      table(boxes, [
        { title: "name", value: ({ name }) => name },
        { title: "state", value: ({ state }) => state },
        { title: "agent", value: ({ agent }) => agent || "-" },
        { title: "network", value: ({ network }) => network },
        { title: "engine", value: ({ engine }) => engine },
        { title: "created", value: ({ createdAt }) => age(createdAt, now) },
        { title: "project", value: ({ project }) => project },
      ]);
    }
  },
});
