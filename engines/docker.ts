/**
 * Boxes made by Docker, through its own client: it knows contexts, DOCKER_HOST and every socket
 * that people use. Translates the engine's failures; decides nothing about when or why.
 */
import { AppError } from "../core/errors.ts";
import type { BoxPlan } from "../core/model/box.ts";
import type { ImagePlan } from "../core/model/image.ts";
import type { Cancellable, ClientExit, Engine, EngineImages, LifeLine } from "../core/ports.ts";
import { ask, follow, type Said, startClient } from "./client_command.ts";
import { buildArgs, inspectArgs, listArgs, listImagesArgs, runArgs } from "./container_args.ts";
import { foreignInterfaces, parseBoxes, parseImages, parsePid } from "./container_parse.ts";

const DOCKER = "docker";

const LONGEST_WORDS = 200;

/** Each takes some 20 ms: far more than a removal needs. */
const REMOVAL_TRIES = 200;

export interface DockerOptions {
  far: boolean;
  /** Where build contexts are put for a moment; undefined is the system's own folder for that. */
  temporary?: string;
}

export function createDocker({ far, temporary }: DockerOptions = { far: false }): Engine {
  async function say(args: readonly string[], doing: string, options: Cancellable): Promise<Said> {
    const said = await ask(DOCKER, args, options);
    if (said.code !== 0) throw failure(doing, said);
    return said;
  }

  /** Inspects what a list command names; an object that left in between is no error. */
  async function inspectListed(kind: "container" | "image", list: string[], options: Cancellable) {
    const { stdout } = await say(list, `list ${kind}s`, options);
    const names = [...new Set(stdout.split("\n").filter((line) => line !== ""))];
    if (names.length === 0) return "[]";
    return (await ask(DOCKER, inspectArgs(kind, names), options)).stdout;
  }

  return {
    name: "docker",
    hasImages: true,
    far,
    images: createImages(say, inspectListed, temporary),

    argv: (plan) => [DOCKER, ...runArgs(plan)],

    unmet: () => Promise.resolve([]),

    run(plan, stdio) {
      return Promise.resolve(startClient(DOCKER, runArgs(plan), stdio, { ownSession: !plan.tty }));
    },

    openPipe(name, path) {
      const args = ["exec", "--interactive", name, "/bin/sh", "-c", 'exec cat >"$0"', path];
      return Promise.resolve(carry(args));
    },

    async proveOffline(name, options) {
      if (far) return;
      const { stdout } = await say(
        inspectArgs("container", [name]),
        `inspect box "${name}"`,
        options,
      );
      const pid = parsePid(stdout);
      const found = foreignInterfaces(await readNetDev(pid));
      if (found.length === 0) return;
      throw new AppError(
        "denied",
        `Cannot go on: box "${name}" has a network (${found.join(", ")})`,
      );
    },

    explain: (plan, exit, options) => explain(plan, exit, options),

    async list(owner, options) {
      return parseBoxes("docker", await inspectListed("container", listArgs(owner), options));
    },

    async stop(name, options) {
      const said = await ask(DOCKER, ["stop", "--time=2", "--", name], options);
      if (said.code !== 0 && !isAbsent(said)) throw failure(`stop box "${name}"`, said);
    },

    async remove(name, options) {
      // The engine may be at it already, because of `--rm`: then wait until it is done.
      for (let tries = 0; tries < REMOVAL_TRIES; tries++) {
        const said = await ask(DOCKER, ["rm", "--force", "--volumes", "--", name], options);
        if (said.code === 0 || isAbsent(said)) return;
        if (!isLeaving(said)) throw failure(`remove box "${name}"`, said);
      }
      throw new AppError("timeout", `Cannot remove box "${name}": docker does not finish`, {
        hint: `Run \`ct box remove ${name}\` in a moment`,
      });
    },

    async store(name, labels, options) {
      const flags = Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`);
      await say(["volume", "create", ...flags, "--", name], `make volume "${name}"`, options);
      return { kind: "volume", source: name };
    },
  };
}

function createImages(
  say: (args: readonly string[], doing: string, options: Cancellable) => Promise<Said>,
  inspectListed: (kind: "image", list: string[], options: Cancellable) => Promise<string>,
  temporary: string | undefined,
): EngineImages {
  return {
    async has(reference, options) {
      const said = await ask(DOCKER, inspectArgs("image", [reference]), options);
      if (said.code === 0) return true;
      if (isAbsent(said)) return false;
      throw failure(`look for image "${reference}"`, said);
    },

    async build(plan, progress, options) {
      const folder = await writeFiles(plan, temporary);
      try {
        const code = await follow(DOCKER, buildArgs(plan, folder), progress, options);
        if (code === 0) return;
        throw new AppError("unavailable", `Cannot build image "${plan.reference}": see the log`, {
          details: { code },
        });
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },

    async list(owner, options) {
      const json = await inspectListed("image", listImagesArgs(owner), options);
      return parseImages("docker", json).map((image) => ({ ...image, current: false }));
    },

    async remove(reference, options) {
      await say(["image", "rm", "--", reference], `remove image "${reference}"`, options);
    },
  };
}

/** The client's stderr went to the user as it was, so the cause is found by asking again. */
async function explain(plan: BoxPlan, exit: ClientExit, options: Cancellable): Promise<Error> {
  const image = await ask(DOCKER, inspectArgs("image", [plan.image]), options);
  if (image.code === 0) {
    return new AppError("unavailable", "Cannot start the box: docker refused, see above", {
      hint: "Run it again with --ct-dry-run to see what docker was asked for",
      // The image has the runner's init, so "cannot execute" is the engine's own hiccup: seen with
      // 20.10 when boxes start and end at the same moment, their files not mounted yet.
      details: { code: exit.code, signal: exit.signal, transient: [126, 127].includes(exit.code) },
    });
  }
  if (isAbsent(image)) {
    return new AppError("notFound", `Cannot start the box: image "${plan.image}" is not there`, {
      hint: "Run `ct image build`",
    });
  }
  return failure("start the box", image);
}

async function writeFiles({ files }: ImagePlan, dir: string | undefined): Promise<string> {
  const folder = await Deno.makeTempDir({
    prefix: "construct-build-",
    ...(dir !== undefined && { dir }),
  });
  for (const [name, content] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${name}`, content);
  }
  return folder;
}

