/**
 * The client without a daemon: answers every question of the command line in this process. Joins
 * launch, engines and io; loads no database, no server and no actor.
 */
import type { Client } from "../core/client.ts";
import { AGENTS } from "../core/model/agents.ts";
import type { EngineChoice } from "../core/model/engine.ts";
import { chooseEngine } from "../core/model/engine.ts";
import { AppError } from "../core/errors.ts";
import { homeFolder } from "../core/launch/plan.ts";
import { detectEngines } from "../engines/detect.ts";
import { createBoxes } from "./boxes.ts";
import { createImages } from "./images.ts";
import { createRuns } from "./runs.ts";
import { createWorld, type LocalOptions } from "./world.ts";

export async function createLocal(options: LocalOptions): Promise<Client> {
  const world = await createWorld(options);
  return {
    ...createRuns(world),
    box: createBoxes(world),
    image: createImages(world),
    config: world.configFile,
    engine: {
      async list(options) {
        const [engines, config, memory] = await Promise.all([
          detectEngines(options),
          world.config(),
          world.recall(),
        ]);
        const choice = choiceOrNothing(() =>
          chooseEngine(config.runtime.engine, memory?.last, engines)
        );
        return { engines, choice };
      },
    },
    agent: {
      async list() {
        const config = await world.config();
        return AGENTS.map((agent) => ({
          name: agent.name,
          title: agent.title,
          home: `${world.data}/${homeFolder(agent, config)}`,
          installable: agent.install.kind === "npm",
        }));
      },
    },
    async demo(request, progress, options) {
      const { runDemo } = await import("./demo.ts");
      return await runDemo(world, request, progress, options);
    },
  };
}

/** No engine is an answer, too: the list says what each one lacks. */
function choiceOrNothing(choose: () => EngineChoice): EngineChoice | undefined {
  try {
    return choose();
  } catch (error) {
    if (error instanceof AppError && error.code === "unavailable") return undefined;
    throw error;
  }
}
