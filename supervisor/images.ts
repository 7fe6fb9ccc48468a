/**
 * The image of this version: built when it is not there, under a name that carries the hash of its
 * template, so that a stale one is simply another image.
 */
import type { BuildReport, Client, Progress } from "../core/client.ts";
import { AppError } from "../core/errors.ts";
import { LABEL } from "../core/model/box.ts";
import type { Config } from "../core/model/config.ts";
import type { ImagePlan } from "../core/model/image.ts";
import { imageReference, sha256 } from "../core/model/names.ts";
import type { Cancellable, Engine } from "../core/ports.ts";
import { VERSION } from "../core/version.ts";
import { detectEngines } from "../engines/detect.ts";
import { createBuildLog } from "../io/build_log.ts";
import { readTemplate } from "../io/templates.ts";
import { choose } from "./choice.ts";
import type { World } from "./world.ts";

export async function imagePlan(
  { installation }: World,
  { runtime }: Config,
  noCache: boolean,
): Promise<ImagePlan> {
  const dockerfile = await readTemplate("Dockerfile");
  const template = await sha256(`${runtime.baseImage}\n${dockerfile}`);
  return {
    reference: imageReference(installation, template),
    labels: { [LABEL.id]: installation, [LABEL.version]: VERSION, [LABEL.template]: template },
    files: { Dockerfile: dockerfile },
    buildArgs: { BASE: runtime.baseImage },
    network: runtime.buildNetwork === "" ? undefined : runtime.buildNetwork,
    noCache,
  };
}

/** Builds the image unless it is there. Says when one of an older template is left behind. */
export async function ensureImage(
  world: World,
  engine: Engine,
  options: { noCache: boolean; force: boolean; progress: Progress } & Cancellable,
): Promise<BuildReport> {
  const { noCache, force, progress, signal } = options;
  const plan = await imagePlan(world, await world.config(), noCache);
  const startedAt = world.clock.now();
  const report = (built: boolean, logFile: string | undefined): BuildReport => ({
    reference: plan.reference,
    engine: engine.name,
    built,
    logFile,
    milliseconds: world.clock.now() - startedAt,
  });
  if (!force && await engine.images.has(plan.reference, { signal })) {
    return report(false, undefined);
  }
  const stale = await engine.images.list(world.installation, { signal });
  for (const { reference } of stale.filter(({ reference }) => reference !== plan.reference)) {
    progress(`image ${reference} is stale: its template or base changed`);
  }
  const log = await createBuildLog(`${world.data}/logs`, world.clock.now());
  progress(`building image ${plan.reference} (log: ${log.file})`);
  try {
    await engine.images.build(plan, (line) => {
      log.write(line);
      progress(line);
    }, { signal });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, error.message, {
      hint: `Read ${log.file}; behind a closed network runtime.build_network = "host" may help`,
      cause: error,
    });
  } finally {
    log.close();
  }
  return report(true, log.file);
}

export function createImages(world: World): Client["image"] {
  return {
    async build({ noCache, engine }, progress, options) {
      const wanted = (await world.config()).runtime.engine;
      const chosen = engine === undefined
        ? await choose(world, { wanted, fresh: true, mayStart: true }, options)
        : undefined;
      const name = chosen?.choice.name ?? engine;
      const driver = world.engine(name === "docker" || name === "native" ? name : "container");
      if (!driver.hasImages) {
        throw new AppError("unavailable", `Cannot build an image: engine "${name}" needs none`, {
          hint: "Run `ct engine list`; --engine docker builds for docker",
        });
      }
      return await ensureImage(world, driver, { noCache, force: noCache, progress, ...options });
    },

    async list(options) {
      const { reference } = await imagePlan(world, await world.config(), false);
      const engines = world.answering(await detectEngines(options)).filter((it) => it.hasImages);
      const lists = await Promise.all(
        engines.map((engine) => engine.images.list(world.installation, options)),
      );
      return lists.flat().map((image) => ({ ...image, current: image.reference === reference }));
    },

    async remove(reference, options) {
      const engines = world.answering(await detectEngines(options)).filter((it) => it.hasImages);
      for (const engine of engines) {
        const owned = await engine.images.list(world.installation, options);
        if (!owned.some((image) => image.reference === reference)) continue;
        return await engine.images.remove(reference, options);
      }
      throw new AppError("notFound", `Cannot remove image "${reference}": it is not one of ours`, {
        hint: "Run `ct image list`",
      });
    },
  };
}
