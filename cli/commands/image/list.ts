/** `ct image list`: the images of this installation, and which one a run would use. */
import { z } from "zod";
import { defineCommand, looks } from "../../command.ts";
import { age, size } from "../../words.ts";

export const imageList = defineCommand({
  path: ["image", "list"],
  summary: "List the images",
  args: z.object(looks("the references")),
  examples: ["ct image list", "ct image list --json"],
  rpc: ["image.list"],

  async run({ client, out, err, table, json, signal, clock }, args) {
    const images = await client.image.list({ signal });
    if (args.json) json(images);
    else if (args.quiet) images.forEach(({ reference }) => out(reference));
    else if (images.length === 0) err("No images");
    else {
      const now = clock.now();
      table(images, [
        { title: "reference", value: ({ reference }) => reference },
        { title: "engine", value: ({ engine }) => engine },
        { title: "size", value: ({ sizeBytes }) => size(sizeBytes) },
        { title: "created", value: ({ createdAt }) => age(createdAt, now) },
        { title: "in use", value: ({ current }) => current ? "yes" : "no" },
      ]);
    }
  },
});