/** A second client, whose stdin is our end of the pipe: when we die the engine closes it. */
function carry(args: readonly string[]): LifeLine {
  const client = startClient(DOCKER, args, { stdin: "piped", stdout: "null", stderr: "null" }, {
    ownSession: true,
  });
  const writer = client.stdin?.getWriter();
  return {
    write: async (bytes) => await writer?.write(bytes),
    // The box may have ended before us, and its end of the pipe with it.
    close: () => void writer?.close().catch(() => client.kill()),
  };
}

async function readNetDev(pid: number): Promise<string> {
  try {
    return await Deno.readTextFile(`/proc/${pid}/net/dev`);
  } catch (cause) {
    throw new AppError("denied", "Cannot go on: the network of the box cannot be checked", {
      hint: "offline needs an engine on this machine: run `ct engine list`",
      cause,
    });
  }
}

function isAbsent({ stderr }: Said): boolean {
  return /no such (container|image|object|volume)/i.test(stderr);
}

function isLeaving({ stderr }: Said): boolean {
  return /removal of container .* in progress/i.test(stderr);
}

function failure(doing: string, { stderr, code }: Said): AppError {
  const unreachable = /cannot connect|connection refused|error during connect|permission denied/i
    .test(stderr);
  const said = stderr.split("\n").at(-1)?.replace(/^Error response from daemon: /, "") ?? "";
  const why = unreachable
    ? "docker does not answer"
    : said === ""
    ? `docker exited with ${code}`
    : `docker says: ${said.slice(0, LONGEST_WORDS)}`;
  return new AppError("unavailable", `Cannot ${doing}: ${why}`, {
    hint: "Run `ct engine list`",
    details: { stderr },
  });
}
