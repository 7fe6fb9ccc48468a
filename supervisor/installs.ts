/**
 * Installs npm agents into the packages store: by an installer box that sees no project, no home
 * and no secret, so that what a package's scripts do can reach only the store.
 */
import { AppError } from "../core/errors.ts";
import { launch } from "../core/launch/launch.ts";
import { storeFolder } from "../core/launch/plan.ts";
import type { Agent } from "../core/model/agents.ts";
import { type BoxPlan, LABEL } from "../core/model/box.ts";
import type { Config } from "../core/model/config.ts";
import { composeEnvironment } from "../core/model/environment.ts";
import type { HostFacts } from "../core/model/host.ts";
import { BOX, runnerArgv, searchPath } from "../core/model/layout.ts";
import { boxName, newRunId } from "../core/model/names.ts";
import type { Cancellable, Engine } from "../core/ports.ts";
import { VERSION } from "../core/version.ts";
import { eachLine } from "../engines/client_command.ts";
import { processes } from "../io/process.ts";
import type { World } from "./world.ts";

export interface Install {
  agent: Agent;
  engine: Engine;
  config: Config;
  host: HostFacts;
  image: string;
  support: string;
  packages: { kind: "bind" | "volume"; source: string };
}

/** @throws `unavailable` with the last words of npm when it fails. */
export async function installAgent(
  world: World,
  install: Install,
  options: Cancellable,
): Promise<void> {
  const { agent, engine } = install;
  const version = storeFolder(agent, install.config);
  world.notes.note(`installing ${version}: this is done once`);
  const startedAt = world.clock.now();
  const lines: string[] = [];
  const outcome = await launch({ engine, folders: world.folders, clock: world.clock }, {
    plan: installPlan(world, install),
    environment: installEnvironment(install),
    stdio: { stdin: "null", stdout: "piped", stderr: "piped" },
    onClient: ({ client }) => {
      for (const stream of [client.stdout, client.stderr]) {
        if (stream === undefined) continue;
        eachLine(stream, (line) => {
          lines.push(line);
          world.notes.progress(line);
        }).catch((error) => lines.push(String(error)));
      }
    },
  }, options);
  if (outcome.kind === "ended" && outcome.code === 0) {
    const seconds = ((world.clock.now() - startedAt) / 1000).toFixed(1);
    return world.notes.note(`installed ${version} in ${seconds} s`);
  }
  throw new AppError("unavailable", `Cannot install ${version}: ${lines.slice(-8).join("; ")}`, {
    hint: `Check the network and the version in agents.versions, then run ct ${agent.name} again`,
  });
}

function installPlan(world: World, install: Install): BoxPlan {
  const { agent, config, host, image, support, packages } = install;
  if (agent.install.kind !== "npm") throw new TypeError(`${agent.name} is not from npm`);
  const { bin, node, package: name } = agent.install;
  const folder = storeFolder(agent, config);
  const spec = `${name}@${config.agents.versions[agent.name] ?? "latest"}`;
  const { far } = install.engine;
  const owner = processes.self();
  const run = newRunId();
  const mounts: BoxPlan["mounts"] = [
    { ...packages, target: BOX.packages, readOnly: false },
    { kind: "bind", source: support, target: BOX.lib, readOnly: true },
    ...["passwd", "group", "profile"].map((file) => ({
      kind: "bind" as const,
      source: `${support}/${file}`,
      target: `/etc/${file}`,
      readOnly: true,
    })),
    ...(config.sandbox.trustHostCa && host.caBundle !== undefined
      ? [{ kind: "bind" as const, source: host.caBundle, target: BOX.caBundle, readOnly: true }]
      : []),
  ];
  return {
    name: boxName(world.installation, `install-${agent.name}`, run),
    labels: {
      [LABEL.id]: world.installation,
      [LABEL.version]: VERSION,
      [LABEL.run]: run,
      [LABEL.agent]: `install ${agent.name}`,
      [LABEL.network]: "permissive",
      [LABEL.ownerPid]: String(owner.pid),
      [LABEL.ownerStart]: owner.start,
    },
    image,
    hostname: BOX.hostname,
    // A volume belongs to root in its engine; a folder of ours to us.
    user: packages.kind === "volume" ? { uid: 0, gid: 0 } : host.user,
    workdir: BOX.packages,
    mounts,
    network: "open",
    limits: { pids: config.sandbox.pids, memoryBytes: 0, cpus: 0 },
    capabilities: packages.kind === "volume" ? ["CHOWN", "DAC_OVERRIDE", "FOWNER"] : [],
    mayGainPrivileges: false,
    relabel: false,
    tty: false,
    entry: [
      ...runnerArgv({ tty: false, needs: undefined, processor: host.processor, far }),
      "--",
      "/bin/sh",
      `${BOX.lib}/install.sh`,
      folder,
      bin,
      node === undefined ? "" : String(node),
      spec,
    ],
  };
}

function installEnvironment({ host, config }: Install): Record<string, string> {
  return composeEnvironment({
    host: host.env,
    agent: undefined,
    path: searchPath(undefined),
    shell: "/bin/sh",
    network: "permissive",
    user: { uid: 0 },
    timeZone: undefined,
    hasCaBundle: config.sandbox.trustHostCa && host.caBundle !== undefined,
    // The registry that the user's own npm would ask; its credentials stay outside.
    passthrough: ["npm_config_registry", "NPM_CONFIG_REGISTRY"],
    prefixes: [],
    typed: [],
  });
}
