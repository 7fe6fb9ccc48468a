/**
 * A client that answers from memory and remembers what it was asked. It decides nothing: a test
 * sets what it holds, or what an operation throws.
 */
import type { BuildReport, Client, DemoReport, RunPreview, RunRequest } from "../../core/client.ts";
import type { BoxInfo } from "../../core/model/box.ts";
import type { EngineChoice, EngineFacts } from "../../core/model/engine.ts";
import type { ImageInfo } from "../../core/model/image.ts";

export interface FakeClient extends Client {
  /** Every call: the operation, then what it was given without signals and callbacks. */
  calls: [operation: string, ...given: unknown[]][];
  runs: RunRequest[];
  held: Held;
  /** Operations that throw this. */
  failures: Map<string, unknown>;
}

export interface Held {
  exitCode: number;
  boxes: BoxInfo[];
  logs: string[];
  images: ImageInfo[];
  build: BuildReport;
  /** Lines of output that a build or a demo prints. */
  progress: string[];
  engines: EngineFacts[];
  choice: EngineChoice | undefined;
  preview: RunPreview;
  demo: DemoReport;
  config: Record<string, unknown>;
}

export function createFakeClient(held: Partial<Held> = {}): FakeClient {
  const calls: FakeClient["calls"] = [];
  const runs: RunRequest[] = [];
  const failures = new Map<string, unknown>();
  const has: Held = { ...createHeld(), ...held };

  async function answer<T>(operation: string, given: unknown[], value: () => T): Promise<T> {
    calls.push([operation, ...given]);
    await Promise.resolve();
    if (failures.has(operation)) throw failures.get(operation);
    return value();
  }
  function run(operation: "run" | "preview", request: RunRequest): void {
    runs.push(request);
    calls.push([operation, request]);
    if (failures.has(operation)) throw failures.get(operation);
  }
  const say = (progress: (line: string) => void) => has.progress.forEach(progress);

  return {
    calls,
    runs,
    held: has,
    failures,
    // deno-lint-ignore require-await -- a throw has to become a rejection
    run: async (request) => (run("run", request), has.exitCode),
    // deno-lint-ignore require-await -- as above
    preview: async (request) => (run("preview", request), has.preview),
    box: {
      list: () => answer("box.list", [], () => has.boxes),
      stop: (name) => answer("box.stop", [name], () => {}),
      remove: (name) => answer("box.remove", [name], () => {}),
      logs: (name) => answer("box.logs", [name], () => has.logs),
    },
    image: {
      build: (request, progress) =>
        answer("image.build", [request], () => (say(progress), has.build)),
      list: () => answer("image.list", [], () => has.images),
      remove: (reference) => answer("image.remove", [reference], () => {}),
    },
    engine: {
      list: () => answer("engine.list", [], () => ({ engines: has.engines, choice: has.choice })),
    },
    config: {
      path() {
        calls.push(["config.path"]);
        return "/home/anna/.config/construct-cli/config.toml";
      },
      get: (key) => answer("config.get", [key], () => has.config[key]),
      set: (key, value) => answer("config.set", [key, value], () => {}),
      check: () => answer("config.check", [], () => []),
      edit: () => answer("config.edit", [], () => []),
    },
    agent: {
      list: () =>
        answer("agent.list", [], () => [
          { name: "claude", title: "Claude Code", home: "/data/homes/claude", installable: true },
          { name: "droid", title: "Droid CLI", home: "/data/homes/droid", installable: false },
        ]),
    },
    demo: (request, progress) => answer("demo", [request], () => (say(progress), has.demo)),
  };
}

function createHeld(): Held {
  return {
    exitCode: 0,
    boxes: [toBox("api"), toBox("web")],
    logs: ['{"event":"planned"}', '{"event":"ended","code":0}'],
    images: [{
      reference: "construct-box-1a2b:3c4d",
      engine: "docker",
      id: "sha256:3c4d",
      sizeBytes: 1_610_612_736,
      createdAt: "2026-11-18T12:00:00Z",
      template: "3c4d",
      current: true,
    }],
    build: {
      reference: "construct-box-1a2b:3c4d",
      engine: "docker",
      built: true,
      logFile: "/data/logs/build.log",
      milliseconds: 83_400,
    },
    progress: ["step 1/2", "step 2/2"],
    engines: [
      {
        name: "podman",
        installed: false,
        answers: false,
        version: undefined,
        endpoint: undefined,
        rootless: false,
        far: false,
        detail: "podman is not on PATH",
      },
      {
        name: "docker",
        installed: true,
        answers: true,
        version: "28.2.2",
        endpoint: "unix:///var/run/docker.sock",
        rootless: false,
        far: false,
        detail: undefined,
      },
    ],
    choice: { name: "docker", why: "the first that answers", notice: undefined },
    preview: createPreview(),
    demo: {
      engine: "docker",
      rows: [
        { attempt: "read ~/.ssh", wanted: "refused", got: "refused", detail: "no such file" },
        { attempt: "edit the project", wanted: "allowed", got: "allowed", detail: "1 file" },
      ],
      diff: "--- a/README\n+++ b/README\n@@ -1 +1 @@\n-old\n+new\n",
      timings: [{ step: "box", milliseconds: 240 }],
      passed: true,
    },
    config: {},
  };
}

export function toBox(name: string): BoxInfo {
  return {
    name,
    engine: "docker",
    state: "running",
    agent: name === "api" ? "claude" : "",
    project: `/home/anna/${name}`,
    network: "permissive",
    createdAt: "2026-11-20T11:55:00Z",
    owner: { pid: 42, start: "1000" },
  };
}

function createPreview(): RunPreview {
  return {
    engine: { name: "docker", why: "the first that answers", notice: undefined },
    plan: {
      name: "construct-1a2b-web-3c4d",
      labels: {},
      image: "construct-box-1a2b:3c4d",
      hostname: "construct",
      user: { uid: 1000, gid: 1000 },
      workdir: "/projects/web",
      mounts: [
        {
          kind: "bind",
          source: "/home/anna/web",
          target: "/projects/web",
          readOnly: false,
        },
        {
          kind: "volume",
          source: "construct-1a2b-packages",
          target: "/opt/construct/packages",
          readOnly: true,
        },
      ],
      network: "none",
      limits: { pids: 512, memoryBytes: 4 * 2 ** 30, cpus: 2 },
      capabilities: [],
      mayGainPrivileges: false,
      relabel: false,
      tty: true,
      entry: ["/opt/construct/lib/runner.pl", "--"],
    },
    program: ["claude", "-p", "it's\nme"],
    environment: ["ANTHROPIC_API_KEY", "TERM"],
    argv: ["docker", "run", "--rm", "construct-box-1a2b:3c4d"],
    unmet: ["memory: the cgroup is not delegated"],
  };
}
