/** `ct image build`: makes sure that the image of boxes is there. What is in it: templates/. */
import { z } from "zod";
import { ENGINE_NAMES } from "../../../core/model/engine.ts";
import { arg, defineCommand, looks } from "../../command.ts";
import { duration } from "../../words.ts";

export const imageBuild = defineCommand({
  path: ["image", "build"],
  summary: "Build the image that boxes are made from",
  args: z.object({
    noCache: z.boolean().default(false).describe("Build every step anew, even if it is up to date"),
    engine: z.enum(ENGINE_NAMES).optional().describe("Engine that builds it")
      .register(arg, { complete: "engines", value: "name" }),
    ...looks("the reference"),
  }),
  examples: ["ct image build", "ct image build --no-cache --engine docker"],
  rpc: ["image.build"],

  async run({ client, out, err, json, status, signal }, { noCache, engine, ...look }) {
    const build = async () => {
      if (look.quiet) return await client.image.build({ noCache, engine }, () => {}, { signal });
      using progress = status("Building the image");
      return await client.image.build({ noCache, engine }, progress.line, { signal });
    };
    const report = await build();
    if (look.json) return json(report);
    out(report.reference);
    if (look.quiet) return;
    const verb = report.built ? `Built in ${duration(report.milliseconds)}` : "Was there already";
    err(`${verb}, for ${report.engine}`);
    if (report.logFile !== undefined) err(`The whole output is in ${report.logFile}`);
  },
});
